import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { PullsFile, type ShownPull } from '../../../dispatcher/state/pulls-file.js'
import { diskFiles } from '../../../lib/state/disk-files.js'
import type { StateFiles } from '../../../lib/state/port.js'

const PULL = 3
const HEAD = '1'.repeat(40)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-pulls-'))
  return () => rmSync(folder, { recursive: true })
})

it('what the disk did not take is not known: who owes a pull request the end of a claim would not write it again', async () => {
  let isFull = false
  const files: StateFiles = {
    ...diskFiles,
    write: async (path, text) => {
      if (isFull) throw new Error('ENOSPC: no space left on device')
      await diskFiles.write(path, text)
    },
  }
  const pulls = new PullsFile(folder, files)
  const before = await pulls.of(PULL, HEAD)
  const owed: ShownPull = { ...before, claim: { id: 'act', isTold: false } }
  isFull = true
  await expect(pulls.set(new Map([[PULL, owed]]))).rejects.toThrow('ENOSPC')
  expect(await pulls.of(PULL, HEAD)).toEqual(before)
})

it('what the disk took though it said otherwise is known: what it owes would stay owed on disk for ever', async () => {
  let isFaulty = false
  const files: StateFiles = {
    ...diskFiles,
    write: async (path, text) => {
      await diskFiles.write(path, text)
      if (isFaulty) throw new Error('EIO: input/output error')
    },
  }
  const pulls = new PullsFile(folder, files)
  const owed: ShownPull = { ...(await pulls.of(PULL, HEAD)), claim: { id: 'act', isTold: false } }
  isFaulty = true
  const { revision } = pulls
  await expect(pulls.set(new Map([[PULL, owed]]))).rejects.toThrow('EIO')
  expect(await pulls.of(PULL, HEAD)).toMatchObject({ claim: owed.claim })
  expect(pulls.revision).not.toBe(revision)
})
