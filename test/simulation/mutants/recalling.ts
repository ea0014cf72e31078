/** Bugs to plant in what a dispatcher knows again when it comes back, and in what it makes of what it cannot read. */
import { type Mutant, mutant } from './mutant.js'

const NOTED = 'dispatcher/state/noted-claims.ts'
const LEFT = 'dispatcher/state/left-runs.ts'
const READER = 'dispatcher/observe/claim-reader.ts'
const FOLLOWER = 'dispatcher/observe/main-follower.ts'
const SHAPE = 'vault/request/shape.ts'

export const RECALLING: readonly Mutant[] = [
  mutant(
    'a note is thrown away though a claim could not be read',
    ['outcome_true', 'not_given_up'],
    NOTED,
    'if (freeze !== null || hasUnreadClaims === true) return',
    'if (freeze !== null) return',
  ),
  mutant(
    'what an earlier process left is forgotten though a claim could not be read',
    ['outcome_true', 'late_truth', 'at_most_once'],
    LEFT,
    ' || hasUnreadClaims === true',
    '',
  ),
  mutant(
    'a claim that could not be read has ended',
    ['outcome_true', 'late_truth', 'at_most_once', 'not_given_up'],
    READER,
    '        this.#hasUnread = true\n',
    '',
  ),
  mutant(
    'a lost run that an earlier process left is kept for ever',
    ['left_over'],
    LEFT,
    "kind === 'finished' || kind === 'lost'",
    "kind === 'finished'",
  ),
  mutant(
    'that a run was a second one is kept for ever',
    ['left_over'],
    'dispatcher/state/repeated-runs.ts',
    'if ((await this.files.read(this.#path(nonce))) !== null) await this.files.remove(this.#path(nonce))',
    '',
  ),
  mutant(
    'the greatest time is forgotten over a start',
    ['steady_time', 'content', 'start_in_time'],
    'dispatcher/state/steady-clock.ts',
    'this.#greatest = Math.max(this.#greatest, at)',
    'this.#greatest = Math.max(this.#greatest, 0 * at)',
  ),
  mutant(
    'an older main is remembered over a newer one',
    ['seen_grows', 'remembered', 'rewritten_main'],
    FOLLOWER,
    'await this.seenFile.write(main, (now) => now === seen)',
    'await this.seenFile.write(main, () => true)',
  ),
  mutant(
    'what is taken in is held before it is on disk',
    ['trust_set'],
    FOLLOWER,
    'if (JSON.stringify(view) !== JSON.stringify(this.#view)) await this.viewFile.write(view)',
    'const known = this.#view\n    this.#view = view\n    if (JSON.stringify(view) !== JSON.stringify(known)) await this.viewFile.write(view)',
  ),
  mutant(
    'a claim is judged by what its own commit changed',
    ['ends', 'not_stuck'],
    FOLLOWER,
    '      const moment = { commit, trust, lastChange }\n',
    '      takeChanges(lastChange, commit)\n      const moment = { commit, trust, lastChange }\n',
  ),
  mutant(
    'an outcome beside a forgery has the name of who claimed',
    ['outcome_true', 'own_paths'],
    'dispatcher/record/entries.ts',
    'lateOutcomePath(day, id, scribe.dispatcher.instance)',
    'lateOutcomePath(day, id, intent.dispatcher.instance)',
  ),
  mutant(
    'the run of a forged nonce is thrown away',
    ['outcome_true', 'not_given_up', 'at_most_once', 'late_truth', 'ends'],
    'dispatcher/apply/launcher.ts',
    "const isOurs = claim.state !== 'foreign'",
    'const isOurs = claim.id !== null',
  ),
  mutant(
    'an end that another instance told beside a forgery is not heard',
    ['told_end'],
    'dispatcher/observe/claim-end.ts',
    '[...first, ...own, ...others]',
    '[...first, ...own]',
  ),
  mutant(
    'an action may be a program',
    ['content', 'record_true'],
    SHAPE,
    'only.after.mode !== REGULAR_FILE',
    "only.after.mode === ''",
  ),
  mutant(
    'hearsay ends a claim for whoever joins',
    ['ends', 'late_truth'],
    FOLLOWER,
    "(ending === 'ended' ? [id] : [])",
    '[id]',
  ),
  mutant(
    'an end by another instance with the same key is its own',
    ['late_truth', 'ends', 'told_end'],
    'dispatcher/record/told-outcomes.ts',
    ' && instance === self.instance) byUs',
    ') byUs',
  ),
  mutant(
    'a record is judged by a neighbour that somebody changed',
    ['ends', 'late_truth', 'foreign_undone', 'not_stuck', 'told_end'],
    'dispatcher/observe/record-watch.ts',
    'const entry = should ?? change?.after ??',
    'const entry = change?.after ?? should ??',
  ),
  mutant(
    'a claim that was decided on another main counts',
    ['foreign_undone', 'outcome_after_intent', 'outcome_true', 'takeover_in_time'],
    'dispatcher/observe/record-judge.ts',
    '(await this.isOnMain(checked.predicate.base))',
    "(await this.isOnMain(checked.predicate.base)) || place.id !== ''",
  ),
  mutant(
    'what a tick that failed took in hand is taken up again',
    ['followed_once'],
    'dispatcher/daemon.ts',
    '      this.#follow(launched)\n',
    '      if (this.#failures === 0) this.#follow(launched)\n',
  ),
  mutant(
    'a second run that cannot be started never had a first one',
    ['outcome_true'],
    'dispatcher/apply/launcher.ts',
    "      state === 'again'\n",
    "      state === 'lost'\n",
  ),
  mutant(
    'a clock that steps back silences whoever has failed',
    ['answered', 'daemon_lives', 'ends', 'not_stuck'],
    'dispatcher/daemon.ts',
    'leftMs <= 0 || leftMs > this.#quietMs',
    'leftMs <= 0',
  ),
  mutant(
    'an end may lie under the name of another instance',
    ['foreign_undone', 'ends', 'late_truth'],
    'dispatcher/observe/record-judge.ts',
    'if (instance !== null && instance !== outcome.predicate.dispatcher.instance) return OTHER_INSTANCE',
    '',
  ),
  mutant(
    'a refusal by a key that nobody knows counts as told',
    ['own_paths', 'not_stuck'],
    'dispatcher/record/told-refusals.ts',
    ' && said.isKnownKey',
    '',
  ),
  mutant(
    'what is written of a main that was seen is not there where that failed',
    ['rewritten_main'],
    'dispatcher/state/seen-file.ts',
    '    this.#main = null\n    await writeJsonFile',
    '    await writeJsonFile',
  ),
]
