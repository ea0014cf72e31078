/** Lays the formulas of a trust set out as a folder that runs can read. One folder a set, written once, and again where it is not whole or a run removed it. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Repository } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { TrustSetIds } from '../../vault/policy/trust-set.js'
import { formulaFiles } from '../observe/trust-reader.js'

const PREFIX = 'formulas/'

export class FormulaFolder {
  readonly #known = new Map<string, Promise<string>>()

  constructor(
    private readonly repository: Repository,
    private readonly folder: string,
  ) {}

  /** @returns the path of the folder with the files of `formulas/` */
  async pathFor(ids: TrustSetIds): Promise<string> {
    const name = ids.formulas
    if (name === null) throw new Error('a trust set without formulas is never in force')
    const before = this.#known.get(name)
    if (before !== undefined && existsSync(await before)) return before
    const known = this.#layOut(ids, join(this.folder, name))
    this.#known.set(name, known)
    known.catch(() => this.#known.delete(name))
    return known
  }

  async #layOut(ids: TrustSetIds, target: string): Promise<string> {
    const files = await this.#filesOf(ids)
    // A power failure leaves names of files that are empty: a step that calls one would succeed, and do nothing.
    if (await isWhole(target, files)) return target
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const draft = await mkdtemp(join(this.folder, 'draft-'))
    try {
      await writeFiles(draft, files)
      await rm(target, { recursive: true, force: true })
      await rename(draft, target)
    } catch (error) {
      // A disk that is full is tried again and again: each time would leave one.
      await rm(draft, { recursive: true, force: true }).catch(() => undefined)
      if (!(await isWhole(target, files))) throw error
    }
    return target
  }

  async #filesOf(ids: TrustSetIds): Promise<readonly LaidFile[]> {
    const files: LaidFile[] = []
    for (const { path, oid, mode } of await formulaFiles(this.repository, ids)) {
      const read = await this.repository.objects.blob(oid, LIMITS.trustFileBytes)
      if (read.kind !== 'blob') throw new Error(`${path} cannot be read`)
      files.push({ name: path.slice(PREFIX.length), bytes: read.bytes, mode: mode === '100755' ? 0o555 : 0o444 })
    }
    return files
  }
}

interface LaidFile {
  /** Below the folder. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly mode: number
}

async function writeFiles(folder: string, files: readonly LaidFile[]): Promise<void> {
  for (const { name, bytes, mode } of files) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    // Read-only, so that one run cannot change by accident what the next one does. It is no wall between runs of one user.
    await chmod(path, mode)
  }
}

async function isWhole(folder: string, files: readonly LaidFile[]): Promise<boolean> {
  for (const { name, bytes } of files) {
    const found = await readFile(join(folder, name)).catch(() => null)
    if (found === null || !found.equals(bytes)) return false
  }
  return true
}
