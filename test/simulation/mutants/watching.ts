/** Bugs to plant in what observes main, and remembers it. */
import { type Mutant, mutant, writesOver } from './mutant.js'

const FOLLOWER = 'dispatcher/observe/main-follower.ts'
const EXISTING = 'dispatcher/observe/existing-records.ts'
const WATCH = 'dispatcher/observe/record-watch.ts'

export const WATCHING: readonly Mutant[] = [
  mutant(
    'a record of which a part is missing here is taken for foreign',
    ['append_only', 'foreign_undone', 'incident'],
    WATCH,
    "read.kind === 'missing' && entry.mode === RECORD_MODE",
    "read.kind === 'missing' && entry.mode !== RECORD_MODE",
  ),
  mutant(
    'what is no plain file passes for a record',
    ['foreign_undone'],
    'dispatcher/observe/record-judge.ts',
    'place === null || entry.mode !== RECORD_MODE',
    'place === null',
  ),
  writesOver(
    mutant(
      'used ids that were put into shards are forgotten',
      ['one_claim', 'at_most_once', 'not_stuck', 'foreign_undone', 'append_only'],
      'lib/state/used-ids.ts',
      'return (await this.#readRecent()).get(id) ?? (await this.#shard(shardOf(id))).get(id) ?? null',
      'return (await this.#readRecent()).get(id) ?? null',
    ),
  ),
  mutant(
    'trust goes ahead of the view that the disk did not take',
    ['outcome_true', 'ends', 'trust_set', 'late_truth'],
    FOLLOWER,
    '    await this.#keep(view, trust)\n',
    '    this.#trust = trust\n    await this.#keep(view, trust)\n',
  ),
  mutant(
    'the main that was seen is not remembered',
    ['rewritten_main', 'branch_deleted', 'remembered'],
    FOLLOWER,
    'await this.seenFile.write(main, (now) => now === seen)',
    '',
  ),
  mutant(
    'foreign changes count as checked before they are undone',
    ['foreign_undone', 'append_only', 'incident', 'content'],
    FOLLOWER,
    'checked: watched.foreign.length === 0 ? main : before.checked,',
    'checked: main,',
  ),
  mutant(
    'what changed an action last is not followed',
    ['second_key', 'not_stuck', 'refusal_true', 'record_true'],
    FOLLOWER,
    'else lastChange[path] = commit.oid',
    'else lastChange[path] ??= commit.oid',
  ),
  writesOver(
    mutant(
      'claims that it sees on main do not count as used',
      ['one_claim', 'append_only', 'remembered'],
      FOLLOWER,
      '    await this.usedIds.add(records.claimed)\n',
      '',
    ),
  ),
  mutant(
    'a newcomer does not learn of ids that are used',
    ['one_claim', 'append_only'],
    EXISTING,
    'batch.push({ id, day })',
    'if (id === day) batch.push({ id, day })',
  ),
  mutant(
    'a newcomer does not take up what is in flight',
    ['ends'],
    EXISTING,
    'if (open.size === 0) return',
    'if (open.size >= 0) return',
  ),
  mutant(
    'a second claim of an id counts',
    ['one_claim', 'foreign_undone', 'append_only', 'outcome_true', 'own_paths', 'ends'],
    WATCH,
    '(first !== null && first !== day) || action === undefined',
    'action === undefined',
  ),
  mutant(
    'an outcome of anybody ends a claim',
    ['ends', 'late_truth', 'outcome_true'],
    'vault/audit/ending.ts',
    "return outcome.isKnownKey ? 'taken_over' : 'hearsay'",
    "return 'ended'",
  ),
  mutant(
    'a claim is judged anew each time it is seen',
    ['outcome_true', 'ends'],
    FOLLOWER,
    'if (inFlight[id]?.intent !== intent)',
    'if (intent !== undefined)',
  ),
  mutant(
    'who was taken over is not told so',
    ['start_after_end', 'outcome_true', 'append_only', 'settles', 'daemon_lives'],
    FOLLOWER,
    "else if (ending === 'taken_over' && claim !== undefined)",
    "else if (ending === 'taken_over' && claim === undefined)",
  ),
]
