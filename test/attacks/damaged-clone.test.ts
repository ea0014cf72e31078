/** Law 2: what this machine lacks is no evidence against what lies on main. */
import { beforeEach, expect, it } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import { openDispatcher } from '../../dispatcher/dispatcher.js'
import { MissingObject } from '../../lib/git/missing-object.js'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

/** A tick of another dispatcher, whose clone has all but one blob. */
async function tickWithout(blob: Oid, name = 'two'): Promise<readonly TickLine[]> {
  const { config, adapters } = await ops.configure(name)
  const openClone: typeof adapters.openClone = async (options) => {
    const repository = await adapters.openClone(options)
    const { objects } = repository
    const lacking = new Proxy(objects, {
      get: (target, name) =>
        name === 'blob'
          ? async (oid: Oid, most: number) => (oid === blob ? { kind: 'missing' } : objects.blob(oid, most))
          : Reflect.get(target, name).bind(target),
    })
    return { ...repository, objects: lacking }
  }
  const dispatcher = await openDispatcher(config, { ...adapters, openClone }, SILENT)
  try {
    return await ops.tickBy(dispatcher)
  } finally {
    await dispatcher.close()
  }
}

it.each(['intent.json', 'outcome.json'])('a record whose %s is missing here is not undone', async (file) => {
  await ops.tick('two')
  await ops.request('low-1')
  await ops.tick('one')
  const before = await ops.main()
  const blob = await ops.remote.git(['rev-parse', `${before}:vault/fired/2026-11-22/low-1/${file}`])
  await expect(tickWithout(blob.trim() as Oid)).rejects.toThrow(MissingObject)
  expect(await ops.main()).toBe(before)
  await ops.tick('two')
  expect(await ops.main()).toBe(before)
})

it('a request whose claim is missing here is not told that its id was used by another', async () => {
  const head = await ops.request('low-1')
  for (let ticks = 0; ticks < 2; ticks++) await ops.tick('one')
  const blob = await ops.remote.git(['rev-parse', `${await ops.main()}:vault/fired/2026-11-22/low-1/intent.json`])
  // Whoever claimed it may not have come to delete its branch.
  await ops.remote.setRef('vault/low-1', head)
  expect(await tickWithout(blob.trim() as Oid, 'one')).toMatchObject([
    { id: 'low-1', verdict: 'unverifiable', reason: 'object_missing' },
  ])
  expect(await ops.remote.ref('vault/low-1')).toBe(head)
  expect(await ops.tick('one')).toEqual([])
  expect(await ops.remote.ref('vault/low-1')).toBeNull()
})
