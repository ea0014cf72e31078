/** Two dispatchers on one ops repo: each action runs once, and both records hold. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './cli.js'
import { Ops } from './ops.js'

const REQUESTS = 20
const ids = Array.from({ length: REQUESTS }, (_, index) => `note-${index}`)

let ops: Ops
let second: Json
let configs: readonly string[]
beforeAll(async () => {
  ops = await Ops.make()
  const { operator } = ops.people
  const key = String(ops.told['dispatcher_key'])
  const joined = await operator.cli('init', ops.path, '--dir', join(ops.folder, 'second'), '--trust-key', key, '--json')
  if (joined.code !== 0) throw new Error(`${joined}`)
  second = joined.json()
  configs = [ops.config, String(second['config'])]
  const text = await readFile(ops.config, 'utf8')
  await writeFile(ops.config, text.replace('keys = []', `keys = [${JSON.stringify(second['dispatcher_key'])}]`))
})
afterAll(() => ops.remove())

const tickBoth = () =>
  Promise.all(configs.map((config) => ops.people.operator.cli('tick', '--json', '--config', config)))

describe('two dispatchers', () => {
  it('join on the same trust root, each with its own key', () => {
    expect(second['trust_root']).toBe(ops.told['trust_root'])
    expect(second['dispatcher_key']).not.toBe(ops.told['dispatcher_key'])
  })

  it('that tick at once run each of twenty requests exactly once', async () => {
    const clone = await ops.cloneOf(ops.people.agent)
    await clone.update()
    for (const id of ids) {
      await clone.git('checkout', '--quiet', '-b', `vault/${id}`, 'origin/main')
      await clone.commit({ message: id, files: { [`vault/actions/${id}.toml`]: ops.action(id) } })
    }
    await clone.push(...ids.map((id) => `vault/${id}`))
    const ticks = await tickBoth()
    for (const tick of ticks) expect(tick.code, tick.text).toBe(0)
    // Whoever lost a race to the end decides anew in the next tick.
    for (const tick of await tickBoth()) expect(tick.code, tick.text).toBe(0)
    expect((await ops.ran()).toSorted()).toEqual(ids.toSorted())
    expect(await ops.branches()).toEqual(['main'])
    const log = (await ops.operate('log', '--json')).lines()
    expect(log.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    for (const line of log) expect(line).toMatchObject({ status: 'succeeded' })
  })

  it('leave records that hold for an auditor who pins both keys, and only then', async () => {
    const { bob } = ops.people
    const keys = [ops.told['dispatcher_key'], second['dispatcher_key']].map(String)
    const verify = (pinned: readonly string[]) =>
      bob.cli('verify', '--repo', ops.path, ...pinned.flatMap((key) => ['--key', key]), '--json')
    const both = await verify(keys)
    expect(both.code, both.text).toBe(0)
    expect(both.json()).toMatchObject({ ok: true, findings: [], checked: 2 * REQUESTS })
    const authors = new Set((await ops.git('log', '--format=%an', 'main')).split('\n'))
    const writers = [...authors].filter((name) => name.startsWith('countersign '))
    // One of the two may have won every race: then its key alone is enough.
    if (writers.length === 2) for (const key of keys) expect((await verify([key])).code).toBe(1)
    for (const config of configs) {
      const verified = await ops.people.operator.cli('verify', '--config', config)
      expect(verified.code, verified.text).toBe(0)
    }
  })
})
