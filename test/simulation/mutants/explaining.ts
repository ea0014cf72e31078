/** Bugs to plant in what explains a decision to those who read it later, and in what is taken for the thing that was asked for. */
import { type Mutant, mutant } from './mutant.js'

const ENTRIES = 'dispatcher/record/entries.ts'
const INTENT = 'dispatcher/apply/intent.ts'
const PULL = 'vault/verdict/judge-pull.ts'
const RECORDER = 'dispatcher/record/recorder.ts'
const WAITING = 'vault/verdict/judge-waiting.ts'

const SAID: readonly Mutant[] = [
  mutant('a claim leaves out the rules that decided', ['record_true'], INTENT, 'rules: judgement.rules', 'rules: []'),
  mutant(
    'a claim gives another reason than its verdict',
    ['record_true'],
    INTENT,
    'reason: verdict.reason',
    "reason: 'auto_approved'",
  ),
  mutant(
    'a refusal leaves out the rules that decided',
    ['record_true'],
    ENTRIES,
    'rules: judgement.rules',
    'rules: []',
  ),
  mutant(
    'a refusal gives another reason than its verdict',
    ['record_true'],
    ENTRIES,
    '    id: waiting.stem,\n    reason,',
    "    id: waiting.stem,\n    reason: 'expired',",
  ),
  mutant(
    'the message of a refusal gives another reason',
    ['record_true'],
    ENTRIES,
    "['Reason', reason],",
    "['Reason', judgement.verdict.kind],",
  ),
  mutant(
    'the subject of a claim says another tier',
    ['record_true'],
    ENTRIES,
    'subject: `claim $',
    'subject: `claim low $',
  ),
  mutant(
    'the subject of an outcome calls it a success',
    ['record_true'],
    ENTRIES,
    'subject: `outcome $',
    'subject: `outcome succeeded $',
  ),
  mutant(
    'the subject of a group counts one of each',
    ['record_true'],
    'dispatcher/record/message.ts',
    'counts.set(noun, (counts.get(noun) ?? 0) + 1)',
    'counts.set(noun, 1)',
  ),
]

const ASKED: readonly Mutant[] = [
  mutant(
    'where its branch is now is recorded as what was merged',
    ['record_true', 'branch_deleted'],
    INTENT,
    '(pullOf(evidence)?.head ?? approvedHead(evidence) ?? source.branchHead)',
    '(source.branchHead ?? pullOf(evidence)?.head ?? approvedHead(evidence))',
  ),
  mutant(
    'a branch of the name of what lies on main is taken for it, whatever it asks for',
    ['record_true', 'branch_deleted'],
    WAITING,
    "file !== null && file.kind !== 'none' && file.blob === entry.oid",
    'file !== null',
  ),
  mutant(
    'an action on main may be a program',
    ['content'],
    WAITING,
    'if (waiting.entry.mode !== REGULAR_FILE)',
    "if (waiting.entry.mode === '' && REGULAR_FILE)",
  ),
  mutant(
    'what was refused keeps its mode',
    ['append_only', 'foreign_undone'],
    ENTRIES,
    "path: refusedActionPath(day, stem, file.oid), mode: '100644'",
    'path: refusedActionPath(day, stem, file.oid), mode: file.mode',
  ),
  mutant(
    'a low draft fires',
    ['second_key'],
    PULL,
    "if (pulls.length > 0 && ready === undefined) return draft.hold('pull_request', 'pull_is_draft', 'a draft')",
    '',
  ),
]

const WRITTEN: readonly Mutant[] = [
  mutant(
    'what was decided is fresh where only the last commit is its own',
    ['decided_on_this_main', 'append_only', 'one_claim', 'stopped', 'trust_set', 'content', 'own_paths'],
    RECORDER,
    'return commit === decidedOn',
    'return commit === decidedOn || this.#own.has(base)',
  ),
  mutant(
    'that a push is remembered is not waited for',
    ['answered', 'ends', 'settles', 'daemon_lives', 'not_stuck'],
    RECORDER,
    'return await this.#settleDone(open, base, built)',
    'return this.#settleDone(open, base, built)',
  ),
]

export const EXPLAINING: readonly Mutant[] = [...SAID, ...ASKED, ...WRITTEN]
