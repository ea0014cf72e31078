/** A client that is told to stop: it waits for no answer that may be had later, and begins nothing. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Forge } from '../../../lib/forge/forge-options.js'
import { until } from '../../e2e/until.js'
import { faultOf, scripted } from './open-scripted.js'
import { githubPull } from './wire-answers.js'

const world = scripted()
/** Of the house: so many questions are with the forge at once. */
const AT_ONCE = 6
/** Nothing here is to end by itself. */
const NEVER = { attemptMs: 600_000, questionMs: 600_000 }
const STOPPING = { reason: 'forge_unreachable', detail: expect.stringContaining('this process is stopping') }

let begun: AbortController
let over: AbortController
let forge: Forge
beforeEach(() => {
  begun = new AbortController()
  over = new AbortController()
  forge = world.open('github', NEVER, { begun: begun.signal, over: over.signal })
  world.server.script = () => () => {}
})

const asked = (count: number) => until(`${count} were asked`, () => world.server.asked.length === count)

describe('told to stop', () => {
  it('a question that has no answer yet is given up, and not asked again', async () => {
    const fault = faultOf(forge.pull(1))
    await asked(1)
    begun.abort()
    expect((await fault).fault).toMatchObject(STOPPING)
    expect(world.server.asked).toHaveLength(1)
  })

  it('questions that wait for their turn are never asked', async () => {
    const faults = Promise.all(Array.from({ length: 20 }, (_, index) => faultOf(forge.pull(index + 1))))
    await asked(AT_ONCE)
    begun.abort()
    for (const { fault } of await faults) expect(fault).toMatchObject(STOPPING)
    expect(world.server.asked).toHaveLength(AT_ONCE)
  })

  it('a question is given up while its answer drips', async () => {
    world.server.script = () => (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{')
    }
    const fault = faultOf(forge.pull(1))
    await asked(1)
    begun.abort()
    expect((await fault).fault).toMatchObject(STOPPING)
  })

  it('a question between two attempts is not asked again', async () => {
    world.server.script = () => ({ status: 502, text: '' })
    const slow = world.open('github', { ...NEVER, retryMs: 500 }, { begun: begun.signal, over: over.signal })
    const fault = faultOf(slow.pull(1))
    await asked(1)
    begun.abort()
    expect((await fault).fault).toMatchObject(STOPPING)
    expect(world.server.asked).toHaveLength(1)
  })

  it('nothing is begun any more, neither a question nor a write', async () => {
    begun.abort()
    expect((await faultOf(forge.pull(1))).fault).toMatchObject(STOPPING)
    expect((await faultOf(forge.createComment(1, 'x'))).fault).toMatchObject(STOPPING)
    expect(world.server.asked).toEqual([])
  })

  it('the answer to a write that is under way counts, if it comes in time', async () => {
    let answer: (() => void) | null = null
    world.server.script = () => (response) => {
      answer = () => response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ id: 7 }))
    }
    const written = forge.createComment(1, 'x')
    await asked(1)
    begun.abort()
    await until('it is there', () => answer !== null)
    answer!()
    await expect(written).resolves.toBe(7)
  })

  it('a write without an answer is given up in the end, and not repeated', async () => {
    const fault = faultOf(forge.createComment(1, 'x'))
    await asked(1)
    begun.abort()
    over.abort()
    expect((await fault).fault).toMatchObject(STOPPING)
    expect(world.server.asked).toHaveLength(1)
  })
})

it('an answer that came before says what it said', async () => {
  world.server.script = () => ({ json: githubPull(1) })
  await expect(forge.pull(1)).resolves.toMatchObject({ number: 1 })
  begun.abort()
})

it('no listener stays behind', async () => {
  world.server.script = () => ({ json: githubPull(1) })
  let listening = 0
  const { signal } = begun
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)]
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening += 1
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening -= 1
    remove(...args)
  }
  for (let number = 1; number <= 20; number++) await forge.pull(1)
  expect(listening).toBe(0)
})
