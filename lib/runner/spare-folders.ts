/**
 * Folders of runs that left them as they were made, kept for runs to come. A small run makes and removes five folders, which
 * costs more than the run: ext4 looks at each inode that was freed in the last minutes before it gives out a new one. What a
 * run wrote is never handed on: only empty folders, with the rights that they were given, are kept.
 */
import { lstatSync, readdirSync, renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { errno } from './errno.js'
import { FORGOTTEN_PREFIX, type RunLayout, SPARE_PREFIX } from './run-layout.js'

const FOLDERS = ['home', 'tmp', 'work']

export class SpareFolders {
  readonly #runs: string
  #names: string[]

  constructor(runs: string) {
    this.#runs = runs
    this.#names = spareNames(runs)
  }

  /** Once more, after forgotten runs were removed. */
  look(): void {
    this.#names = spareNames(this.#runs)
  }

  /** @returns false where there is none: it has to be made */
  moveTo({ folder }: RunLayout): boolean {
    for (let name = this.#names.pop(); name !== undefined; name = this.#names.pop()) {
      try {
        renameSync(join(this.#runs, name), folder)
        return true
      } catch (error) {
        if (errno(error) !== 'ENOENT') throw error
      }
    }
    return false
  }
}

/** Makes a forgotten run a spare one, in one last step. @returns false where it is to be removed. Throws what the file system says. */
export function keepAsSpare(runs: string, name: string): boolean {
  const folder = join(runs, name)
  if (!isUntouched(folder)) return false
  for (const entry of readdirSync(folder)) if (entry !== 'own') unlinkSync(join(folder, entry))
  renameSync(join(folder, 'own'), join(folder, 'fresh'))
  renameSync(folder, join(runs, `${SPARE_PREFIX}${name.slice(FORGOTTEN_PREFIX.length)}`))
  return true
}

export function isSpare(name: string): boolean {
  return name.startsWith(SPARE_PREFIX)
}

function isUntouched(folder: string): boolean {
  const own = join(folder, 'own')
  if (!isOurs(own) || readdirSync(own).sort().join() !== FOLDERS.join()) return false
  return FOLDERS.every((name) => isOurs(join(own, name)) && readdirSync(join(own, name)).length === 0)
}

/** A folder and no link, that only we may enter. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return found?.isDirectory() === true && (found.mode & 0o7777) === 0o700
}

function spareNames(runs: string): string[] {
  return readdirSync(runs).filter(isSpare)
}
