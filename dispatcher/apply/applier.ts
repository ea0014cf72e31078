/** `apply`: carries a plan's steps out. Decides nothing; what it cannot do now, the next tick plans anew. */
import type { Repository } from '../../lib/git/port.js'
import type { Log } from '../../lib/log/port.js'
import type { RunWriter } from '../../lib/runner/port.js'
import type { UsedIds } from '../../lib/state/used-ids.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { pullsByNumber } from '../../vault/plan/show-steps.js'
import type { ClaimFact, Snapshot } from '../../vault/plan/snapshot.js'
import type { ClaimStep, CommentStep, ConcludeStep, Plan, RefuseStep, Step, UndoStep } from '../../vault/plan/step.js'
import { pullOf } from '../../vault/record/evidence.js'
import { firedFolder, refusedFolder } from '../../vault/record/paths.js'
import { dayOf } from '../../vault/record/time.js'
import { NOTES_REF } from '../observe/comment-reader.js'
import { claimEntry, refusalEntry, type Scribe, undoEntry } from '../record/entries.js'
import type { Recorded } from '../record/entry.js'
import type { Recorder } from '../record/recorder.js'
import type { SwitchJournal } from '../record/switch-journal.js'
import type { ToldRefusals } from '../record/told-refusals.js'
import type { LeftRuns } from '../state/left-runs.js'
import type { NotedClaims } from '../state/noted-claims.js'
import { claimedPulls } from './claimed-pulls.js'
import { intentOf } from './intent.js'
import type { Launched, Launcher } from './launcher.js'
import type { PullWriter } from './pull-writer.js'

export interface ApplierParts {
  readonly repository: Repository
  readonly recorder: Recorder
  readonly scribe: Scribe
  readonly told: ToldRefusals
  readonly runner: RunWriter
  readonly launcher: Launcher
  readonly usedIds: UsedIds
  readonly switches: SwitchJournal
  readonly noted: NotedClaims
  readonly leftRuns: LeftRuns
  /** Null: plain git. */
  readonly pulls: PullWriter | null
  readonly newNonce: () => string
  readonly log: Log
}

export interface Applied {
  /** Something was decided on a main that had moved: observe and plan anew. */
  readonly lostRace: boolean
  /** What became of each action that was to be claimed or refused on main. */
  readonly recorded: ReadonlyMap<string, Recorded>
  /** Runs in hand, by id; each ends when its outcome is recorded. */
  readonly launched: ReadonlyMap<string, Promise<Launched>>
}

type Of<K extends Step['kind']> = Extract<Step, { kind: K }>

interface Branch {
  readonly suffix: string
  readonly head: Oid
}

interface Claimed {
  readonly step: ClaimStep
  readonly claim: ClaimFact
  readonly recorded: Recorded
}

const BLOCKED: Recorded = {
  kind: 'refused',
  why: 'something lies in the place of its records, and could not be undone',
}
const STOPPING: Recorded = { kind: 'refused', why: 'this dispatcher is stopping' }

export class Applier {
  /** Ids whose claim is on its way. */
  readonly #claiming = new Set<string>()
  /** Branches of what was claimed in a burst. */
  readonly #left: Branch[] = []

  constructor(private readonly parts: ApplierParts) {}

  /**
   * @param inHand ids whose runs this process follows already: they are not taken up twice
   * @param launched those of this tick, to which more are added; each ends when its outcome is recorded
   */
  async apply(
    plan: Plan,
    snapshot: Snapshot,
    inHand: ReadonlySet<string>,
    launched = new Map<string, Promise<Launched>>(),
  ): Promise<Applied> {
    const { recorder, scribe, switches, noted, leftRuns, runner, launcher } = this.parts
    launcher.hold(!plan.mayStart)
    recorder.startFrom(snapshot.main)
    const of = <K extends Step['kind']>(kind: K) => plan.steps.filter((step): step is Of<K> => step.kind === kind)
    // Before anything that may fail or take long: a veto that was seen may be deleted by the next look.
    await this.parts.pulls?.watch(of('watch'))
    await switches.record(recorder, scribe, snapshot)
    for (const step of [...of('start'), ...of('collect'), ...of('conclude')]) {
      const { id } = step.claim
      if (!inHand.has(id) && !launched.has(id)) launched.set(id, this.#resume(step, snapshot.main))
    }
    // First, and in a commit of its own: a file that is taken away may lie where a claim wants its folder.
    const undone = await Promise.all(of('undo').map((step) => this.#undo(step, snapshot)))
    const left = undone.every(({ kind }) => kind === 'done') ? [] : snapshot.foreign
    const blocked = new Set(
      [...of('claim'), ...of('refuse')].filter((step) => isInTheWay(recordFolder(step, snapshot), left)),
    )
    const isFree = (step: ClaimStep | RefuseStep) => !blocked.has(step)
    const [claims, refusals] = await Promise.all([
      this.#claimAll(of('claim').filter(isFree), snapshot, launched),
      Promise.all(
        of('refuse')
          .filter(isFree)
          .map((step) => this.#refuse(step, snapshot)),
      ),
    ])
    await this.#comment(of('comment'), snapshot)
    await this.parts.pulls?.show(of('show'))
    await this.parts.pulls?.close(of('close'))
    await this.#deleteBranches(of('tidy').map(({ suffix, head }) => ({ suffix, head })))
    await noted.tidy(snapshot, runner)
    await leftRuns.tidy(snapshot)
    await this.#forgetPulls(snapshot)
    const waiting = [...blocked].map(({ judgement }) => [judgement.id, BLOCKED] as const)
    const recorded = new Map([...claims, ...refusals, ...waiting])
    return { lostRace: [...recorded.values(), ...undone].some(({ kind }) => kind === 'lost_race'), recorded, launched }
  }

  async #forgetPulls(snapshot: Snapshot): Promise<void> {
    const { forge } = snapshot
    // A forge that does not answer shows nothing that is open.
    if (forge === null || forge.fault !== null) return
    await this.parts.pulls?.tidy(new Set(pullsByNumber(snapshot).keys()))
  }

  /** Deletes the branches that the last tick left for the sake of its runs. */
  async tidy(): Promise<void> {
    await this.#deleteBranches(this.#left.splice(0))
  }

  #resume(step: Of<'start'> | Of<'collect'> | ConcludeStep, commit: Oid): Promise<Launched> {
    const { launcher } = this.parts
    if (step.kind === 'start')
      return step.isAgain ? launcher.startAgain(step.claim, commit) : launcher.start(step.claim, commit)
    if (step.kind === 'collect') return launcher.collect(step.claim)
    return this.#conclude(step)
  }

  #conclude({ claim, status, reason }: ConcludeStep): Promise<Launched> {
    const { launcher, runner } = this.parts
    return launcher.conclude(claim, async () => {
      const state = claim.state === 'lost' ? await runner.state(claim.intent.nonce) : null
      return state?.kind === 'lost' ? state.end : launcher.unheard(claim, status, reason)
    })
  }

  /** The recorder lets our own commits come between, so a plan that is applied twice must not claim twice (field failure 27). */
  async #claimAll(
    steps: readonly ClaimStep[],
    snapshot: Snapshot,
    launched: Map<string, Promise<Launched>>,
  ): Promise<readonly (readonly [string, Recorded])[]> {
    const { launcher } = this.parts
    const open = steps.filter(({ asked: { action } }) => !this.#claiming.has(action.id))
    const ids = open.map(({ asked }) => asked.action.id)
    for (const id of ids) this.#claiming.add(id)
    try {
      const days = await Promise.all(ids.map((id) => this.parts.usedIds.dayOf(id)))
      const fresh = open.filter((_, index) => days[index] === null)
      const claimed: Claimed[] = []
      // The first of a burst run while the others are claimed.
      for (let from = 0; from < fresh.length && !launcher.isDraining; from += LIMITS.claimsAtOnce) {
        const group = await this.#claim(fresh.slice(from, from + LIMITS.claimsAtOnce), snapshot, launched)
        claimed.push(...group)
        if (group.some(({ recorded }) => recorded.kind === 'lost_race')) break
      }
      const branches = claimed.filter((each) => !this.#mayGetPull(each)).flatMap(branchOf)
      // The runs of a burst come first.
      if (branches.length > LIMITS.refsPerCommand) this.#left.push(...branches)
      else await this.#deleteBranches(branches)
      const rest: Recorded = launcher.isDraining ? STOPPING : { kind: 'lost_race' }
      // What is claimed says so after it.
      const lost = steps.map(({ asked }) => [asked.action.id, rest] as const)
      return [...lost, ...claimed.map(({ claim, recorded }) => [claim.id, recorded] as const)]
    } finally {
      for (const id of ids) this.#claiming.delete(id)
    }
  }

  /** Whoever asks at a forge pushes, then opens the pull request: without its branch that one is closed before it is told anything. */
  #mayGetPull({ step }: Claimed): boolean {
    return this.parts.pulls !== null && step.judgement.pulls.length === 0 && pullOf(step.evidence) === null
  }

  /** Law 7: the note, then the signed intent on main, and only then the run. */
  async #claim(
    steps: readonly ClaimStep[],
    snapshot: Snapshot,
    launched: Map<string, Promise<Launched>>,
  ): Promise<readonly Claimed[]> {
    const { recorder, runner, scribe, launcher, usedIds, noted, newNonce, log } = this.parts
    const decided = steps.map((step) => ({ step, intent: intentOf(step, snapshot, scribe.dispatcher, newNonce()) }))
    await noted.add(decided.map(({ intent }) => intent))
    const claimed = await Promise.all(
      decided.map(async ({ step, intent }) => {
        await runner.note(intent.nonce)
        return { step, ...claimEntry(step, intent, snapshot, scribe) }
      }),
    )
    // Before the push: a crash after it, or an answer that is lost, must not keep from its pull request how it ended.
    await this.parts.pulls?.claimed(claimed.flatMap(({ step, claim }) => claimedPulls(step, claim)))
    const results = await Promise.all(
      claimed.map(async ({ step, entry, claim }) => {
        const recorded = await recorder.record(entry)
        // Not on main, and never will be: the note is of no use. Where nobody knows, it stays.
        if (recorded.kind === 'lost_race' || recorded.kind === 'refused') await runner.forget(claim.intent.nonce)
        return { step, claim, recorded }
      }),
    )
    await noted.drop(
      results.flatMap(({ claim, recorded }) => (recorded.kind === 'unknown' ? [] : [claim.intent.nonce])),
    )
    // Before anything runs: whatever becomes of main, these ids are used (law 8).
    const done = results.filter(({ recorded }) => recorded.kind === 'done')
    await usedIds.add(done.map(({ claim: { id, day } }) => ({ id, day })))
    for (const { claim, recorded } of results) {
      log.info({ id: claim.id, request: claim.intent.nonce, tier: claim.intent.tier, recorded: recorded.kind }, 'claim')
      if (recorded.kind === 'done') launched.set(claim.id, launcher.start(claim, recorded.commit))
    }
    return results
  }

  async #refuse(step: RefuseStep, snapshot: Snapshot): Promise<readonly [string, Recorded]> {
    const { recorder, scribe, told } = this.parts
    return [step.judgement.id, await recorder.record(refusalEntry(step, snapshot, scribe, told))]
  }

  #undo(step: UndoStep, snapshot: Snapshot): Promise<Recorded> {
    return this.parts.recorder.record(undoEntry(step, snapshot, this.parts.scribe))
  }

  /** Comments are for people: when they cannot be written, the tick goes on, and the next one tries again. */
  async #comment(steps: readonly CommentStep[], snapshot: Snapshot): Promise<void> {
    if (steps.length === 0) return
    const { repository, scribe, log } = this.parts
    try {
      const parent = (await repository.remote.list()).notes
      if (parent !== null && (await repository.objects.commit(parent)) === null)
        await repository.remote.fetch([NOTES_REF])
      const author = { name: `countersign ${scribe.dispatcher.name}`, email: 'countersign@invalid' }
      const notes = new Map(steps.map((step) => [step.head, step.text]))
      const commit = await repository.writer.notesCommit(parent, notes, {
        message: 'comments\n',
        author,
        at: snapshot.now,
      })
      const [result] = await repository.remote.push([{ ref: NOTES_REF, expected: parent, to: commit }])
      if (result?.kind === 'rejected')
        log.info({ why: result.why }, 'comments were not taken; the next tick writes them')
    } catch (error) {
      log.warn({ error }, 'comments could not be written; the next tick tries again')
    }
  }

  /** Each at the commit that was seen, or not at all: a head that was pushed meanwhile survives (field failure 54). */
  async #deleteBranches(branches: readonly Branch[]): Promise<void> {
    for (let from = 0; from < branches.length; from += LIMITS.refsPerCommand) {
      const updates = branches
        .slice(from, from + LIMITS.refsPerCommand)
        .map(({ suffix, head }) => ({ ref: `refs/heads/vault/${suffix}`, expected: head, to: null }))
      try {
        await this.parts.repository.remote.push(updates)
      } catch (error) {
        this.parts.log.warn({ error }, 'request branches could not be deleted; the next tick tries again')
      }
    }
  }
}

/** What is foreign where a step wants its folder, or in there, would go with the record, and nobody would be told of it (law 8). */
function isInTheWay(folder: string, foreign: Snapshot['foreign']): boolean {
  return foreign.some(({ change: { path } }) => `${folder}/`.startsWith(`${path}/`) || path.startsWith(`${folder}/`))
}

function recordFolder(step: ClaimStep | RefuseStep, { now }: Snapshot): string {
  if (step.kind === 'claim') return firedFolder(dayOf(now), step.asked.action.id)
  return refusedFolder(dayOf(now), step.waiting.stem, step.waiting.entry.oid)
}

/** The branch that is not needed any more. */
function branchOf({ step, recorded }: Claimed) {
  return recorded.kind === 'done' && step.branch !== null ? [step.branch] : []
}
