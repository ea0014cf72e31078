// The judge of what a dispatcher writes where something foreign lies: that is gone by it, and has to be told.
import { beforeEach, describe, expect, it } from 'vitest'
import type { FileEdit } from '../../lib/git/port.js'
import { Coverage } from './coverage.js'
import { MAIN } from './git/server.js'
import { Judge } from './judge/judge.js'
import { pushMain, write } from './people/ground.js'
import { World } from './world.js'

const DISPATCHER = { kind: 'dispatcher', host: 'one', instance: 'of-one', process: 1 } as const
const OUTCOME = 'vault/fired/2026-11-22/act-1/outcome-of-one.json'
const DAY = 'vault/refused/2026-11-22'
const DECISION = `${DAY}/act-1-aaaaaaaaaaaa/decision.json`

let world: World
let judge: Judge
beforeEach(() => {
  const settings = { seed: 1, hosts: 1, concurrency: 1, faults: [], mixesNewcomers: false, forge: false, faultRate: 0 }
  world = new World(settings, new Coverage())
  judge = new Judge(world)
})

function incident(paths: readonly string[]): FileEdit {
  const payload = Buffer.from(JSON.stringify({ subject: [{}], predicate: { paths } })).toString('base64')
  const envelope = { payload, signatures: [{ keyid: 'of-one', sig: '' }] }
  return write('vault/ledger/2026-11-22/080000000-incident-aaaaaaaaaaaa.json', JSON.stringify(envelope))
}

/** What a dispatcher did to main, and how often the judge says that something was undone in silence. */
function silences(...edits: readonly FileEdit[]): number {
  const commit = world.commit({ by: 'bob', parents: [world.server.main], edits })
  world.server.set(MAIN, commit, DISPATCHER)
  judge.look()
  return judge.violations.filter(({ law }) => law === 'incident').length
}

describe('a record', () => {
  describe.each([
    ['over a foreign file at its own path', OUTCOME, OUTCOME],
    ['over a foreign file in the place of its folder', DAY, DECISION],
  ])('%s', (_, litter, record) => {
    const edits: FileEdit[] = [{ kind: 'delete', path: litter }, write(record, 'a record')]
    beforeEach(() => void pushMain(world, { by: 'mallory', edits: [write(litter, 'junk')] }))

    it('is blamed', () => {
      expect(silences(...edits)).toBe(1)
    })

    it('is not blamed where an incident names that', () => {
      expect(silences(...edits, incident([litter]))).toBe(0)
    })
  })

  it('where nothing lay is not blamed for that', () => {
    expect(silences(write(OUTCOME, 'a record'))).toBe(0)
  })
})
