/** Bugs to plant in what writes on main: the recorder, and what it is given. */
import { type Mutant, mutant } from './mutant.js'

const RECORDER = 'dispatcher/record/recorder.ts'
const ENTRIES = 'dispatcher/record/entries.ts'
const TOLD = 'dispatcher/record/told-outcomes.ts'
const DISPATCHER = 'dispatcher/dispatcher.ts'

export const WRITING: readonly Mutant[] = [
  mutant(
    'what is unknown counts as refused',
    ['outcome_true', 'not_given_up'],
    RECORDER,
    "    } catch {\n      return settleAll(group, { kind: 'unknown', why })",
    "    } catch {\n      return settleAll(group, { kind: 'refused', why })",
  ),
  mutant(
    'a rejected push counts as done',
    ['audit_before_action', 'ends', 'outcome_true', 'not_stuck'],
    RECORDER,
    "if (result?.kind === 'done')",
    'if (result !== undefined)',
  ),
  mutant(
    'commits of others count as our own',
    ['decided_on_this_main', 'append_only', 'one_claim', 'stopped', 'trust_set', 'content', 'own_paths'],
    RECORDER,
    '      this.#head = main\n      return group\n',
    '      this.#own.set(main, base)\n      this.#head = main\n      return group\n',
  ),
  mutant(
    'a push that arrived is taken for a lost race',
    ['outcome_true', 'not_given_up'],
    RECORDER,
    'if (await this.#continues(main, commit)) {',
    "if (await this.#continues(main, commit)) {\n        return settleAll(group, { kind: 'lost_race' })",
  ),
  mutant(
    'what is pushed is pushed again',
    ['append_only', 'one_claim', 'settles', 'own_paths'],
    RECORDER,
    'await this.#push(this.#pending.splice(0, LIMITS.claimsPerCommit))',
    'const group = this.#pending.splice(0, LIMITS.claimsPerCommit)\n        await this.#push(group)\n        await this.#push(group)',
  ),
  mutant(
    'the recorder knows less than the observer has seen',
    ['rewritten_main'],
    RECORDER,
    'if (seen === null || (await this.#continues(head, seen))) return head',
    'if (head !== null) return head',
  ),
  mutant(
    'a claim is told to be done before its push has an answer',
    ['audit_before_action', 'outcome_true', 'outcome_after_intent', 'ends'],
    RECORDER,
    '    let failed: Recorded & { readonly why: string }\n    try {',
    "    let failed\n    for (const { settle } of open) settle({ kind: 'done', commit: built })\n    try {",
  ),
  mutant(
    'a claim may be rebased',
    ['decided_on_this_main', 'append_only', 'one_claim', 'stopped', 'trust_set', 'content', 'own_paths'],
    ENTRIES,
    '    decidedOn: snapshot.main,\n    patient: false,\n    edits: async () => edits(sealed.bytes()),',
    '    decidedOn: null,\n    patient: false,\n    edits: async () => edits(sealed.bytes()),',
  ),
  mutant(
    'a refusal may be rebased',
    ['decided_on_this_main', 'refusal_true', 'stopped', 'trust_set', 'append_only', 'own_paths'],
    ENTRIES,
    '    decidedOn: snapshot.main,\n    patient: false,\n    // Records are append-only: the same file',
    '    decidedOn: null,\n    patient: false,\n    // Records are append-only: the same file',
  ),
  mutant(
    'a claim leaves its action on main',
    ['content', 'not_stuck'],
    ENTRIES,
    "...(step.waiting === null ? [] : [{ kind: 'delete' as const, path: step.waiting.path }]),",
    '',
  ),
  mutant(
    'an own end is told twice',
    ['outcome_true'],
    ENTRIES,
    "if (byUs || (byOthers && end.reason === 'taken_over')) return []",
    "if (byOthers && end.reason === 'taken_over') return []",
  ),
  mutant(
    'that nothing was heard is written beside an end',
    ['outcome_true'],
    ENTRIES,
    "if (byUs || (byOthers && end.reason === 'taken_over')) return []",
    'if (byUs) return []',
  ),
  mutant(
    'the place of an outcome that somebody removed is free',
    ['append_only', 'foreign_undone'],
    TOLD,
    'let byOthers = this.view()?.inFlight[id]?.isTakenOver === true',
    'let byOthers = false',
  ),
  mutant(
    'what is undone is not said',
    ['incident'],
    ENTRIES,
    "return [...edits, eventEdit(snapshot.now, 'incident', sealed.bytes())]",
    'return edits',
  ),
  mutant(
    'what was added by others stays',
    ['foreign_undone', 'settles', 'incident'],
    ENTRIES,
    "(before === null ? [{ kind: 'delete' as const, path }] : [])",
    '(before === null ? [] : [])',
  ),
  mutant(
    'a push is not remembered before anybody goes by it',
    ['rewritten_main', 'one_claim', 'at_most_once', 'append_only'],
    DISPATCHER,
    'const onRecorded = (commit: Oid) => seenFile.write(commit)',
    'const onRecorded = async (commit: Oid) => void seenFile.write(commit).catch(() => undefined)',
  ),
  mutant(
    'a push without an answer is tried again at once',
    ['outcome_true', 'ends', 'settles', 'append_only'],
    RECORDER,
    'if (main === base) return settleAll(group, failed)',
    "if (main === base) return failed.kind === 'unknown' ? group : settleAll(group, failed)",
  ),
  mutant(
    'a push without an answer counts as done',
    ['audit_before_action', 'ends', 'outcome_true', 'not_stuck', 'rewritten_main', 'branch_deleted'],
    RECORDER,
    'if (main === base) return settleAll(group, failed)',
    "if (main === base) return failed.kind === 'unknown' ? this.#settleDone(group, base, commit) : settleAll(group, failed)",
  ),
  mutant(
    'only the first of a group is written',
    ['audit_before_action', 'ends', 'outcome_true', 'not_stuck', 'content', 'branch_deleted'],
    RECORDER,
    'const edits = edited.flatMap((each) => each.edits)',
    'const edits = edited.slice(0, 1).flatMap((each) => each.edits)',
  ),
  mutant(
    'a commit is made on the main before its own last one',
    ['ends', 'not_stuck', 'own_paths', 'settles', 'outcome_true'],
    RECORDER,
    'commit({ parents: [base],',
    'commit({ parents: [this.#own.get(base) ?? base],',
  ),
  mutant(
    'what is undone may be rebased',
    ['append_only', 'foreign_undone', 'settles', 'incident', 'own_paths'],
    ENTRIES,
    '    decidedOn: snapshot.main,\n    patient: false,\n    edits: async () => {\n      // Nothing',
    '    decidedOn: null,\n    patient: false,\n    edits: async () => {\n      // Nothing',
  ),
  mutant(
    'what others removed is not put back',
    ['foreign_undone', 'incident', 'settles'],
    ENTRIES,
    "(before === null ? [] : [{ kind: 'place' as const, path, ...before }])",
    '(before === null ? [] : [])',
  ),
]
