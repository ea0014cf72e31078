/** Lays the formulas of a trust set out as a folder that runs can read. One folder a set, written once, and again where a run removed it. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises'
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
    if (await exists(target)) return target
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const draft = await mkdtemp(join(this.folder, 'draft-'))
    for (const file of await formulaFiles(this.repository, ids)) {
      const read = await this.repository.objects.blob(file.oid, LIMITS.trustFileBytes)
      if (read.kind !== 'blob') throw new Error(`${file.path} cannot be read`)
      const path = join(draft, file.path.slice(PREFIX.length))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, read.bytes)
      // Read-only, so that one run cannot change by accident what the next one does. It is no wall between runs of one user.
      await chmod(path, file.mode === '100755' ? 0o555 : 0o444)
    }
    try {
      await rename(draft, target)
    } catch (error) {
      await rm(draft, { recursive: true, force: true })
      if (!(await exists(target))) throw error
    }
    return target
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
