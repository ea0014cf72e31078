/** A disk of its own for a folder, so small that it can be filled: a tmpfs, which needs the right to mount. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BLOCK = 4_096
const BALLAST = 'ballast'

export class SmallDisk {
  private constructor(private readonly folder: string) {}

  static mount(folder: string, size: string): SmallDisk {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder])
    if (mounted.status !== 0) throw new Error(`${folder} could not be mounted: ${mounted.stderr}`)
    return new SmallDisk(folder)
  }

  static canMount(): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'))
    try {
      SmallDisk.mount(folder, '64k').unmount()
      return true
    } catch {
      return false
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Block by block until no more fits: others write here too, so what is free cannot be asked first. @param left blocks of 4 KiB that stay free */
  fill(left = 0): void {
    const path = join(this.folder, BALLAST)
    const ballast = openSync(path, 'a')
    const block = Buffer.alloc(BLOCK)
    let blocks = 0
    try {
      for (;;) {
        writeSync(ballast, block)
        blocks += 1
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(ballast)
    }
    truncateSync(path, Math.max(0, blocks - left) * BLOCK)
  }

  free(): Promise<void> {
    return rm(join(this.folder, BALLAST), { force: true })
  }

  unmount(): void {
    spawnSync('umount', ['--lazy', this.folder])
  }
}
