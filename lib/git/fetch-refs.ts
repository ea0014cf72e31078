import { LIMITS } from '../../vault/limits.js'
import { chunksOf } from './chunks.js'
import type { GitContext } from './context.js'
import { GitError } from './git-error.js'
import { listMatching } from './list-remote.js'
import { NOTES_REF, REMOTE_NAME, REQUESTS_PREFIX } from './ref-names.js'
import { runRemote } from './remote-command.js'
import { isSafeRef } from './safe-ref.js'

/** No tags, no submodules, nothing that is remembered besides the objects: a fetch leaves only what it was asked for. */
const OPTIONS = [
  '--no-tags',
  '--no-write-fetch-head',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--no-show-forced-updates',
  '--no-write-commit-graph',
  '--no-progress',
]

// The connection was there and broke: perhaps one ref made the server stumble, so the others are tried without it.
const BROKEN = /hung up unexpectedly|early EOF|unexpected disconnect|RPC failed/
const VANISHED = /couldn't find remote ref /

/**
 * Fetches refs in groups; a group that fails is halved until the ref that fails stands alone (field failure 51). Requests
 * get no name in our clone: names could not hold `vault/x/y` beside an older `vault/x`.
 */
export class RefFetcher {
  readonly failed = new Map<string, string>()

  constructor(
    private readonly context: GitContext,
    private readonly main: string,
  ) {}

  async fetch(refs: readonly string[]): Promise<void> {
    const safe = new Set<string>()
    for (const ref of refs) {
      if (isSafeRef(ref)) safe.add(ref)
      else this.failed.set(ref, 'not the name of a ref')
    }
    for (const group of chunksOf([...safe], LIMITS.refsPerCommand)) await this.#group(group)
  }

  async #group(refs: readonly string[]): Promise<void> {
    if (refs.length === 0) return
    try {
      await runRemote(this.context, ['fetch', ...OPTIONS, '--', REMOTE_NAME, ...refs])
    } catch (error) {
      if (!(error instanceof GitError) || !this.#mayBeOneRef(error) || this.context.signal?.aborted === true)
        throw error
      await this.#without(refs, error)
    }
  }

  async #without(refs: readonly string[], error: GitError): Promise<void> {
    if (VANISHED.test(error.stderr) || BROKEN.test(error.stderr)) {
      const present = await this.#present(refs)
      if (present.length < refs.length) return this.#group(present)
    }
    const [only, ...others] = refs
    if (only !== undefined && others.length === 0) {
      this.failed.set(only, error.message)
      return
    }
    const half = Math.ceil(refs.length / 2)
    await this.#group(refs.slice(0, half))
    await this.#group(refs.slice(half))
  }

  /** One look, whatever the number of branches that were deleted since the caller's; it rejects where the remote is gone. */
  async #present(refs: readonly string[]): Promise<readonly string[]> {
    const there = await listMatching(this.context, [`${REQUESTS_PREFIX}*`, this.main, NOTES_REF])
    for (const ref of refs) if (!there.has(ref)) this.failed.set(ref, 'the remote does not have it any more')
    return refs.filter((ref) => there.has(ref))
  }

  #mayBeOneRef(error: GitError): boolean {
    return BROKEN.test(error.stderr) || error.code === 'failed' || error.code === 'corrupt'
  }
}
