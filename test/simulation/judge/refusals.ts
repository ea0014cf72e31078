/** Was what was refused on main truly wrong? */
import type { Oid } from '../../../vault/oid.js'
import { judgeDecision, lastMove, secondKeyFault, tierOf } from './claims.js'
import { judgeRefusalExplained } from './explained.js'
import { Glimpse } from './glimpse.js'
import type { Judge, Written } from './judge.js'
import { isRefusedRightly } from './pulls.js'
import { readRecord, textOf } from './record.js'
import { trustOf } from './trust.js'

export function judgeRefusal(judge: Judge, written: Written, path: string) {
  const { server } = judge.scene
  const record = readRecord(server.store.text(server.store.entry(written.commit, path)!.oid))
  const said = record?.predicate ?? {}
  const id = textOf(said, 'id')
  const what = `the refusal of ${id} (${textOf(said, 'reason')}) by ${written.by.host}`
  if (record === null) return judge.blame('refusal_true', `${path} cannot be read`)
  const at = Date.parse(textOf(said, 'at'))
  judgeDecision(judge, { what, base: textOf(said, 'base'), at, trustCommit: textOf(said, 'trust_set_commit') }, written)
  const entry = server.store.entry(written.parent, `vault/actions/${id}.toml`)
  if (entry === null) return judge.blame('refusal_true', `${what}: it is not on main`)
  const lie = (why: string) => judge.blame('record_true', `${what} ${why}`)
  // A commit of another repo is no file.
  const kept = entry.mode === '160000' ? undefined : entry.oid
  if (server.store.entry(written.commit, path.replace(/decision\.json$/, 'action.toml'))?.oid !== kept)
    lie('does not keep what was refused')
  if (textOf(said, 'commit') !== (lastMove(judge, id, written.parent) ?? ''))
    lie('names another commit as what brought it')
  if (record.subject.name !== `vault/actions/${id}.toml` || record.subject.digest?.['gitBlob'] !== entry.oid)
    lie('is signed for another file')
  judgeRefusalExplained(judge, what, said)
  if (entry.mode === '100644' && isRight(judge, { id, blob: entry.oid, base: written.parent, at }, written))
    judge.blame('refusal_true', `${what}: nothing is wrong with it`)
}

/** Nothing speaks against the action that waits on main. */
function isRight(
  judge: Judge,
  { id, blob, base, at }: { id: string; blob: Oid; base: Oid; at: number },
  { by, seq }: Written,
): boolean {
  const { truth, server, site } = judge.scene
  const action = truth.actions.get(blob)
  const trust = trustOf(judge.scene, base)
  if (action === undefined || !action.isValid || action.id !== id) return false
  if (action.expiresAt !== null && action.expiresAt <= at) return false
  if (!server.store.files(trust.inForce).has(`formulas/${action.formula}.toml`)) return false
  // Whoever claimed it, and whatever became of the record: the id is used.
  if (judge.claims.has(id) || truth.forgedClaims.has(id) || truth.honest.get(id)?.isOff === true) return false
  if (site !== null) {
    const glimpse = new Glimpse({ truth, site }, { process: by.process, at, seq }, 'refusal')
    return !isRefusedRightly(judge, { site, id, blob, base, trust, glimpse })
  }
  const tier = tierOf(judge, blob, trust)
  return tier === 'low' || secondKeyFault(judge, { id, blob, tier, base }, trust) === null
}
