/** Bugs to plant in what a run is given, and in what is said of it on main, at a forge and in the journal of switches. */
import { type Mutant, mutant } from './mutant.js'

const APPLIER = 'dispatcher/apply/applier.ts'
const EFFECTIVE = 'vault/action/effective.ts'
const ENTRIES = 'dispatcher/record/entries.ts'
const JOURNAL = 'dispatcher/record/switch-journal.ts'
const SPEC = 'dispatcher/apply/run-spec.ts'

const GIVING: readonly Mutant[] = [
  mutant(
    'a run is not given its variables',
    ['as_asked'],
    SPEC,
    'of effectiveVariables(action, formula)) environment',
    'of [] as [string, string][]) environment',
  ),
  mutant(
    'what an action says of a variable is not heeded',
    ['as_asked'],
    EFFECTIVE,
    'action.vars.get(variable.name) ?? ',
    '',
  ),
  mutant(
    'a run is not given its secrets',
    ['as_asked'],
    SPEC,
    'of secrets) environment',
    'of [] as [string, string][]) environment',
  ),
  mutant(
    'the secrets of a run are not kept out of its output',
    ['as_asked'],
    SPEC,
    'secretValues: [...secrets.values()]',
    'secretValues: []',
  ),
  mutant(
    'a run may read main as it was before its claim',
    ['as_asked'],
    APPLIER,
    'launcher.start(claim, recorded.commit)',
    'launcher.start(claim, snapshot.main)',
  ),
  mutant(
    'a run begins without an ops repo to read',
    ['as_asked'],
    'dispatcher/apply/launcher.ts',
    'await Promise.all([formulas.pathFor(set.ids), ops.show(commit)])',
    'await Promise.all([formulas.pathFor(set.ids), ops.path])',
  ),
  mutant(
    'the time limit of an action is not heeded',
    ['record_true'],
    EFFECTIVE,
    'Math.min(action.timeoutMinutes ?? formula.timeoutMinutes, formula.timeoutMinutes)',
    'formula.timeoutMinutes',
  ),
  mutant(
    'an action may take longer than its formula says',
    ['record_true'],
    EFFECTIVE,
    'Math.min(action.timeoutMinutes ?? formula.timeoutMinutes, formula.timeoutMinutes)',
    'action.timeoutMinutes ?? formula.timeoutMinutes',
  ),
]

const RECORDS: readonly Mutant[] = [
  mutant(
    'what was refused is not kept',
    ['record_true'],
    ENTRIES,
    "waiting.file.kind === 'none'\n      ? []",
    "waiting.file.kind !== 'none'\n      ? []",
  ),
  mutant(
    'a refusal does not say what brought it to main',
    ['record_true'],
    ENTRIES,
    'commit: waiting.merge?.commit ?? null',
    'commit: null',
  ),
  mutant(
    'an incident does not say where',
    ['incident'],
    ENTRIES,
    'paths: paths.slice(0, INCIDENT_PATHS).map(clipped)',
    'paths: []',
  ),
  mutant(
    'an outcome does not say which step failed',
    ['outcome_true'],
    ENTRIES,
    'failed_step: end.failedStep',
    'failed_step: null',
  ),
  mutant(
    'an outcome does not bind the log',
    ['outcome_true'],
    ENTRIES,
    'log_sha256: end.logSha256',
    'log_sha256: null',
  ),
  mutant(
    'the message of a claim says that the policy approved it',
    ['record_true'],
    ENTRIES,
    "['Approved-By', approvedBy(intent.evidence)]",
    "['Approved-By', approvedBy({ kind: 'policy', requesters: [] })]",
  ),
  mutant(
    'the message of a group speaks of its first member only',
    ['record_true'],
    'dispatcher/record/message.ts',
    '...entries.map(block)',
    '...entries.slice(0, 1).map(block)',
  ),
]

const SWITCHES: readonly Mutant[] = [
  mutant(
    'a switch that was recorded is kept',
    ['left_over', 'switch_told'],
    JOURNAL,
    'await this.files.remove(bound.path)',
    'return null',
  ),
  mutant(
    'all switches are dropped with the first',
    ['switch_told'],
    JOURNAL,
    'await this.files.remove(bound.path)',
    'for (const name of await this.#names()) await this.files.remove(join(this.#folder, name))',
  ),
  mutant(
    'the switch that was thrown last is recorded first',
    ['switch_told'],
    JOURNAL,
    'const [name] = await this.#names()',
    'const name = (await this.#names()).at(-1)',
  ),
]

const GOING_ON: readonly Mutant[] = [
  mutant(
    'whoever is woken in the middle of a tick does not look again',
    ['answered'],
    'dispatcher/daemon.ts',
    '      this.#isAgain = true\n',
    '',
  ),
  mutant(
    'two ticks go on at once',
    ['refusal_true', 'append_only', 'one_claim', 'outcome_true', 'bounded', 'followed_once'],
    'dispatcher/daemon.ts',
    'if (this.#current !== null) {',
    'if (this.#quietMs < 0) {',
  ),
  mutant(
    'what lost all its races waits for ever',
    ['ends', 'answered', 'not_stuck'],
    'dispatcher/record/recorder.ts',
    "    settleAll(open, { kind: 'lost_race' })\n  }",
    '  }',
  ),
  mutant(
    'what waits for its turn is started though nothing may be written any more',
    ['stopped'],
    APPLIER,
    'launcher.hold(!plan.mayStart)',
    'launcher.hold(false)',
  ),
  mutant(
    'what an earlier process left is forgotten though it is frozen',
    ['outcome_true', 'late_truth'],
    'dispatcher/state/left-runs.ts',
    ' || freeze !== null',
    '',
  ),
]

export const EQUIPPING: readonly Mutant[] = [...GIVING, ...RECORDS, ...SWITCHES, ...GOING_ON]
