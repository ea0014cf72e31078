/**
 * Which runs are second ones, of an idempotent formula after a first one whose end is unknown. The runner forgets the first
 * one so that the second can start; if that never comes, what is recorded must not say that nothing was ever started.
 */
import { join } from 'node:path'
import type { RunReader, RunWriter } from '../../lib/runner/port.js'
import { diskFiles } from '../../lib/state/disk-files.js'
import type { StateFiles } from '../../lib/state/port.js'

export class RepeatedRuns {
  readonly #folder: string

  constructor(
    stateFolder: string,
    private readonly runs: RunReader & Pick<RunWriter, 'note' | 'forget' | 'left'>,
    private readonly files: StateFiles = diskFiles,
  ) {
    this.#folder = join(stateFolder, 'repeated')
  }

  async state(nonce: string): Promise<{ readonly kind: 'again' | Awaited<ReturnType<RunReader['state']>>['kind'] }> {
    const { kind } = await this.runs.state(nonce)
    const isOpen = kind === 'noted' || kind === 'unknown'
    if (!isOpen || (await this.files.read(this.#path(nonce))) === null) return { kind }
    // The first one was forgotten and the second one not noted: there was one, and nobody knows how it ended.
    return { kind: kind === 'noted' ? 'again' : 'lost' }
  }

  /** What is left of the first run is forgotten, so that the second one can be started once. */
  async repeat(nonce: string): Promise<void> {
    // First: whatever a crash, or a disk that takes nothing, leaves after it is known to be of a second run.
    await this.files.write(this.#path(nonce), '')
    await this.runs.forget(nonce)
    await this.runs.note(nonce)
  }

  /** Its outcome is on main. */
  async forget(nonce: string): Promise<void> {
    await this.runs.forget(nonce)
    if ((await this.files.read(this.#path(nonce))) !== null) await this.files.remove(this.#path(nonce))
  }

  /** Nonces of runs that lay here at the start, and of all second ones whose outcome was not seen to come to main. */
  async left(): Promise<readonly string[]> {
    return [...new Set([...this.runs.left, ...(await this.files.list(this.#folder))])]
  }

  #path(nonce: string): string {
    return join(this.#folder, nonce)
  }
}
