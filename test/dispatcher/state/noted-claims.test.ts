import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { NotedClaims } from '../../../dispatcher/state/noted-claims.js'
import type { ClaimFact } from '../../../vault/plan/snapshot.js'
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
const tidy = (now: number, claims: readonly Pick<ClaimFact, 'intent'>[] = []) =>
  new NotedClaims(folder).tidy({ now, claims: claims as readonly ClaimFact[] }, runs)

describe('a run that was noted, and whose claim never reached main', () => {
  beforeEach(() => new NotedClaims(folder).add([note('a'), note('b')]))

  it('stays as long as its claim may still come and start', async () => {
    await tidy(LATER - 1)
    expect(forgotten).toEqual([])
  })

  it('is forgotten when its time to start has passed, by whatever process comes then', async () => {
    await tidy(LATER)
    expect(forgotten).toEqual(['a', 'b'])
    await tidy(LATER)
    expect(forgotten).toEqual(['a', 'b'])
    expect(await readdir(folder)).toEqual([])
  })

  it('is not touched where its claim is on main after all, or it was started', async () => {
    states['b'] = 'running'
    await tidy(LATER, [inFlight('a')])
    expect(forgotten).toEqual([])
    await tidy(LATER)
    expect(forgotten).toEqual(['a'])
  })

  it('is not touched where it is known what became of it', async () => {
    await new NotedClaims(folder).drop(['a', 'b', 'never-noted'])
    await tidy(LATER)
    expect(forgotten).toEqual([])
  })
})
