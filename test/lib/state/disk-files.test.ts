/** What a dispatcher must not forget, on a disk that is nearly full, and on one whose power fails. */
import fs from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { diskFiles } from '../../../lib/state/disk-files.js'
import { UsedIds } from '../../../lib/state/used-ids.js'
import { LIMITS } from '../../../vault/limits.js'
import { SmallDisk } from '../../machine/small-disk.js'

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-files-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('a file that is replaced', () => {
  it('stays as it was where the disk takes only a part of the new one', async (context) => {
    if (!SmallDisk.canMount()) return context.skip()
    const folder = await tempFolder()
    const disk = SmallDisk.mount(folder, '1m')
    onTestFinished(() => disk.unmount())
    const path = join(folder, 'view.json')
    await diskFiles.write(path, '"before"')
    disk.fill(3)
    await expect(diskFiles.write(path, JSON.stringify('x'.repeat(100_000)))).rejects.toMatchObject({ code: 'ENOSPC' })
    expect(await readFile(path, 'utf8')).toBe('"before"')
    expect((await readdir(folder)).sort()).toEqual(['ballast', 'view.json'])
    await disk.free()
    await diskFiles.write(path, '"after"')
    expect(await readFile(path, 'utf8')).toBe('"after"')
  })

  it('has the text of who came last', async () => {
    const path = join(await tempFolder(), 'noted.json')
    const texts = Array.from({ length: 20 }, (_, index) => 'x'.repeat(100_000 * (20 - index)))
    await Promise.all(texts.map((text) => diskFiles.write(path, text)))
    expect((await readFile(path, 'utf8')).length).toBe(100_000)
  })
})

describe('before it is said to be done', () => {
  /** Names of what was synced, in order. */
  function syncs(): readonly string[] {
    const synced: string[] = []
    const { fsync } = fs
    const spy = vi.spyOn(fs, 'fsync').mockImplementation((fd, done) => {
      synced.push(basename(fs.readlinkSync(`/proc/self/fd/${fd}`)).replace(/\.\d+$/, ''))
      fsync(fd, done)
    })
    onTestFinished(() => spy.mockRestore())
    return synced
  }

  it('an id that was used is on the disk, and so is the name of its file', async () => {
    const folder = await tempFolder()
    const synced = syncs()
    await new UsedIds(join(folder, 'used')).add([{ id: 'one', day: '2026-11-22' }])
    expect(synced).toEqual([basename(folder), 'recent', 'used'])
  })

  it('ids that are spread are in their shards on the disk before the file goes that had them', async () => {
    const folder = await tempFolder()
    const synced = syncs()
    let before: readonly string[] = []
    const remove = async (path: string) => {
      before = [...synced]
      await diskFiles.remove(path)
    }
    const entries = Array.from({ length: LIMITS.recentIds }, (_, index) => ({ id: `id-${index}`, day: '2026-11-22' }))
    await new UsedIds(folder, { ...diskFiles, remove }).add(entries)
    expect(before).toEqual(expect.arrayContaining(await readdir(folder)))
    expect(before.at(-1)).toBe(basename(folder))
  })

  it('ids that are read anew are on the disk when they are settled', async () => {
    const folder = await tempFolder()
    const synced = syncs()
    const used = new UsedIds(folder)
    await used.fill([{ id: 'one', day: '2026-11-22' }])
    expect(synced).toEqual([])
    await used.settle()
    expect(synced).toEqual(['recent', basename(folder)])
  })

  it('what is written is on the disk, and so is its name', async () => {
    const folder = await tempFolder()
    const synced = syncs()
    await diskFiles.write(join(folder, 'freeze.json'), '{}')
    expect(synced).toEqual(['freeze.json', basename(folder)])
    await diskFiles.rename(join(folder, 'freeze.json'), join(folder, 'bound.json'))
    expect(synced.slice(2)).toEqual([basename(folder)])
  })
})
