import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { SeenFile } from '../../../dispatcher/state/seen-file.js'
import { diskFiles } from '../../../lib/state/disk-files.js'
import type { StateFiles } from '../../../lib/state/port.js'
import type { Oid } from '../../../vault/oid.js'

const oidOf = (digit: string) => digit.repeat(40) as Oid
const [ROOT, OLD, NEW] = [oidOf('0'), oidOf('1'), oidOf('2')]

it('what was written although its writing failed counts as seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-seen-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  let isFailing = false
  const files: StateFiles = {
    ...diskFiles,
    write: async (path, text) => {
      await diskFiles.write(path, text)
      if (isFailing) throw new Error('EIO: input/output error')
    },
  }
  const seen = new SeenFile(folder, ROOT, files)
  await seen.write(OLD)
  isFailing = true
  await expect(seen.write(NEW)).rejects.toThrow('EIO')
  // Else a main that was set back to the older one would not be known for what it is.
  expect(await seen.read()).toBe(NEW)
})
