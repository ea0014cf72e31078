/** A disk that is full from one write on, whichever it is: the tick stops with one message, and the next one does the rest. */
import { beforeEach, expect, it } from 'vitest'
import { openDispatcher } from '../../dispatcher/dispatcher.js'
import { diskFiles } from '../../lib/state/disk-files.js'
import type { StateFiles } from '../../lib/state/port.js'
import { StateFolderError } from '../../lib/state/state-folder-error.js'
import { systemFaultOf } from '../../lib/system-fault.js'
import { OpsRepo } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'
import { expectStopped, tried } from './tried.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

/** @param room writes that still succeed */
function fullAfter(room: number): StateFiles & { readonly refused: readonly string[] } {
  const refused: string[] = []
  const refuse = async (path: string, write: () => Promise<void>) => {
    if (room-- > 0) return write()
    refused.push(path)
    const cause = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    const fault = systemFaultOf(cause)
    throw fault === null ? cause : new StateFolderError(path, 'written', fault, cause)
  }
  return {
    ...diskFiles,
    write: (path, text) => refuse(path, () => diskFiles.write(path, text)),
    append: (path, text) => refuse(path, () => diskFiles.append(path, text)),
    refused,
  }
}

it('at any write of a tick: said once, and the action runs once', { timeout: 600_000 }, async () => {
  const places = new Set<string>()
  await ops.request('before')
  await ops.tick()
  for (let room = 0; ; room++) {
    const id = `room-${room}`
    const { config, adapters } = await ops.configure()
    const files = fullAfter(room)
    await ops.request(id)
    const dispatcher = await openDispatcher(config, { ...adapters, place: { ...adapters.place, files } }, SILENT)
    const full = await tried(() => ops.tickBy(dispatcher))
    await dispatcher.close()
    for (const path of files.refused) places.add(path.replace(/^.*\/state\//, '').replace(/^used\/.*/, 'used/'))
    if (full.kind === 'stopped') expectStopped(full, 3, '/state/', 'the disk is full (ENOSPC)', 'make room there')
    // The same dispatcher with a disk that has room again.
    await ops.tick()
    expect(
      (await ops.ran()).filter((line) => line === id),
      `with room for ${room}`,
    ).toEqual([id])
    expect((await ops.records()).filter((path) => path.includes(`/${id}/outcome`))).toHaveLength(1)
    if (files.refused.length === 0) break
  }
  expect([...places].sort()).toEqual(expect.arrayContaining(['noted.json', 'seen.json', 'used/', 'view.json']))
})
