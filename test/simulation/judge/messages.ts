/** DESIGN section 2: what `git log` shows of a record, in a block of trailers of its own, is what the record says. */
import type { Judge, Written } from './judge.js'
import { type ReadRecord, textOf } from './record.js'

export function judgeMessage(
  judge: Judge,
  { commit, by }: Written,
  path: string,
  { predicate: said }: ReadRecord,
): void {
  const should = blockOf(path, said)
  if (should === null) return
  const [, ...blocks] = judge.scene.server.store.commit(commit)!.message.trimEnd().split('\n\n')
  if (!blocks.some((block) => block === should || (should.endsWith(': ') && block.startsWith(should))))
    judge.blame('record_true', `${path} by ${by.host}: the message of its commit says something else`)
}

function blockOf(path: string, said: ReadRecord['predicate']): string | null {
  const id = `Action-Id: ${textOf(said, 'id')}\n`
  if (path.endsWith('/intent.json'))
    return `${id}Tier: ${textOf(said, 'tier')}\nFormula: ${textOf(said, 'formula')}\nApproved-By: ${approverOf(said)}`
  if (/\/outcome[^/]*\.json$/.test(path)) return `${id}Status: ${textOf(said, 'status')}`
  return null
}

/** In plain git in full; of a forge only that there is one. */
function approverOf(said: ReadRecord['predicate']): string {
  const kind = textOf(said, 'evidence', 'kind')
  if (kind === 'policy') return 'policy (auto-approved: low blast radius)'
  if (kind !== 'signed_merge') return ''
  const [by, role] = ['principal', 'role'].map((name) => textOf(said, 'evidence', 'merged_by', name))
  return `${by} (${role}, signed merge ${textOf(said, 'evidence', 'merge_commit').slice(0, 12)})`
}
