/** Bugs to plant in what a dispatcher keeps on its disk. */
import { type Mutant, mutant } from './mutant.js'

export const KEEPING: readonly Mutant[] = [
  mutant(
    'a second run is noted before the first is forgotten',
    ['ends', 'outcome_true'],
    'dispatcher/state/repeated-runs.ts',
    'await this.runs.forget(nonce)\n    await this.runs.note(nonce)',
    'await this.runs.note(nonce)\n    await this.runs.forget(nonce)',
  ),
  mutant(
    'a first run that was forgotten for a second one never was',
    ['late_truth', 'outcome_true'],
    'dispatcher/state/repeated-runs.ts',
    "return { kind: kind === 'noted' ? 'again' : 'lost' }",
    "return { kind: kind === 'noted' ? 'again' : kind }",
  ),
  mutant(
    'a note is thrown away when its claim is missed once',
    ['outcome_true', 'not_given_up'],
    'dispatcher/state/noted-claims.ts',
    'return missed_on !== null && missed_on !== main',
    'return missed_on !== main',
  ),
  mutant(
    'a note whose time is over is thrown away when its claim is missed once',
    ['outcome_true', 'not_given_up'],
    'dispatcher/state/noted-claims.ts',
    'return missed_on !== null && now >= Date.parse(start_by)',
    'return now >= Date.parse(start_by)',
  ),
  mutant(
    'whoever is frozen throws away what it noted',
    ['outcome_true', 'not_given_up'],
    'dispatcher/state/noted-claims.ts',
    'if (freeze !== null || hasUnreadClaims === true) return',
    'if (hasUnreadClaims === true) return',
  ),
  mutant(
    'what is about to be claimed is not kept',
    ['left_over', 'outcome_true'],
    'dispatcher/state/noted-claims.ts',
    'if (intents.length > 0) await this.#write(known)',
    '',
  ),
  mutant(
    'what an earlier process left is forgotten though it is in flight',
    ['outcome_true', 'ends', 'at_most_once', 'late_truth'],
    'dispatcher/state/left-runs.ts',
    'const gone = this.#left.filter((nonce) => !inFlight.has(nonce))',
    'const gone = this.#left.filter((nonce) => !inFlight.has(this.#left.join()))',
  ),
  mutant(
    'of several pull requests of one merge only the first is judged',
    ['second_key', 'trust_set'],
    'dispatcher/observe/merge-dossier.ts',
    'const [first, ...others] = pulls',
    'const [first] = pulls\n    const others: PullFact[] = []',
  ),
  mutant(
    'the clock goes back with its machine',
    ['content', 'start_in_time', 'takeover_in_time'],
    'dispatcher/state/steady-clock.ts',
    'return this.#greatest\n  }',
    'return machine\n  }',
  ),
]
