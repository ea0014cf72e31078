/** Law 12: a record says why, by which rules, and of which head that was decided. */
import type { Oid } from '../../../vault/oid.js'
import { lastMove } from './claims.js'
import type { Judge } from './judge.js'
import { textOf } from './record.js'

type Said = Readonly<Record<string, unknown>>

interface Rule {
  readonly rule: string
  readonly saw: string
  readonly gave: string
}

/** By the kind of its evidence; what was merged counts by who may merge it. */
const REASONS: Readonly<Record<string, string>> = {
  policy: 'auto_approved',
  pull_review: 'reviewed_by_writer',
  unopposed_window: 'unopposed',
}

export function judgeClaimExplained(
  judge: Judge,
  what: string,
  { said, id, blob, base }: { said: Said; id: string; blob: Oid; base: Oid },
): void {
  const lie = (why: string) => judge.blame('record_true', `${what} ${why}`)
  const tier = textOf(said, 'tier')
  const merged = tier === 'high' ? 'merged_by_admin' : 'merged_by_writer'
  if (textOf(said, 'reason') !== (REASONS[textOf(said, 'evidence', 'kind')] ?? merged)) lie('gives another reason')
  const formula = textOf(said, 'formula')
  if (!rulesOf(said).some(({ rule, saw }) => rule === 'policy_tier' && saw.includes(formula)))
    lie('leaves out what the policy says')
  const head = headFault(judge, { id, blob, base, tier, head: textOf(said, 'request_head') })
  if (head !== null) lie(head)
}

/** Of what lay on main: the head that was merged, and never whatever its branch is at by then. */
function headFault(
  judge: Judge,
  { id, blob, base, tier, head }: { id: string; blob: Oid; base: Oid; tier: string; head: string },
): string | null {
  const { server, truth } = judge.scene
  if (server.store.entry(base, `vault/actions/${id}.toml`) === null) return null
  const merge = lastMove(judge, id, base)
  const merged = merge === undefined ? undefined : server.store.commit(merge)!.parents[1]
  if (head === merged) return null
  const isAsking = head === '' || truth.heads.get(head as Oid)?.blob === blob
  return tier === 'low' && isAsking ? null : `names ${head}, and ${merged} was merged`
}

export function judgeRefusalExplained(judge: Judge, what: string, said: Said): void {
  const last = rulesOf(said).at(-1)
  if (last?.gave !== `refuse ${textOf(said, 'reason')}`)
    judge.blame('record_true', `${what}: by its rules it was ${last?.gave}`)
}

function rulesOf(said: Said): readonly Rule[] {
  return (said['rules'] ?? []) as readonly Rule[]
}
