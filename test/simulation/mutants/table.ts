/** Bugs to plant, by what they are planted in. */
import { AT_REST } from './at-rest.js'
import { EQUIPPING } from './equipping.js'
import { EXPLAINING } from './explaining.js'
import { FORGE_MUTANTS } from './forge-table.js'
import { KEEPING } from './keeping.js'
import { type Mutant, mutant, startsWhatIsHeld } from './mutant.js'
import { OWING } from './owing.js'
import { RECALLING } from './recalling.js'
import { RESUMING } from './resuming.js'
import { SAYING } from './saying.js'
import { WATCHING } from './watching.js'
import { WRITING } from './writing.js'

const APPLIER = 'dispatcher/apply/applier.ts'
const LAUNCHER = 'dispatcher/apply/launcher.ts'
const RECORDER = 'dispatcher/record/recorder.ts'
const RECOVER = 'vault/plan/recover.ts'
const PLAN = 'vault/plan/plan.ts'
const GATE = 'vault/verdict/gate.ts'

const CLAIMING: readonly Mutant[] = [
  mutant(
    'an outcome is pushed before the claim',
    ['outcome_after_intent', 'outcome_true'],
    APPLIER,
    'const recorded = await recorder.record(entry)',
    "await launcher.conclude(claim, async () => launcher.unheard({ ...claim, state: 'running' }, 'indeterminate', 'end_unknown'))\n        const recorded = await recorder.record(entry)",
  ),
  mutant(
    'a run is started though nobody knows whether its claim arrived',
    ['audit_before_action', 'at_most_once', 'outcome_true', 'outcome_after_intent', 'as_asked'],
    APPLIER,
    "if (recorded.kind === 'done') launched.set(claim.id, launcher.start(claim, recorded.commit))",
    "if (recorded.kind === 'done' || recorded.kind === 'unknown') launched.set(claim.id, launcher.start(claim, snapshot.main))",
  ),
  mutant(
    'the nonce is not noted before the claim',
    ['note_before_claim'],
    APPLIER,
    'await runner.note(intent.nonce)',
    '',
  ),
  mutant(
    'used ids are not kept',
    ['one_claim', 'append_only', 'left_open', 'remembered'],
    'lib/state/used-ids.ts',
    'if (fresh.size === 0) return',
    'if (fresh.size >= 0) return',
  ),
  mutant(
    'the branch of a claim that was refused is deleted too',
    ['branch_deleted', 'not_stuck'],
    APPLIER,
    "return recorded.kind === 'done' && step.branch !== null ? [step.branch] : []",
    'return step.branch !== null && recorded !== null ? [step.branch] : []',
  ),
]

/** What the observer has seen is a second guard in the recorder: without it the first one shows. */
const KNOWS_LESS = {
  file: RECORDER,
  find: 'if (seen === null || (await this.#continues(head, seen))) return head',
  replace: 'if (head !== null) return head',
}

const RECORDING: readonly Mutant[] = [
  mutant(
    'the recorder rebases decisions onto commits of others',
    ['decided_on_this_main', 'one_claim', 'append_only'],
    RECORDER,
    'return commit === decidedOn',
    'return true',
  ),
  mutant(
    'after a push without an answer, the recorder does not look',
    ['outcome_true', 'not_stuck', 'ends', 'one_claim'],
    RECORDER,
    'return this.#look(open, base, built, failed)',
    "return settleAll(open, { kind: 'refused', why: failed.why })",
  ),
  {
    name: 'the recorder writes on a main that does not continue its own',
    laws: ['rewritten_main'],
    edits: [
      KNOWS_LESS,
      {
        file: RECORDER,
        find: 'if (!(await this.#continues(main, base)))',
        replace: 'if (main === null)',
      },
    ],
  },
  mutant(
    'the folder of a run is removed before its outcome is on main',
    ['outcome_true', 'late_truth', 'at_most_once'],
    LAUNCHER,
    "    if (recorded.kind !== 'done')\n",
    "    if (recorded.kind !== 'done') await repeatedRuns.forget(intent.nonce).catch(() => undefined)\n    if (recorded.kind !== 'done')\n",
  ),
  mutant(
    'a late outcome wants the place of the first',
    ['append_only', 'late_truth', 'ends'],
    'dispatcher/record/entries.ts',
    'const path = isTaken ? lateOutcomePath(day, id, scribe.dispatcher.instance) : first',
    'const path = isTaken ? first : first',
  ),
]

const RECOVERING: readonly Mutant[] = [
  mutant(
    'a run whose end is unknown is started again, whatever its formula says',
    ['at_most_once'],
    RECOVER,
    'if (claim.idempotent && snapshot.now < startBy) return',
    'if (snapshot.now < startBy) return',
  ),
  mutant(
    'claims of others are taken over too early',
    ['takeover_in_time'],
    RECOVER,
    'return Date.parse(claim.intent.start_by) +',
    'return Date.parse(claim.intent.claimed_at) +',
  ),
  mutant(
    'claims of others are taken over without grace for clocks',
    ['takeover_in_time'],
    RECOVER,
    '* MINUTE_MS + LIMITS.takeoverGraceMs',
    '* MINUTE_MS',
  ),
  mutant(
    'a noted claim is called off before its time',
    ['outcome_true'],
    RECOVER,
    'if (snapshot.now >= startBy)\n        return { kind',
    'if (snapshot.now >= startBy - 3_600_000)\n        return { kind',
  ),
  {
    name: 'runs are started after start_by',
    laws: ['start_in_time'],
    edits: [
      {
        file: LAUNCHER,
        find: 'if (this.parts.now() >= Date.parse(claim.intent.start_by))',
        replace: 'if (this.parts.now() < 0)',
      },
      {
        file: RECOVER,
        find: 'if (snapshot.now >= startBy)\n        return { kind',
        replace: 'if (snapshot.now < 0)\n        return { kind',
      },
    ],
  },
  mutant(
    'claims in flight of others are never taken over',
    ['ends'],
    RECOVER,
    'return snapshot.now >= takeoverAt(claim)',
    'return snapshot.now < 0',
  ),
  startsWhatIsHeld(
    mutant(
      'a frozen dispatcher starts what it finds noted',
      ['stopped'],
      PLAN,
      'recoverClaim(claim, snapshot, mayWrite)',
      'recoverClaim(claim, snapshot, true)',
    ),
  ),
  mutant(
    'a freeze does not hold back what waits for its turn',
    ['stopped'],
    LAUNCHER,
    '(await this.parts.freezeSwitch.read()) !== null',
    '(await this.parts.freezeSwitch.read()) === undefined',
  ),
  mutant(
    'what had no answer is said never to arrive, where main went another way',
    ['outcome_true'],
    RECORDER,
    "failed.kind === 'unknown' ? failed : ",
    '',
  ),
]

const RUNNING: readonly Mutant[] = [
  mutant(
    'the pool has no limit',
    ['bounded'],
    'dispatcher/apply/run-pool.ts',
    'if (this.#active >= this.limit)',
    'if (this.#active >= this.limit + 100)',
  ),
  mutant(
    'what was pushed is not remembered on disk',
    ['remembered'],
    'dispatcher/record/recorder.ts',
    'await this.parts.onRecorded(',
    'await (async (..._: unknown[]) => undefined)(',
  ),
]

const DECIDING: readonly Mutant[] = [
  mutant(
    "the second key's role is not checked",
    ['second_key'],
    'vault/countersignature/approver.ts',
    '!roleSuffices(role, needed)',
    'false',
  ),
  mutant(
    'who asked may approve',
    ['second_key'],
    'vault/countersignature/signed-merge.ts',
    'if (isSelf && !set.policy[demand.tier].allowSelf)',
    "if (isSelf && principal === '')",
  ),
  mutant(
    'a merge may bring other content',
    ['second_key'],
    'vault/countersignature/binding.ts',
    'if (unbound !== null) return',
    "if (unbound === '') return",
  ),
  mutant(
    'a declaration may lower the tier',
    ['tier'],
    'vault/classify.ts',
    'const after = demand.tier === null ? tier : higherTier(tier, demand.tier)',
    'const after = demand.tier ?? tier',
  ),
  mutant(
    'anybody may change the trust set',
    ['trust_set'],
    'vault/trust/authority.ts',
    "return approver.kind === 'allowed' ? GIVEN : lacking(approver.detail)",
    'return approver.kind === null ? lacking(change.commit) : GIVEN',
  ),
  mutant(
    'a change on an unauthorised set counts',
    ['trust_set', 'not_stuck'],
    'vault/trust/advance.ts',
    'if (!asksAuthority(trust, change)) return',
    'if (trust.root === change.commit) return',
  ),
  mutant(
    'the freeze switch is not heeded',
    ['stopped'],
    GATE,
    'if (freeze !== null) return',
    "if (freeze?.reason === '') return",
  ),
  mutant(
    'a broken trust set stops nothing',
    ['stopped'],
    GATE,
    'if (trust.broken !== null) {',
    'if (trust.broken?.commit === trust.root) {',
  ),
  mutant(
    'the switch of the policy is not heeded',
    ['stopped'],
    GATE,
    'if (!trust.inForce.set.policy.writeEnabled) return',
    'if (snapshot === null) return',
  ),
  mutant(
    'expired actions fire',
    ['content'],
    'vault/verdict/judge-content.ts',
    'action.expiresAtMs <= snapshot.now',
    'action.expiresAtMs <= 0',
  ),
  mutant(
    'foreign changes to records are not undone',
    ['foreign_undone'],
    PLAN,
    'snapshot.foreign.length === 0 ?',
    'snapshot.foreign.length >= 0 ?',
  ),
  mutant(
    'nobody is told what a request waits for',
    ['not_stuck'],
    PLAN,
    "(verdict.kind !== 'wait' && verdict.kind !== 'refuse')",
    "verdict.kind !== 'refuse'",
  ),
  mutant(
    'a main that was rewritten is followed',
    ['rewritten_main'],
    'dispatcher/observe/main-follower.ts',
    'if (last === main || (await history.isOnFirstParentLine(last, main))) continue',
    "if (last === main || (await history.isOnFirstParentLine(last, main)) || main !== '') continue",
  ),
]

export const MUTANTS: readonly Mutant[] = [
  ...CLAIMING,
  ...RECORDING,
  ...RECOVERING,
  ...RUNNING,
  ...DECIDING,
  ...FORGE_MUTANTS,
  ...SAYING,
  ...WRITING,
  ...RECALLING,
  ...RESUMING,
  ...WATCHING,
  ...KEEPING,
  ...OWING,
  ...AT_REST,
  ...EQUIPPING,
  ...EXPLAINING,
]
