/** The laws that the judge holds a world to. The numbers are those of DESIGN section 3. */
export const LAWS = {
  one_claim: '8: one id is claimed once, for ever',
  at_most_once: '8: one id runs at most once, but for idempotent formulas',
  audit_before_action: '7: no run without a durable intent on main before it',
  note_before_claim: 'section 7: the nonce is kept, and noted with the runner, before the claim is pushed',
  not_yours: '8: only the instance that claimed starts the run',
  second_key: '1, 5, 6: medium and high fire only with a valid second key',
  tier: '2, 3: the tier is what the policy in force and the action say',
  trust_set: '4: the trust set named is the one in force',
  content: '3, 5: what is claimed is exactly what was asked for, and may be',
  stopped: 'nothing is decided while writing is off, the set is broken, or the dispatcher is frozen',
  decided_on_this_main: 'section 2: only commits of this dispatcher came after the main that it decided on',
  steady_time:
    'architecture: what is decided is not dated before what its dispatcher had written, also where its clock went back',
  rewritten_main: '4: nothing is written on a main that does not continue the one that was seen',
  seen_grows: '4: what was seen of main does not give way to what came before it',
  remembered: '4, 8: a run starts only when it is on disk that main was seen with its claim, and that its id is used',
  own_paths: '8: a dispatcher writes records, and takes actions off, and nothing else',
  append_only: '8: a dispatcher never changes or removes a record',
  incident: '8: what was undone is recorded as an incident',
  foreign_undone: '8: foreign changes to records are undone',
  outcome_after_intent: '7: an outcome comes after its intent',
  record_true: '7: a record is signed by its dispatcher, and names the request, the key and the trust set as they were',
  outcome_true: 'an outcome says what truly happened',
  takeover_in_time: 'section 7: a claim is taken over only after its last moment',
  start_in_time: 'section 7: a run starts before start_by',
  start_after_end: '8: nothing starts whose outcome is on main',
  not_given_up: 'section 7: what was noted and then thrown away is never started',
  refusal_true: '2: only what is wrong is refused',
  branch_deleted: '9: only branches that were claimed or merged are deleted, at the head that was seen',
  ends: 'every claim ends in an outcome',
  late_truth: 'section 7: what a live dispatcher knows of its run is recorded',
  told: '12: what waits has words that say what it waits for now',
  not_stuck: 'an honest request is fired, refused rightly, or waits for a person who is told',
  told_once: 'field failure 31: a pull request gets one comment, and whoever is not sure looks before making another',
  told_end: 'section 8: a pull request from which something was claimed says how it ended',
  success_true: 'field failure 44: no status says success before what was asked for has succeeded',
  pull_closed: '9: only pull requests that were claimed are closed',
  left_open: 'section 5: what fired from its head has no branch and no open pull request any more',
  switch_told: '6: a freeze or its end that could not be recorded when it was made is recorded once',
  answered: 'section 9: whoever is woken looks, also where a tick was under way',
  left_over: 'architecture: nothing of a run stays on disk when its end is on main, or its claim cannot come any more',
  settles: 'once nothing happens any more, dispatchers come to rest',
  as_asked: '9: a run is given what its action and its formula say, and nothing else',
  followed_once: 'crash model: a run goes on in one hand, also after a tick that failed',
  bounded: '11: no more runs at once than the pool has room for',
  daemon_lives: 'no error ends a daemon, and once faults have stopped its ticks succeed',
} as const

export type Law = keyof typeof LAWS

export interface Violation {
  readonly law: Law
  readonly detail: string
}
