/** A supervisor that cannot begin: what may pass is waited for, what does not is told, and either way nothing ran. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openDispatcher } from '../../dispatcher/dispatcher.js'
import type { Log } from '../../lib/log/port.js'
import { OpsRepo } from '../support/ops-repo.js'
import { SILENT } from '../support/test-adapters.js'

let ops: OpsRepo
let bin: string
let warnings: { readonly fields: object; readonly message: string }[]
beforeEach(async () => {
  ops = await OpsRepo.make()
  bin = join(ops.remote.folder, 'run-bin')
  warnings = []
  await mkdir(bin)
  return () => ops.remove()
})

const log: Log = { ...SILENT, warn: (fields, message) => void warnings.push({ fields, message }) }
const open = async () => {
  const { config, adapters } = await ops.configure('one', { runPath: bin })
  return openDispatcher(config, adapters, log)
}
const breakPipes = async (words: string) => {
  await writeFile(join(bin, 'mkfifo'), `#!/bin/sh\necho "mkfifo: cannot create fifo: ${words}" >&2\nexit 1\n`)
  await chmod(join(bin, 'mkfifo'), 0o755)
}
const mend = () => rm(join(bin, 'mkfifo'))
const outcomes = async () => (await ops.records()).filter((path) => path.includes('/outcome'))

describe('a supervisor that has no room for a pipe', () => {
  it.each([
    ['in the same daemon', false],
    ['after a start', true],
  ])('leaves the claim as it is: it runs once when there is room again, %s', async (_, isNew) => {
    await breakPipes('No space left on device')
    await ops.request('low')
    let dispatcher = await open()
    for (let time = 0; time < 2; time++) await ops.tickBy(dispatcher)
    expect((await ops.records()).filter((path) => path.endsWith('/intent.json'))).toHaveLength(1)
    expect(await outcomes()).toEqual([])
    expect(await ops.ran()).toEqual([])
    await mend()
    if (isNew) {
      await dispatcher.close()
      dispatcher = await open()
    }
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['low'])
    expect(await outcomes()).toHaveLength(1)
  })
})

describe('a supervisor that cannot make a pipe at all', () => {
  it('records that nothing was started, and says why', async () => {
    await breakPipes('Function not implemented')
    await ops.request('low')
    const dispatcher = await open()
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'failed' }])
    await mend()
    await ops.tickBy(dispatcher)
    await dispatcher.close()
    expect(await ops.ran()).toEqual([])
    const [outcome = ''] = await outcomes()
    const words = expect.stringContaining('cannot create fifo: Function not implemented')
    expect(await ops.record(outcome)).toMatchObject({ reason: 'could_not_start', log_tail: words })
    const warning = { fields: { id: 'low', why: words }, message: 'it could not be started; nothing of it ran' }
    expect(warnings).toMatchObject([warning])
  })
})

it('does not need the PATH that runs are given', async () => {
  await ops.request('low')
  const dispatcher = await open()
  expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
  await dispatcher.close()
})
