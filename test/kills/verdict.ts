/** Judges what is left after the killing: what was asked, what main says, what the world saw, and whom we killed. */
import type { Effect } from './effects.js'
import type { Kind } from './formulas.js'
import type { ActionRecord, OutcomeRecord } from './records.js'
import type { Asked } from './traffic.js'

export interface Facts {
  readonly asked: readonly Asked[]
  readonly records: ReadonlyMap<string, ActionRecord>
  /** States by id, of what has no record: as `status` tells them. */
  readonly states: ReadonlyMap<string, string>
  readonly effects: readonly Effect[]
  /** Runs whose supervisor was killed before it had written their end, and how often. */
  readonly lost: ReadonlyMap<string, number>
  /** Runs of which we may have killed a process. */
  readonly hurt: ReadonlySet<string>
}

export type Fault =
  | 'doubled effect'
  | 'lost request'
  | 'claimed twice'
  | 'ended twice'
  | 'effect without a claim'
  | 'outcome is not what happened'
  | 'indeterminate without need'
  | 'certain of what nobody knows'
  | 'not as asked'

export interface Violation {
  readonly fault: Fault
  readonly id: string
  readonly detail: string
}

/** The one end that a person would give each request. */
export type End = 'succeeded' | 'failed' | 'timed_out' | 'cancelled' | 'indeterminate' | 'waiting' | 'refused' | 'lost'

export function endOf({ id }: Asked, { records, states }: Pick<Facts, 'records' | 'states'>): End {
  const record = records.get(id)
  if (record !== undefined) return (record.outcomes[0]?.status as End | undefined) ?? 'lost'
  const state = states.get(id)
  return state === 'waiting' || state === 'refused' ? state : 'lost'
}

export function judge(facts: Facts): readonly Violation[] {
  return [...strayEffects(facts), ...facts.asked.flatMap((asked) => judgeOne(asked, facts))]
}

/** Whatever ran was asked for and claimed, under this very nonce. */
function strayEffects({ effects, records }: Facts): readonly Violation[] {
  return effects
    .filter(({ id, nonce }) => records.get(id)?.nonces.includes(nonce) !== true)
    .map(({ id, word, nonce }) => ({ fault: 'effect without a claim', id, detail: `${word} by run ${nonce}` }))
}

function judgeOne(asked: Asked, facts: Facts): readonly Violation[] {
  const { id, kind, isApproved } = asked
  const found: Violation[] = []
  const check = (holds: boolean, fault: Fault, detail: string) => void (holds || found.push({ fault, id, detail }))
  const end = endOf(asked, facts)
  const record = facts.records.get(id)
  check(end !== 'lost', 'lost request', record === undefined ? 'nobody knows of it' : 'claimed, and has no outcome')
  check((record?.nonces.length ?? 1) === 1, 'claimed twice', `${record?.nonces.length} intents`)
  check((record?.outcomes.length ?? 1) <= 1, 'ended twice', record?.outcomes.map(({ path }) => path).join(', ') ?? '')
  const waits = (kind === 'reviewed' || kind === 'gated') && !isApproved
  const expected = kind === 'missing' ? 'refused' : waits ? 'waiting' : null
  if (expected !== null) check(end === expected, 'not as asked', `it is ${end}, and should be ${expected}`)
  else check(end !== 'waiting' && end !== 'refused', 'lost request', `it is ${end} for ever`)
  const [outcome] = record?.outcomes ?? []
  const effects = facts.effects.filter((effect) => effect.id === id)
  found.push(...judgeEffects(asked, effects, facts))
  if (outcome !== undefined) found.push(...judgeOutcome(asked, outcome, effects, facts))
  return found
}

function judgeEffects({ id, kind }: Asked, effects: readonly Effect[], { lost }: Facts): readonly Violation[] {
  const times = (word: Effect['word']) => effects.filter((effect) => effect.word === word).length
  // Only an idempotent formula may run again, and only for each time that it was lost.
  const most = kind === 'again' ? 1 + (lost.get(effects[0]?.nonce ?? '') ?? 0) : 1
  const doubled = (['begin', 'end', 'undo'] as const).filter((word) => times(word) > most)
  const sequence = effects.map(({ word }) => word)
  const overlaps = sequence.some((word, index) => word === 'end' && sequence[index - 1] !== 'begin')
  return [
    ...doubled.map((word) => ({ fault: 'doubled effect' as const, id, detail: `${times(word)} times ${word}` })),
    ...(overlaps ? [{ fault: 'doubled effect' as const, id, detail: `at once: ${sequence.join(', ')}` }] : []),
  ]
}

function judgeOutcome(
  { id, kind }: Asked,
  { status, reason, outputs }: OutcomeRecord,
  effects: readonly Effect[],
  { records, lost, hurt }: Facts,
): readonly Violation[] {
  const found: Violation[] = []
  const check = (holds: boolean, fault: Fault, detail: string) => void (holds || found.push({ fault, id, detail }))
  const nonce = records.get(id)?.nonces[0] ?? ''
  const saw = (word: Effect['word']) => effects.some((effect) => effect.word === word)
  const story = `${status} (${reason}); it left: ${effects.map(({ word }) => word).join(', ') || 'nothing'}`
  const wasLost = lost.has(nonce)
  if (status === 'indeterminate') check(wasLost, 'indeterminate without need', `its supervisor lived; ${story}`)
  else if (kind !== 'again') check(!wasLost, 'certain of what nobody knows', `its supervisor was killed; ${story}`)
  const mayFail = kind === 'fail' || hurt.has(nonce) || reason === 'could_not_start'
  switch (status) {
    case 'succeeded':
      check(saw('begin') && saw('end'), 'outcome is not what happened', story)
      if (kind === 'tell') check(outputs['said'] === 'hello', 'outcome is not what happened', JSON.stringify(outputs))
      return found
    case 'failed':
      check(mayFail, 'outcome is not what happened', `nobody hurt it; ${story}`)
      if (reason === 'could_not_start') check(effects.length === 0, 'outcome is not what happened', story)
      return found
    case 'cancelled':
      check(effects.length === 0, 'outcome is not what happened', story)
      return found
    case 'timed_out':
      check(false, 'outcome is not what happened', story)
  }
  return found
}

/** Kinds that end by themselves, without anybody's help. */
export function endsAlone({ kind, isApproved }: { readonly kind: Kind; readonly isApproved: boolean }): boolean {
  return kind !== 'missing' && ((kind !== 'reviewed' && kind !== 'gated') || isApproved)
}
