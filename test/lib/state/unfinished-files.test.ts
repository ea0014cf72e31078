/** What a process was writing when it was killed does not gather. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { removeUnfinished } from '../../../lib/state/unfinished-files.js'

test('goes; what is whole stays, and a folder that is not there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-unfinished-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const whole = ['view.json', 'noted.json', 'lock', '2026-11-22', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']
  for (const name of [...whole, 'view.json.1104331638', 'main.77']) await writeFile(join(folder, name), '')
  await mkdir(join(folder, 'draft-VhGrHM', 'deep'), { recursive: true })
  await writeFile(join(folder, 'draft-VhGrHM', 'deep', 'dev.toml'), '')
  await removeUnfinished([folder, join(folder, 'nowhere')])
  expect((await readdir(folder)).sort()).toEqual([...whole].sort())
})
