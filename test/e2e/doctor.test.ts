/** An operator asks what is wrong with a dispatcher on plain git. */
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Ops } from './ops.js'

let ops: Ops
beforeAll(async () => {
  ops = await Ops.make()
})
afterAll(() => ops.remove())

it('doctor finds nothing wrong after init, and says why a secret that is there is not taken', async () => {
  const well = await ops.operate('doctor', '--json')
  expect(well.code, well.text).toBe(0)
  expect(well.json()).toMatchObject({ ok: true, checked: expect.arrayContaining(['secrets']) })
  const path = join(ops.folder, 'dispatcher', 'secrets', 'GIT_TOKEN')
  await writeFile(path, 'a token that others can read\n')
  await chmod(path, 0o644)
  const told = await ops.operate('doctor', '--json')
  expect(told.code, told.text).toBe(1)
  expect(told.json()['findings']).toContainEqual({
    id: 'secrets',
    law: 10,
    severity: 'error',
    what: expect.stringContaining(`chmod 600 ${path}`),
    remedy: expect.any(String),
  })
  expect(told.stdout).not.toContain('a token that others can read')
})
