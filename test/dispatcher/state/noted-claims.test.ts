import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { NotedClaims } from '../../../dispatcher/state/noted-claims.js'
import { oid } from '../../../vault/oid.js'
import type { ClaimFact, Freeze } from '../../../vault/plan/snapshot.js'
import { intent } from '../../vault/record/sample.js'

const START_BY = '2026-11-22T14:00:00.000Z'
const LATER = Date.parse(START_BY)
const note = (nonce: string) => ({ nonce, start_by: START_BY })

let folder: string
let forgotten: string[]
let states: Record<string, string>
const runs = {
  state: async (nonce: string) => ({ kind: states[nonce] ?? 'noted' }),
  forget: async (nonce: string) => void forgotten.push(nonce),
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-notes-'))
  forgotten = []
  states = {}
  return () => rm(folder, { recursive: true, force: true })
})

const inFlight = (nonce: string): Pick<ClaimFact, 'intent'> => ({ intent: intent('a'.repeat(64), { nonce }) })
const [MAIN, NEXT] = [oid('a'.repeat(40)), oid('b'.repeat(40))]
const seen = (now: number, main = MAIN, claims: readonly Pick<ClaimFact, 'intent'>[] = []) => ({
  ...{ now, main, freeze: null as Freeze | null, claims: claims as readonly ClaimFact[] },
})
const tidy = (now: number, claims: readonly Pick<ClaimFact, 'intent'>[] = []) =>
  new NotedClaims(folder).tidy(seen(now, MAIN, claims), runs)

describe('a run that was noted, and whose claim never reached main', () => {
  beforeEach(() => new NotedClaims(folder).add([note('a'), note('b')]))

  it('stays as long as its claim may still come and start', async () => {
    await tidy(LATER - 1)
    expect(forgotten).toEqual([])
  })

  it('is forgotten when its time to start has passed, and it was missed twice, by whatever processes come then', async () => {
    await tidy(LATER)
    // Its push may arrive just after that was read, over which a clock stepped.
    expect(forgotten).toEqual([])
    await tidy(LATER)
    expect(forgotten).toEqual(['a', 'b'])
    await tidy(LATER)
    expect(forgotten).toEqual(['a', 'b'])
    expect(await readdir(folder)).toEqual([])
  })

  it('is not touched where its claim is on main after all, or it was started', async () => {
    states['b'] = 'running'
    for (let look = 0; look < 2; look++) await tidy(LATER, [inFlight('a')])
    expect(forgotten).toEqual([])
    for (let look = 0; look < 2; look++) await tidy(LATER)
    expect(forgotten).toEqual(['a'])
  })

  it('is not touched where it is known what became of it', async () => {
    await new NotedClaims(folder).drop(['a', 'b', 'never-noted'])
    await tidy(LATER)
    expect(forgotten).toEqual([])
  })
})

describe('a push that may still be on its way', () => {
  const START = LATER - 60_000

  it('of a process that was killed cannot arrive once main has moved on without it', async () => {
    await new NotedClaims(folder).add([note('a'), note('b')])
    for (let look = 0; look < 2; look++) await new NotedClaims(folder).tidy(seen(START), runs)
    expect(forgotten).toEqual([])
    await new NotedClaims(folder).tidy(seen(START, NEXT, [inFlight('b')]), runs)
    expect(forgotten).toEqual(['a'])
  })

  it('of this process is not missed in a snapshot that is older than it', async () => {
    const noted = new NotedClaims(folder)
    await noted.add([note('a')])
    await noted.tidy(seen(START), runs)
    await noted.tidy(seen(START, NEXT), runs)
    expect(forgotten).toEqual([])
    await noted.tidy(seen(START), runs)
    expect(forgotten).toEqual(['a'])
  })

  it('of this process is missed by two snapshots more, also where a forged claim stood under its nonce in the first one', async () => {
    const noted = new NotedClaims(folder)
    await noted.add([note('a')])
    await noted.tidy(seen(LATER, MAIN, [inFlight('a')]), runs)
    await noted.tidy(seen(LATER), runs)
    expect(forgotten).toEqual([])
    await noted.tidy(seen(LATER), runs)
    expect(forgotten).toEqual(['a'])
  })

  it('of this process, over which a clock steps, is waited for by one snapshot more', async () => {
    const noted = new NotedClaims(folder)
    await noted.add([note('a'), note('b')])
    await noted.tidy(seen(START), runs)
    // Read just before it arrived: whoever threw the note away now would not know its own claim.
    await noted.tidy(seen(LATER), runs)
    expect(forgotten).toEqual([])
    await noted.tidy(seen(LATER, MAIN, [inFlight('a')]), runs)
    expect(forgotten).toEqual(['b'])
  })

  it.each([
    ['cannot be trusted', { freeze: { reason: 'gone', cause: 'main_rewritten' as const, since: 0 } }],
    ['could not be read in whole', { hasUnreadClaims: true }],
  ])('is waited for where main %s', async (_, odd) => {
    const noted = new NotedClaims(folder)
    await noted.add([note('a')])
    for (const main of [MAIN, NEXT, MAIN, NEXT]) await noted.tidy({ ...seen(START, main), ...odd }, runs)
    // However late: the claim may lie on the main that is not seen, and that nothing was started is known by the note alone.
    await noted.tidy({ ...seen(LATER, NEXT), ...odd }, runs)
    expect(forgotten).toEqual([])
  })
})
