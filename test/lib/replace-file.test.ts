import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { replaceFile } from '../../lib/replace-file.js'

describe('a file that is replaced', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-replaced-'))
    path = join(folder, 'countersign.toml')
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await writeFile(path, 'before')
  })

  it('is of the owner that is asked for, and has all of the mode', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root gives files away')
    const umask = process.umask(0o077)
    onTestFinished(() => void process.umask(umask))
    await replaceFile(path, 'after', { mode: 0o664, owner: { uid: 65_534, gid: 65_533 }, isDurable: true })
    expect(await stat(path)).toMatchObject({ uid: 65_534, gid: 65_533, mode: 0o100_664 })
    expect(await readFile(path, 'utf8')).toBe('after')
  })

  it('stays, and nothing is left beside it, where the new one cannot be given to that owner', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may give files to anybody')
    await chmod(path, 0o640)
    const given = replaceFile(path, 'after', { mode: 0o640, owner: { uid: 0, gid: 0 }, isDurable: true })
    await expect(given).rejects.toMatchObject({ code: 'EPERM' })
    expect(await readFile(path, 'utf8')).toBe('before')
    expect(await readdir(folder)).toEqual(['countersign.toml'])
  })

  it('stays, and nothing is left beside it, where something else took its place', async () => {
    await rm(path)
    await replaceFile(join(folder, 'inner'), 'x', { mode: 0o600, isDurable: false })
    const into = replaceFile(folder, 'after', { mode: 0o600, isDurable: false })
    await expect(into).rejects.toMatchObject({ code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/) })
    expect(await readdir(folder)).toEqual(['inner'])
  })
})
