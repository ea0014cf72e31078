/** Law 2: what this machine lacks is no evidence against what lies on main. */
import { beforeEach, expect, it } from 'vitest'
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
async function tickWithout(blob: Oid): Promise<void> {
  const { config, adapters } = await ops.configure('two')
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
    await ops.tickBy(dispatcher)
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
