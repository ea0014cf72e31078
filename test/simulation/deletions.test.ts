// The judge of deleted branches: what was claimed on a main that dispatchers go by may go, and nothing else.
import { beforeEach, describe, expect, it } from 'vitest'
import type { Oid } from '../../vault/oid.js'
import { Coverage } from './coverage.js'
import { MAIN } from './git/server.js'
import { Judge } from './judge/judge.js'
import { branchOf, pathOf, pushMain, write } from './people/ground.js'
import { World } from './world.js'

const DISPATCHER = { kind: 'dispatcher', host: 'one', instance: 'of-one', process: 1 } as const
const MALLORY = { kind: 'person', name: 'mallory' } as const
const FOLDER = 'vault/fired/2026-11-22/act-1'

let world: World
let judge: Judge
let head: Oid
beforeEach(() => {
  const settings = { seed: 1, hosts: 1, concurrency: 1, faults: [], mixesNewcomers: false, forge: false, faultRate: 0 }
  world = new World(settings, new Coverage())
  judge = new Judge(world)
  head = request('act-1')
})

function request(id: string): Oid {
  const commit = world.commit({ by: 'agent', parents: [world.root], edits: [write(pathOf(id), `id = "${id}"`)] })
  world.server.set(branchOf(id), commit, { kind: 'person', name: 'agent' })
  return commit
}

/** A claim of this head that a dispatcher signed and did not bring to main: somebody else does. */
function bring(): void {
  const payload = Buffer.from(JSON.stringify({ subject: [{}], predicate: { request_head: head } })).toString('base64')
  const envelope = { payload, signatures: [{ keyid: 'of-one', sig: '' }] }
  world.truth.strayClaims.set(FOLDER, DISPATCHER.instance)
  pushMain(world, { by: 'mallory', edits: [write(`${FOLDER}/intent.json`, JSON.stringify(envelope))] })
}

function deleted(suffix = 'act-1'): readonly string[] {
  world.server.set(branchOf(suffix), null, DISPATCHER)
  judge.look()
  return judge.violations.map(({ law }) => law)
}

describe('the branch of a claim that somebody brought to main', () => {
  it('may be deleted', () => {
    bring()
    expect(deleted()).toEqual([])
  })

  it('may be deleted when main was taken away since: dispatchers go by the main that they saw', () => {
    bring()
    world.server.set(MAIN, world.root, MALLORY)
    expect(deleted()).toEqual([])
  })

  it('may not be deleted at another head', () => {
    bring()
    world.server.set(branchOf('act-1'), world.commit({ by: 'agent', parents: [head], edits: [] }), MALLORY)
    expect(deleted()).toEqual(['branch_deleted'])
  })

  it('may not be deleted before that came to main', () => {
    world.truth.strayClaims.set(FOLDER, DISPATCHER.instance)
    expect(deleted()).toEqual(['branch_deleted'])
  })

  it('may not be deleted for a claim that was brought to a main that continues no main that was seen', () => {
    pushMain(world, { by: 'bob', edits: [write('README.md', 'x')] })
    world.server.set(MAIN, world.root, MALLORY)
    bring()
    world.server.set(MAIN, world.root, MALLORY)
    expect(deleted()).toEqual(['branch_deleted'])
  })

  it('says nothing of the branch of another request', () => {
    bring()
    request('act-2')
    expect(deleted('act-2')).toEqual(['branch_deleted'])
  })
})
