/** The rows of docs/crash-model.md: where a dispatcher may die, what lies where then, and what becomes of it. */
import type { Fault } from '../simulation/gate.js'
import type { Lies, Story, Told } from './story.js'

export interface Row {
  /** What the dispatcher does, in words. */
  readonly effect: string
  readonly died: 'before' | 'in the middle' | 'after' | 'it arrives later'
  readonly at: { readonly effect: string; readonly nth: number }
  readonly story: Story
  readonly lies: Lies
  /** What the next tick makes of it, in words. */
  readonly next: string
  readonly after: Told['after']
}

export const FAULTS: Readonly<Record<Row['died'], Fault>> = {
  before: 'crash_before',
  'in the middle': 'torn',
  after: 'crash_after',
  'it arrives later': 'crash_late',
}

const LOW: Story = { formula: 'touch', run: 'succeeded' }
const LOST: Story = { formula: 'touch', run: 'vanished' }
const IDEMPOTENT: Story = { formula: 'sync', run: 'vanished' }
const HIGH: Story = { formula: 'release', run: 'succeeded' }

const NOT_STARTED: Story = { formula: 'touch', run: 'not started' }

const ONCE = { starts: 1, status: 'succeeded' }
const TWICE = { starts: 2, status: 'succeeded' }
const NEVER = { starts: 0, status: 'failed' }
const UNKNOWN = { starts: 1, status: 'indeterminate' }

const ASKED: Lies = { run: 'nothing', isUsed: false, main: 'nothing', hasBranch: true }
const NOTED: Lies = { ...ASKED, run: 'noted' }
const CLAIMED: Lies = { ...NOTED, main: 'intent' }
const USED: Lies = { ...CLAIMED, isUsed: true }
const TIDIED: Lies = { ...USED, hasBranch: false }
const RUNNING: Lies = { ...TIDIED, run: 'running' }
const ENDED: Lies = { ...TIDIED, run: 'ended' }
const TOLD: Lies = { ...ENDED, main: 'intent and outcome' }
const DONE: Lies = { ...TOLD, run: 'nothing' }

const ANEW = 'claims it, as if nothing had been'
const ANEW_NOTED = 'claims it with a new nonce; the old note is removed when its time to start has passed'
const STARTS = 'finds its own intent on main and its note on disk, and starts it'
const COLLECTS = 'finds the end on disk, and records it'

type At = Row['at']

function rows(effect: string, at: At, story: Story, ends: readonly Omit<Row, 'effect' | 'at' | 'story'>[]): Row[] {
  return ends.map((end) => ({ effect, at, story, ...end }))
}

const row = (died: Row['died'], lies: Lies, next: string, after: Told['after'] = ONCE) => ({ died, lies, next, after })

export const ROWS: readonly Row[] = [
  ...rows('keeps what it is about to claim (`noted.json`)', { effect: 'write noted.json', nth: 1 }, LOW, [
    row('before', ASKED, ANEW),
    row('after', ASKED, ANEW),
  ]),
  ...rows('notes the nonce with the runner', { effect: 'run note', nth: 1 }, LOW, [
    row('before', ASKED, ANEW),
    row('after', NOTED, ANEW_NOTED),
  ]),
  ...rows('makes the commit with the intent', { effect: 'git commit', nth: 1 }, LOW, [
    row('before', NOTED, ANEW_NOTED),
    row('after', NOTED, ANEW_NOTED),
  ]),
  ...rows('pushes the intent to main', { effect: 'git push main', nth: 1 }, LOW, [
    row('before', NOTED, ANEW_NOTED),
    row('after', CLAIMED, STARTS),
    row(
      'it arrives later',
      NOTED,
      'claims it anew; whichever of the two pushes comes first is the claim, the other is refused as no fast-forward',
    ),
  ]),
  ...rows('pushes the intent of a merged high action to main', { effect: 'git push main', nth: 1 }, HIGH, [
    row('before', NOTED, ANEW_NOTED),
    row('after', CLAIMED, STARTS),
  ]),
  ...rows('remembers its own push (`seen.json`)', { effect: 'write seen.json', nth: 1 }, LOW, [
    row('before', CLAIMED, STARTS),
    row('after', CLAIMED, STARTS),
  ]),
  ...rows('drops `noted.json`', { effect: 'remove noted.json', nth: 1 }, LOW, [
    row('before', CLAIMED, STARTS),
    row('after', CLAIMED, STARTS),
  ]),
  ...rows('adds the id to the used ones', { effect: 'append used', nth: 1 }, LOW, [
    row('before', CLAIMED, STARTS),
    row('in the middle', CLAIMED, `${STARTS}; a torn line is no entry, and main is read again`),
    row('after', USED, STARTS),
  ]),
  ...rows('deletes the request branch', { effect: 'git push branches', nth: 1 }, LOW, [
    row('before', USED, `${STARTS}; it deletes the branch`),
    row('after', TIDIED, STARTS),
    row('it arrives later', USED, STARTS),
  ]),
  ...rows('orders the run from its supervisor', { effect: 'run start', nth: 1 }, LOW, [
    row('before', TIDIED, STARTS),
    row('after', RUNNING, 'follows the run that goes on, and records its end'),
  ]),
  ...rows('orders the run, and all of the machine dies', { effect: 'run start', nth: 1 }, LOST, [
    row('after', RUNNING, 'finds a start without an end: nobody knows, and it never runs again', UNKNOWN),
  ]),
  ...rows(
    'orders the run of an idempotent formula, and all of the machine dies',
    { effect: 'run start', nth: 1 },
    IDEMPOTENT,
    [row('after', RUNNING, 'finds a start without an end, and runs it again: the formula says that it may', TWICE)],
  ),
  ...rows('keeps that the run could not be started', { effect: 'run close', nth: 1 }, NOT_STARTED, [
    row('before', TIDIED, STARTS),
    row('after', ENDED, COLLECTS, NEVER),
  ]),
  ...rows('pushes to main that the run could not be started', { effect: 'git push main', nth: 2 }, NOT_STARTED, [
    row('before', ENDED, COLLECTS, NEVER),
    row('it arrives later', ENDED, `${COLLECTS}; it does not start after all`, NEVER),
  ]),
  ...rows('hears how the run ended', { effect: 'run end', nth: 1 }, LOW, [row('before', ENDED, COLLECTS)]),
  ...rows('makes the commit with the outcome', { effect: 'git commit', nth: 2 }, LOW, [
    row('before', ENDED, COLLECTS),
    row('after', ENDED, COLLECTS),
  ]),
  ...rows('pushes the outcome to main', { effect: 'git push main', nth: 2 }, LOW, [
    row('before', ENDED, COLLECTS),
    row('after', TOLD, 'finds the outcome on main: nothing is left to do'),
    row('it arrives later', ENDED, `${COLLECTS}; an own outcome that lies there already is left`),
  ]),
  ...rows('forgets the run', { effect: 'run forget', nth: 1 }, LOW, [
    row('before', TOLD, 'finds the outcome on main, and removes the folder of the run'),
    row('after', DONE, 'finds nothing to do'),
  ]),
  ...rows('comments on what waits', { effect: 'git push notes', nth: 1 }, HIGH, [
    row('before', ASKED, 'comments; the merge is claimed as ever'),
    row('after', ASKED, 'finds its comment; the merge is claimed as ever'),
  ]),
]

/** The name of its test. */
export function nameOf({ effect, died }: Row): string {
  return `${effect}: ${died}`
}
