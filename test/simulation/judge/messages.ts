/** DESIGN section 2: what `git log` shows of a record, in a block of trailers of its own, is what the record says. */
import type { Judge, Written } from './judge.js'
import { type ReadRecord, textOf } from './record.js'

/** What is said of one record, as `git log` shows it. */
interface Words {
  /** What it is one of, where several share a commit; and a line that only blocks of these have. */
  readonly noun: string
  readonly mark: RegExp
  /** Of a commit that brings nothing else; null: what it says is not known by the record alone. */
  readonly subject: string | null
  /** How its block begins, and ends. */
  readonly begins: string
  readonly ends: string
}

export function judgeMessage(
  judge: Judge,
  { commit, by }: Written,
  path: string,
  { predicate: said }: ReadRecord,
): void {
  const words = wordsOf(path, said)
  if (words === null) return
  const { noun, mark, begins, ends } = words
  const [subject = '', ...blocks] = judge.scene.server.store.commit(commit)!.message.trimEnd().split('\n\n')
  const count = blocks.filter((block) => mark.test(block)).length
  const isCounted = `${subject},`.includes(` ${count} ${noun}${count === 1 ? '' : 's'},`)
  const isSubject = blocks.length === 1 ? subject === (words.subject ?? subject) : isCounted
  if (!isSubject || !blocks.some((block) => block.startsWith(begins) && block.endsWith(ends)))
    judge.blame('record_true', `${path} by ${by.host}: the message of its commit says something else`)
}

function wordsOf(path: string, said: ReadRecord['predicate']): Words | null {
  const [id, tier, status, reason] = ['id', 'tier', 'status', 'reason'].map((name) => textOf(said, name))
  const named = `Action-Id: ${id}\n`
  if (path.endsWith('/intent.json')) {
    const begins = `${named}Tier: ${tier}\nFormula: ${textOf(said, 'formula')}\nApproved-By: `
    const subject = `claim ${tier} ${id}`
    return { noun: 'claim', mark: /^Formula: /m, subject, begins, ends: approverOf(said) }
  }
  if (/\/outcome[^/]*\.json$/.test(path)) {
    const block = `${named}Status: ${status}`
    return { noun: 'outcome', mark: /^Status: /m, subject: `outcome ${status} ${id}`, begins: block, ends: block }
  }
  if (!path.endsWith('/decision.json')) return null
  // Which tier it has is no part of its record.
  const mark = /^Action-Id: .*\nTier: .*\nReason: /
  return { noun: 'refusal', mark, subject: null, begins: `${named}Tier: `, ends: `\nReason: ${reason}` }
}

/** In plain git in full; of a forge only that there is one. */
function approverOf(said: ReadRecord['predicate']): string {
  const kind = textOf(said, 'evidence', 'kind')
  if (kind === 'policy') return 'policy (auto-approved: low blast radius)'
  if (kind !== 'signed_merge') return ''
  const [by, role] = ['principal', 'role'].map((name) => textOf(said, 'evidence', 'merged_by', name))
  return `${by} (${role}, signed merge ${textOf(said, 'evidence', 'merge_commit').slice(0, 12)})`
}
