/** Bugs to plant in what becomes of claims: recovery, applier, launcher, daemon. */
import { type Mutant, mutant, startsWhatIsHeld, writesOver } from './mutant.js'

const RECOVER = 'vault/plan/recover.ts'
const APPLIER = 'dispatcher/apply/applier.ts'
const LAUNCHER = 'dispatcher/apply/launcher.ts'
const DAEMON = 'dispatcher/daemon.ts'
const READER = 'dispatcher/observe/claim-reader.ts'
const OWN = 'vault/audit/own-claim.ts'
const LEFT = 'dispatcher/state/left-runs.ts'
const REPEATED = 'dispatcher/state/repeated-runs.ts'

export const RESUMING: readonly Mutant[] = [
  mutant(
    'a run that has ended is called unknown',
    ['outcome_true'],
    RECOVER,
    "    case 'finished':\n",
    "    case 'finished':\n      return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }\n",
  ),
  mutant(
    'a run that goes on is called unknown after a crash',
    ['outcome_true'],
    RECOVER,
    "    case 'finished':\n    case 'running':",
    "    case 'running':\n      return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }\n    case 'finished':",
  ),
  mutant(
    'a claim of which nothing is known is started',
    ['not_given_up', 'at_most_once', 'not_yours', 'audit_before_action', 'start_after_end'],
    RECOVER,
    "      return { kind: 'conclude', claim, status: 'indeterminate', reason: 'end_unknown' }\n    case 'lost':",
    "      return { kind: 'start', claim, isAgain: true }\n    case 'lost':",
  ),
  mutant(
    'a noted run is never started after a crash',
    ['outcome_true', 'ends', 'settles'],
    RECOVER,
    "      return mayStart ? { kind: 'start', claim, isAgain: false } : null\n    case 'again':",
    "      return null\n    case 'again':",
  ),
  mutant(
    'a claim of another instance is concluded as one of its own',
    ['outcome_true'],
    RECOVER,
    "? { kind: 'conclude', claim, status: 'indeterminate', reason: 'taken_over' }",
    "? { kind: 'conclude', claim, status: 'cancelled', reason: 'not_started_in_time' }",
  ),
  mutant(
    'an end without a start is told, and not kept',
    ['outcome_true'],
    LAUNCHER,
    '    await this.parts.runner.close(intent.nonce, end)\n',
    '',
  ),
  mutant(
    'what was noted by an earlier process is thrown away at the start',
    ['outcome_true', 'not_given_up'],
    LEFT,
    "if (isOver || (kind === 'noted' && !(await this.noted.has(nonce)))) await",
    'await',
  ),
  startsWhatIsHeld(
    mutant(
      'a run that was lost is begun anew though nothing may be started',
      ['stopped'],
      RECOVER,
      "snapshot.now < startBy) return mayStart ? { kind: 'start', claim, isAgain: true } : null",
      "snapshot.now < startBy) return { kind: 'start', claim, isAgain: true }",
    ),
  ),
  mutant(
    'nobody remembers that a run is a second one',
    ['outcome_true'],
    REPEATED,
    "await this.files.write(this.#path(nonce), '')",
    '',
  ),
  mutant(
    'a claim is its own whatever instance made it',
    ['outcome_true', 'not_yours', 'takeover_in_time'],
    OWN,
    ' && predicate.dispatcher.instance === own.instance',
    '',
  ),
  mutant(
    'that a first run was started is not told beside a takeover',
    ['late_truth'],
    READER,
    "if (isTakenOver && kind === 'again') return 'lost'",
    '',
  ),
  mutant(
    'a claim that was taken over is started',
    ['start_after_end', 'outcome_true'],
    READER,
    "if (isTakenOver) return kind === 'unknown' || isBefore ? null : kind",
    "if (isTakenOver) return kind === 'unknown' ? null : kind",
  ),
  mutant(
    'a claim that was forged in its name is started',
    ['audit_before_action', 'not_yours', 'outcome_true', 'content'],
    READER,
    "return isBefore && !isFit ? 'foreign' : kind",
    'return kind',
  ),
  mutant(
    'a claim that lost its race is started',
    ['audit_before_action', 'outcome_true', 'outcome_after_intent', 'as_asked'],
    APPLIER,
    "if (recorded.kind === 'done') launched.set(claim.id, launcher.start(claim, recorded.commit))",
    "if (recorded.kind !== 'unknown') launched.set(claim.id, launcher.start(claim, snapshot.main))",
  ),
  mutant(
    'a note is thrown away though nobody knows whether its claim arrived',
    ['outcome_true', 'not_given_up'],
    APPLIER,
    "if (recorded.kind === 'lost_race' || recorded.kind === 'refused') await runner.forget",
    "if (recorded.kind !== 'done') await runner.forget",
  ),
  mutant(
    'records are undone after what is claimed',
    ['append_only', 'foreign_undone', 'settles', 'ends', 'not_stuck', 'own_paths', 'content', 'incident'],
    APPLIER,
    "const undone = await Promise.all(of('undo').map((step) => this.#undo(step, snapshot)))",
    "const undone = (await this.#claimAll(of('claim'), snapshot, launched)) && (await Promise.all(of('undo').map((step) => this.#undo(step, snapshot))))",
  ),
  mutant(
    'what could not be undone gives way to a claim',
    ['incident', 'foreign_undone'],
    APPLIER,
    'isInTheWay(recordFolder(step, snapshot), left)',
    'isInTheWay(recordFolder(step, snapshot), [])',
  ),
  mutant(
    'merged branches are left lying about',
    ['not_stuck', 'told', 'left_open'],
    APPLIER,
    "await this.#deleteBranches(of('tidy').map(({ suffix, head }) => ({ suffix, head })))",
    '',
  ),
  mutant(
    'a comment that is there is never renewed',
    ['told'],
    'vault/plan/plan.ts',
    'return snapshot.comments.get(source.head) === text ? []',
    'return snapshot.comments.has(source.head) ? []',
  ),
  mutant(
    'an id is claimed twice in one plan',
    ['one_claim', 'append_only', 'audit_before_action', 'branch_deleted'],
    'vault/plan/plan.ts',
    'firstOfEachId(claims).slice',
    'claims.slice',
  ),
  mutant(
    'whoever was told to end starts what waits in its pool',
    ['stopped'],
    LAUNCHER,
    "if (this.#isDraining) throw new NotNow('not started: this dispatcher is stopping')",
    '',
  ),
  mutant(
    'an end is recorded that was not waited for',
    ['outcome_true', 'ends', 'late_truth'],
    LAUNCHER,
    'this.#take(claim, await this.parts.runner.attach(claim.intent.nonce))',
    "this.#record(claim, this.unheard('indeterminate', 'end_unknown'))",
  ),
  mutant(
    'a daemon that failed once never ticks again',
    ['ends', 'answered', 'not_stuck', 'daemon_lives', 'late_truth', 'foreign_undone', 'told'],
    DAEMON,
    'return leftMs <= 0 || leftMs > this.#quietMs',
    'return leftMs <= 0 && this.#failures === 0',
  ),
  writesOver({
    name: 'an id that was used may be claimed again',
    laws: ['one_claim', 'append_only'],
    edits: [
      {
        file: 'vault/verdict/judge-request.ts',
        find: 'if (used !== undefined) return',
        replace: "if (used !== undefined && used.day === '') return",
      },
      {
        file: APPLIER,
        find: 'const fresh = open.filter((_, index) => days[index] === null)',
        replace: 'const fresh = open.filter((_, index) => days[index] !== undefined)',
      },
    ],
  }),
  mutant(
    'the time that a run may take is taken for seconds',
    ['takeover_in_time'],
    RECOVER,
    'claim.intent.timeout_minutes * MINUTE_MS',
    'claim.intent.timeout_minutes * 1_000',
  ),
  mutant(
    'a run that was taken over is run again',
    ['start_after_end'],
    READER,
    'idempotent: idempotent && !place.isTakenOver',
    'idempotent',
  ),
  mutant(
    'a run is started again by whoever sees it noted',
    ['not_yours', 'audit_before_action', 'outcome_true'],
    READER,
    "if (!isOwn) return isTakenOver ? null : 'foreign'",
    'if (!isOwn && isTakenOver) return null',
  ),
  mutant(
    'the pool has room for one more',
    ['bounded'],
    'dispatcher/apply/run-pool.ts',
    'if (this.#active >= this.limit)',
    'if (this.#active > this.limit)',
  ),
  mutant(
    'while nothing may be claimed, no end is recorded',
    ['late_truth'],
    'vault/plan/plan.ts',
    '  if (isMainTrusted) {',
    '  if (isMainTrusted && mayWrite) {',
  ),
  mutant(
    'an idempotent run that is lost while it is followed is not begun anew',
    ['outcome_true'],
    LAUNCHER,
    'const mayRunAgain = idempotent && ',
    "const mayRunAgain = idempotent && intent.nonce === '' && ",
  ),
]
