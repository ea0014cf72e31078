/** A verdict that finds nothing must have looked: each kind of fault is planted, and found. */
import { expect, test } from 'vitest'
import { parseEffects } from './effects.js'
import type { Kind } from './formulas.js'
import type { ActionRecord } from './records.js'
import { endOf, type Facts, judge } from './verdict.js'

interface World {
  readonly kind?: Kind
  readonly isApproved?: boolean
  readonly status?: string
  readonly reason?: string
  readonly effects?: string
  readonly lost?: number
  readonly hurt?: boolean
  readonly state?: string
  readonly record?: Partial<ActionRecord> | null
}

/** One request `x`, claimed as run `n`. */
function facts(world: World): Facts {
  const { kind = 'note', isApproved = false, status = 'succeeded', reason = 'ended', record = {} } = world
  const outcome = { path: 'vault/fired/2026-11-22/x/outcome.json', status, reason, outputs: {} }
  const recorded = { id: 'x', nonces: ['n'], outcomes: [outcome], ...record }
  return {
    asked: [{ id: 'x', kind, isApproved }],
    records: new Map(record === null ? [] : [['x', recorded]]),
    states: new Map(world.state === undefined ? [] : [['x', world.state]]),
    effects: parseEffects(world.effects ?? 'begin x n 1\nend x n 1\n'),
    lost: new Map(world.lost === undefined ? [] : [['n', world.lost]]),
    hurt: new Set(world.hurt === true ? ['n'] : []),
  }
}

const faultsOf = (world: World) => [...new Set(judge(facts(world)).map(({ fault }) => fault))]
const ONE = 'begin x n 1\n'
const WHOLE = 'begin x n 1\nend x n 1\n'

test.each<[string, World]>([
  ['that succeeded', {}],
  ['that failed, as it should', { kind: 'fail', status: 'failed', effects: `${ONE}undo x n 2\n` }],
  ['that failed because a step was killed', { status: 'failed', effects: ONE, hurt: true }],
  ['that could not be started', { status: 'failed', reason: 'could_not_start', effects: '' }],
  ['that was lost with its supervisor', { status: 'indeterminate', effects: ONE, lost: 1 }],
  ['that was lost before it began', { status: 'indeterminate', effects: '', lost: 1 }],
  ['that was never started', { status: 'cancelled', effects: '' }],
  ['that may run again, and did', { kind: 'again', effects: ONE + WHOLE, lost: 1 }],
  ['that nobody approved', { kind: 'gated', record: null, state: 'waiting', effects: '' }],
  ['that was approved', { kind: 'gated', isApproved: true }],
  ['for a formula that is not there', { kind: 'missing', record: null, state: 'refused', effects: '' }],
])('a request %s is all right', (_, world) => {
  expect(judge(facts(world))).toEqual([])
})

test.each<[string, World, string]>([
  ['a run that began twice', { effects: ONE + WHOLE }, 'doubled effect'],
  ['a run that was lost and began again', { effects: ONE + WHOLE, lost: 1, status: 'indeterminate' }, 'doubled effect'],
  ['one that may run again, and did without need', { kind: 'again', effects: ONE + WHOLE }, 'doubled effect'],
  [
    'two runs of it at once',
    { kind: 'again', effects: `${ONE}${ONE}end x n 1\nend x n 1\n`, lost: 1 },
    'doubled effect',
  ],
  [
    'a roll back that ran twice',
    { kind: 'fail', status: 'failed', effects: `${ONE}undo x n 1\nundo x n 1\n` },
    'doubled effect',
  ],
  ['a request that nobody knows of', { record: null, effects: '' }, 'lost request'],
  ['a low request that waits for ever', { record: null, state: 'waiting', effects: '' }, 'lost request'],
  [
    'an approved one that waits for ever',
    { kind: 'gated', isApproved: true, record: null, state: 'waiting', effects: '' },
    'lost request',
  ],
  ['a claim without an outcome', { record: { outcomes: [] } }, 'lost request'],
  ['two claims of one id', { record: { nonces: ['n', 'm'] } }, 'claimed twice'],
  [
    'two outcomes',
    { record: { outcomes: [facts({}).records.get('x')!.outcomes[0]!, facts({}).records.get('x')!.outcomes[0]!] } },
    'ended twice',
  ],
  ['an effect under a nonce that main does not know', { effects: `${WHOLE}begin x m 1\n` }, 'effect without a claim'],
  ['an effect of what nobody approved', { kind: 'gated', record: null, state: 'waiting' }, 'effect without a claim'],
  ['a gated one that fired without approval', { kind: 'gated' }, 'not as asked'],
  ['an indeterminate one whose supervisor lived', { status: 'indeterminate' }, 'indeterminate without need'],
  ['a success of which the end is not known', { lost: 1 }, 'certain of what nobody knows'],
  ['a success without an end', { effects: ONE }, 'outcome is not what happened'],
  ['a failure that nobody made', { status: 'failed' }, 'outcome is not what happened'],
  ['a failure to start of what began', { status: 'failed', reason: 'could_not_start' }, 'outcome is not what happened'],
  ['a cancelled one that began', { status: 'cancelled', effects: ONE }, 'outcome is not what happened'],
  ['a time limit that nothing reached', { status: 'timed_out', effects: ONE }, 'outcome is not what happened'],
  ['an output that got lost', { kind: 'tell' }, 'outcome is not what happened'],
])('%s is found', (_, world, fault) => {
  expect(faultsOf(world)).toContain(fault)
})

test('a line of effects that is torn is no line', () => {
  expect(() => parseEffects('begin x n 1\nbeg')).toThrow(/torn/)
})

test('what main and status say is the end of a request', () => {
  const { asked, ...known } = facts({ record: null, state: 'refused' })
  expect(asked.map((each) => endOf(each, known))).toEqual(['refused'])
})
