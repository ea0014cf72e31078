/** Bugs to plant that show when all else is at rest, or by what is left when all is over. */
import { type Mutant, mutant } from './mutant.js'

const APPLIER = 'dispatcher/apply/applier.ts'
const JOURNAL = 'dispatcher/record/switch-journal.ts'
const OBSERVER = 'dispatcher/observe/observer.ts'
const PLAN = 'vault/plan/plan.ts'

const LEFT: readonly Mutant[] = [
  mutant('a branch whose deletion was not heard stays', ['left_open'], PLAN, ' || wasClaimed(request, snapshot)', ''),
  {
    name: 'the note of a claim that lost its race stays',
    laws: ['left_over'],
    edits: [
      {
        file: APPLIER,
        find: "if (recorded.kind === 'lost_race' || recorded.kind === 'refused') await runner.forget(claim.intent.nonce)",
        replace: '',
      },
      // The next start would see to it.
      {
        file: 'dispatcher/state/left-runs.ts',
        find: "(kind === 'noted' && !(await this.noted.has(nonce)))",
        replace: 'false',
      },
    ],
  },
  mutant('what an earlier process left stays', ['left_over'], APPLIER, 'await leftRuns.tidy(snapshot)', ''),
  mutant('notes of claims that never came stay', ['left_over'], APPLIER, 'await noted.tidy(snapshot, runner)', ''),
]

const UNMOVED: readonly Mutant[] = [
  mutant(
    'a request that changed is not looked at while nothing else moves',
    ['not_stuck', 'told'],
    OBSERVER,
    'if (b.requests.get(suffix) !== head) return false',
    '',
  ),
  mutant(
    'what could not be read is not asked for again',
    ['not_stuck', 'told'],
    'dispatcher/observe/settled.ts',
    "request.content.kind !== 'unread' && !isMissing(request)",
    '!isMissing(request)',
  ),
  mutant(
    'the freeze switch is not looked at while nothing moves',
    ['not_stuck', 'stopped'],
    OBSERVER,
    'JSON.stringify(freeze) === JSON.stringify(snapshot.freeze) &&',
    '',
  ),
  mutant(
    'a request that expires is not told so while nothing moves',
    ['told'],
    PLAN,
    '[...expiries, ...claims, ...windows]',
    '[...claims, ...windows]',
  ),
  mutant(
    'whoever saw a main that was rewritten goes on when it is back',
    ['stopped'],
    OBSERVER,
    'await this.parts.freezeSwitch.write(frozen)',
    '',
  ),
]

const ON_MAIN: readonly Mutant[] = [
  mutant(
    'the README that keeps the folder of actions is not put back',
    ['content'],
    'dispatcher/record/actions-readme.ts',
    'if (snapshot.dispatcher.hasActionsReadme) return []',
    'if (snapshot.dispatcher !== null) return []',
  ),
  mutant(
    'a switch that waits is never recorded',
    ['switch_told'],
    APPLIER,
    'await switches.record(recorder, scribe, snapshot)',
    '',
  ),
  mutant(
    'a switch is bound to another main in each attempt',
    ['switch_told', 'settles'],
    JOURNAL,
    'return (await this.files.rename(path, bound)) ? { path: bound, main } : null',
    'return { path, main }',
  ),
  mutant(
    'a switch that main did not take is dropped',
    ['switch_told'],
    JOURNAL,
    "if (recorded.kind !== 'done') return recorded",
    '',
  ),
  mutant(
    'the second half of a group that could not be written is forgotten',
    ['ends', 'not_stuck', 'daemon_lives', 'answered'],
    'dispatcher/record/recorder.ts',
    'await this.#push(group.slice(middle), budget)',
    '',
  ),
  mutant(
    'a newcomer does not learn of claims that were removed',
    ['one_claim', 'append_only'],
    'dispatcher/observe/existing-records.ts',
    'await usedIds.fill(await removedClaims(repository, root, main))',
    '',
  ),
]

const RUNS: readonly Mutant[] = [
  mutant(
    'an idempotent run that was lost is not begun anew',
    ['outcome_true'],
    'vault/plan/recover.ts',
    'if (claim.idempotent && snapshot.now < startBy) return',
    'if (claim.idempotent && snapshot.now < 0) return',
  ),
  mutant(
    'what could start is said not to start',
    ['outcome_true'],
    'dispatcher/apply/launcher.ts',
    'formula?.digest !== claim.intent.trust_set.formula_sha256',
    'formula?.digest === claim.intent.trust_set.formula_sha256',
  ),
]

export const AT_REST: readonly Mutant[] = [...LEFT, ...UNMOVED, ...ON_MAIN, ...RUNS]
