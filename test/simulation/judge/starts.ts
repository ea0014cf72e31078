/** May this run have been started? */
import type { RunStart } from '../truth.js'
import { judgeEquipment } from './equipment.js'
import type { Judge, KnownClaim } from './judge.js'
import { trustOf } from './trust.js'

export function judgeStart(judge: Judge, start: RunStart) {
  const { truth } = judge.scene
  const what = `${start.id} (${start.nonce}) on ${start.host}`
  const claim = judge.claims.get(start.id)
  if (claim === undefined || claim.nonce !== start.nonce || claim.seq > start.seq) {
    judge.blame('audit_before_action', `${what} has no intent on main`)
  } else {
    if (claim.instance !== start.instance) judge.blame('not_yours', what)
    if (claim.formula !== start.formula) judge.blame('content', `${what} runs ${start.formula}`)
    judgeEquipment(judge, claim, start, what)
    if (start.askedAt >= claim.startBy) judge.blame('start_in_time', what)
    // Another dispatcher may call it off by a clock that differs while it is started: that one case is for people.
    if (claim.outcomes.some(({ reason, seq }) => reason !== 'taken_over' || seq < (truth.born.get(start.process) ?? 0)))
      judge.blame('start_after_end', what)
    if (wasGivenUp(judge, claim, start)) judge.blame('not_given_up', what)
    if (start.seen === null || !judge.scene.server.graph.isOnLine(claim.commit, start.seen))
      judge.blame('remembered', `${what}: by its disk it has seen ${start.seen}`)
    if (!start.isUsed) judge.blame('remembered', `${what}: by its disk its id is free`)
  }
  for (const earlier of truth.starts) {
    if (earlier.seq >= start.seq || earlier.id !== start.id) continue
    const mayRepeat = isIdempotent(judge, start.id) && earlier.nonce === start.nonce && wasVanished(earlier, start.seq)
    if (!mayRepeat) judge.blame('at_most_once', `${what} was started before, as ${earlier.nonce} on ${earlier.host}`)
  }
  if ((truth.drained.get(start.process) ?? Number.POSITIVE_INFINITY) < start.askedSeq)
    judge.blame('stopped', `${what} was started though its dispatcher was told to end`)
  judgeFrozen(judge, start, what)
  if (wasAlwaysHeld(judge, start)) judge.blame('stopped', `${what} was started though nothing might be written`)
  judgeBound(judge, start, what)
}

/** What its dispatcher has thrown away is not started any more; but a second run begins with that. */
function wasGivenUp({ scene: { truth } }: Judge, claim: KnownClaim, start: RunStart): boolean {
  const isSecond = truth.starts.some((earlier) => earlier.nonce === start.nonce && wasVanished(earlier, start.seq))
  const gone = truth.forgotten.get(start.nonce) ?? 0
  return !isSecond && claim.seq < gone && gone < start.seq
}

function wasVanished({ end, endSeq }: RunStart, seq: number): boolean {
  return end === 'vanished' && endSeq !== null && endSeq < seq
}

export function isIdempotent(judge: Judge, id: string): boolean {
  const { truth } = judge.scene
  const formula = judge.claims.get(id)?.formula
  return [...truth.formulas.values()].some(({ name, idempotent }) => name === formula && idempotent)
}

/** From the moment on in which the switch was thrown, also what was claimed before and waits for its turn. */
function judgeFrozen(judge: Judge, start: RunStart, what: string) {
  const isFrozen = judge.scene.truth.freezes.some(
    ({ host, from, to }) => host === start.host && from < start.askedSeq && (to ?? start.seq) >= start.seq,
  )
  if (isFrozen) judge.blame('stopped', `${what} was started though it is frozen`)
}

/** On no main that its process can have gone by when it asked, since it came to life or had a whole tick, might anything be decided. */
function wasAlwaysHeld({ scene }: Judge, start: RunStart): boolean {
  const { mainMoves, born } = scene.truth
  const since = start.tickedSince ?? born.get(start.process) ?? 0
  const before = mainMoves.findLast(({ seq }) => seq <= since)?.after ?? scene.root
  const later = mainMoves.filter(({ seq }) => seq > since && seq < start.askedSeq).map(({ after }) => after)
  return [before, ...later].every((main) => {
    const { isBroken, policy } = trustOf(scene, main)
    return isBroken || !policy.writeEnabled
  })
}

function judgeBound(judge: Judge, start: RunStart, what: string) {
  const isOn = ({ process, seq, endSeq }: RunStart) =>
    process === start.process && seq < start.seq && (endSeq === null || endSeq > start.seq)
  const running = judge.scene.truth.starts.filter(isOn).length
  const { concurrency } = judge.scene.settings
  if (running >= concurrency) judge.blame('bounded', `${what} beside ${running} others, with room for ${concurrency}`)
}
