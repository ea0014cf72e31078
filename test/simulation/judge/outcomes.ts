/** Does an outcome say what the world saw? */
import type { Oid } from '../../../vault/oid.js'
import type { Judge, KnownClaim, Written } from './judge.js'
import { readRecord, sha256Of, textOf } from './record.js'
import { isIdempotent } from './starts.js'

const GRACE_MS = 15 * 60 * 1000
const MINUTE_MS = 60_000
/** Of the simulated runs. */
const EXIT_CODES = { succeeded: 0, failed: 3, timed_out: null, vanished: null } as const

export function judgeOutcome(
  judge: Judge,
  { commit, parent, by, seq }: Written,
  { folder, id, file }: { folder: string; id: string; file: string },
) {
  const { store } = judge.scene.server
  const what = `${file} of ${id} by ${by.host} in ${commit.slice(0, 8)}`
  const claim = judge.claims.get(id)
  if (claim?.folder === folder && claim.commit === commit) return judge.blame('outcome_after_intent', what)
  const record = readRecord(store.text(store.entry(commit, `${folder}/${file}`)!.oid))
  const said = record?.predicate ?? {}
  const intents = intentsOf(judge, folder, parent)
  if (intents.length === 0) return judge.blame('outcome_after_intent', what)
  const intent = intents.find((blob) => sha256Of(store.blob(blob)!) === textOf(said, 'intent_sha256'))
  if (record === null || intent === undefined || textOf(said, 'dispatcher', 'instance') !== by.instance)
    return judge.blame('outcome_true', `${what} does not belong to its intent`)
  // Beside what is there, or what was told before, wherever it lies.
  const first = `${folder}/outcome.json`
  // What somebody signed with a key that nobody knows may be put back, where it was taken away.
  const isBeside =
    store.entry(parent, first) !== null || judge.tolerated.has(first) || (claim?.outcomes.length ?? 0) > 0
  if (file !== 'outcome.json' && (file !== `outcome-${by.instance}.json` || !isBeside))
    judge.blame('outcome_true', `${what} has a name that it should not have`)
  const isOwn = claim !== undefined && claim.folder === folder && claim.instance === by.instance
  if (isOwn) judgeOwn(judge, claim, said, what)
  else {
    const isTold = claim?.folder === folder && claim.outcomes.length > 0
    const there = store.entry(parent, first)
    if (isTold && judge.should.get(first) === `${there?.mode} ${there?.oid}`)
      judge.blame('outcome_true', `${what} says that nothing was heard, though an end was told`)
    // Its own intent, and nothing of its own making: it knows as little as anybody else.
    const isStray = judge.scene.truth.strayClaims.get(folder) === by.instance
    if (isStray && textOf(said, 'reason') === 'end_unknown') return
    judgeTakeover(judge, said, { what, instance: by.instance, intent: store.text(intent) })
  }
  const [status, reason] = [textOf(said, 'status'), textOf(said, 'reason')]
  if (claim?.folder === folder) claim.outcomes.push({ seq, instance: by.instance, reason, status })
}

function judgeOwn(judge: Judge, claim: KnownClaim, said: Readonly<Record<string, unknown>>, what: string) {
  const { truth } = judge.scene
  const run = truth.starts.findLast(({ nonce }) => nonce === claim.nonce)
  const status = textOf(said, 'status')
  const reason = textOf(said, 'reason')
  const lie = (why: string) => judge.blame('outcome_true', `${what} says ${status} (${reason}), but ${why}`)
  if (claim.outcomes.some(({ instance }) => instance === claim.instance)) lie('its end was told before')
  const isPlanned = reason === 'planned_only'
  if (isPlanned !== (claim.isDryRun && status === 'succeeded')) lie(`it was ${claim.isDryRun ? 'a' : 'no'} dry run`)
  // None of its steps was to be done.
  if (isPlanned && run === undefined) return
  if (reason === 'could_not_start' || status === 'cancelled') {
    if (run !== undefined) lie('it was started')
    if (reason === 'could_not_start' && !truth.unstartable.has(claim.nonce)) lie('nothing hindered it')
    if (status === 'cancelled' && (truth.greatestClock.get(claim.instance) ?? 0) < claim.startBy)
      lie('it might still start')
    return
  }
  if (status === 'indeterminate' && mayBeginAnew(judge, claim)) lie('it may begin anew')
  if (status === 'indeterminate') return judgeIndeterminate(judge, claim, Date.parse(textOf(said, 'started_at')), lie)
  if (run === undefined) return lie('it was never started')
  if (run.end !== status) lie(`it ${run.end ?? 'goes on'}`)
  if (textOf(said, 'outputs', 'nonce') !== claim.nonce) lie('these are the outputs of another run')
  if (run.end !== null && said['exit_code'] !== EXIT_CODES[run.end]) lie('it ended with another code')
  if (textOf(said, 'failed_step') !== (run.end === 'failed' ? 'do' : '')) lie('it failed in another step')
  const words = ['log_tail', 'log_sha256', 'external_id'].map((name) => textOf(said, name))
  const tail = `this is ${claim.nonce}`
  if (String(words) !== String([tail, sha256Of(Buffer.from(tail)), `process of ${claim.nonce}`]))
    lie('these are the words of another run')
  const times = [textOf(said, 'started_at'), textOf(said, 'ended_at')].map((text) => Date.parse(text))
  if (String(times) !== String([run.startedAt, run.endedAt])) lie('it began or ended at another time')
  if (said['dry_run'] !== claim.isDryRun) lie('of whether it was a dry run it says something else')
}

/** Somebody may have changed the intent since: what it said when it was claimed counts, or where somebody forged it, any that was there. */
function intentsOf(judge: Judge, folder: string, parent: Oid): readonly Oid[] {
  const path = `${folder}/intent.json`
  const claim = [...judge.claims.values()].find((known) => known.folder === folder)
  if (claim !== undefined) return [claim.intent]
  const forged = [...(judge.tolerated.get(path) ?? [])].map((version) => version.split(' ')[1] as Oid)
  return [...forged, judge.scene.server.store.entry(parent, path)?.oid ?? []].flat()
}

/** Only where nobody can know better: the run vanished. What was never started is known not to have been, by its note. */
function judgeIndeterminate(judge: Judge, claim: KnownClaim, startedAt: number, lie: (why: string) => void) {
  const { truth } = judge.scene
  const run = truth.starts.findLast(({ nonce }) => nonce === claim.nonce)
  // Of a second run that never began nobody says when the first one did.
  const isToldWhen = run?.startedAt === startedAt || isIdempotent(judge, claim.id)
  if (isBegunInVain(judge, claim)) lie('what was known of its first run was given away for none')
  if (run?.end === 'vanished') return isToldWhen ? undefined : lie('it began at another time')
  if (run !== undefined) return lie(`it ${run.end ?? 'goes on'}`)
  lie(truth.forgotten.has(claim.nonce) ? 'its note was thrown away' : 'its runner has it noted, so nothing was started')
}

/** Whoever forgot the first run for a second one knew from the beginning that none might start any more. */
function isBegunInVain({ scene: { truth } }: Judge, { nonce, startBy }: KnownClaim): boolean {
  const second = truth.secondRuns.get(nonce)
  if (second === undefined) return false
  const reads = (truth.clockReads.get(second.process) ?? []).filter(({ seq }) => seq <= second.seq)
  return reads.length > 0 && reads.every(({ value }) => value >= startBy)
}

/** An idempotent one, lost, that nobody has called off or begun anew in vain, in time. */
function mayBeginAnew(judge: Judge, claim: KnownClaim): boolean {
  const { truth } = judge.scene
  const isLost = truth.starts.findLast(({ nonce }) => nonce === claim.nonce)?.end === 'vanished'
  return (
    isIdempotent(judge, claim.id) &&
    isLost &&
    !truth.unstartable.has(claim.nonce) &&
    (truth.greatestClock.get(claim.instance) ?? 0) < claim.startBy &&
    claim.outcomes.length === 0 &&
    // What somebody brought to main once more is not trusted so far.
    judge.foreign.size === 0
  )
}

function judgeTakeover(
  judge: Judge,
  said: Readonly<Record<string, unknown>>,
  { what, instance, intent }: { what: string; instance: string; intent: string },
) {
  const claimed = readRecord(intent)?.predicate ?? {}
  if (textOf(said, 'status') !== 'indeterminate' || textOf(said, 'reason') !== 'taken_over')
    return judge.blame('outcome_true', `${what} speaks of a run of another instance`)
  const last = Date.parse(textOf(claimed, 'start_by')) + Number(claimed['timeout_minutes']) * MINUTE_MS + GRACE_MS
  if ((judge.scene.truth.greatestClock.get(instance) ?? 0) < last) judge.blame('takeover_in_time', what)
}
