import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { SeenFile } from '../../../dispatcher/state/seen-file.js'
import { diskFiles } from '../../../lib/state/disk-files.js'
import type { StateFiles } from '../../../lib/state/port.js'
import type { Oid } from '../../../vault/oid.js'

const oidOf = (digit: string) => digit.repeat(40) as Oid
const [ROOT, OLD, NEW] = [oidOf('0'), oidOf('1'), oidOf('2')]
const ALWAYS = () => true

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-seen-'))
  return () => rmSync(folder, { recursive: true })
})

it('what was written although its writing failed counts as seen', async () => {
  let isFailing = false
  const files: StateFiles = {
    ...diskFiles,
    write: async (path, text) => {
      await diskFiles.write(path, text)
      if (isFailing) throw new Error('EIO: input/output error')
    },
  }
  const seen = new SeenFile(folder, ROOT, files)
  await seen.write(OLD, ALWAYS)
  isFailing = true
  await expect(seen.write(NEW, ALWAYS)).rejects.toThrow('EIO')
  // Else a main that was set back to the older one would not be known for what it is.
  expect(await seen.read()).toBe(NEW)
})

it('an older main is not written over a newer one whose writing was under way', async () => {
  const seen = new SeenFile(folder, ROOT)
  await seen.write(OLD, ALWAYS)
  const push = oidOf('3')
  const asked: (Oid | null)[] = []
  const isFromOld = (now: Oid | null) => {
    asked.push(now)
    return now === OLD
  }
  await Promise.all([seen.write(NEW, isFromOld), seen.write(push, isFromOld)])
  expect(asked).toEqual([OLD, NEW])
  expect([await seen.read(), await new SeenFile(folder, ROOT).read()]).toEqual([NEW, NEW])
})

it('whoever reads while it is written waits for what becomes of it', async () => {
  const seen = new SeenFile(folder, ROOT)
  const written = seen.write(NEW, ALWAYS)
  expect(await seen.read()).toBe(NEW)
  await written
})
