/**
 * A bare repository for runs to read (`COUNTERSIGN_OPS`). It borrows the objects of the dispatcher's clone and has refs
 * of its own, so that a run that writes into it changes nothing that the dispatcher goes by.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/replace-file.js'
import type { Oid } from '../../vault/oid.js'

const PARTS = ['HEAD', 'config', 'objects/info/alternates', 'refs/heads']

export class OpsView {
  #isLaidOut = false

  constructor(
    readonly path: string,
    private readonly clone: string,
  ) {}

  /** Makes `main` of the view the given commit. */
  async show(commit: Oid): Promise<void> {
    if (!this.#isLaidOut || !this.#isWhole()) await this.#layOut(commit.length)
    const ref = join(this.path, 'refs/heads/main')
    // Runs of a burst see the same commit; a run may have moved the ref, so what is there is looked at each time.
    if (existsSync(ref) && readFileSync(ref, 'utf8') === `${commit}\n`) return
    await replaceFile(ref, `${commit}\n`, { mode: 0o600, isDurable: false })
  }

  /** A run can remove what its user can: then those after it would not start. */
  #isWhole(): boolean {
    return PARTS.every((part) => existsSync(join(this.path, part)))
  }

  async #layOut(digits: number): Promise<void> {
    await mkdir(join(this.path, 'objects/info'), { recursive: true })
    await mkdir(join(this.path, 'refs/heads'), { recursive: true })
    await writeFile(join(this.path, 'HEAD'), 'ref: refs/heads/main\n')
    const format =
      digits === 64
        ? '\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n'
        : '\trepositoryformatversion = 0\n\tbare = true\n'
    await writeFile(join(this.path, 'config'), `[core]\n${format}`)
    await writeFile(join(this.path, 'objects/info/alternates'), `${join(this.clone, 'objects')}\n`)
    this.#isLaidOut = true
  }
}
