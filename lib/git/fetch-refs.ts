import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
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
const VANISHED = /couldn't find remote ref |not our ref|does not allow request for unadvertised object/

/** A ref of the remote, and where it was seen; null: wherever it is. */
interface Wanted {
  readonly ref: string
  readonly tip: Oid | null
}

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
    const wanted = [...new Set(refs)].map((ref) => ({ ref, tip: null }))
    for (const group of chunksOf(this.#safe(wanted), LIMITS.refsPerCommand)) await this.#group(group)
  }

  /** By the commits: both sides compare each name that is asked for with all that there are, and a thousand take a second. */
  async fetchTips(tips: ReadonlyMap<string, Oid>): Promise<void> {
    const wanted = [...tips].map(([ref, tip]) => ({ ref, tip }))
    for (const group of chunksOf(this.#safe(wanted), LIMITS.tipsPerCommand)) await this.#group(group)
  }

  #safe(wanted: readonly Wanted[]): readonly Wanted[] {
    for (const { ref } of wanted) if (!isSafeRef(ref)) this.failed.set(ref, 'not the name of a ref')
    return wanted.filter(({ ref }) => isSafeRef(ref))
  }

  async #group(group: readonly Wanted[]): Promise<void> {
    if (group.length === 0) return
    try {
      const asked = group.map(({ ref, tip }) => tip ?? ref)
      await runRemote(this.context, ['fetch', ...OPTIONS, '--', REMOTE_NAME, ...asked])
    } catch (error) {
      if (!(error instanceof GitError) || !this.#mayBeOneRef(error) || this.context.signal?.aborted === true)
        throw error
      await this.#without(group, error)
    }
  }

  async #without(group: readonly Wanted[], error: GitError): Promise<void> {
    if (VANISHED.test(error.stderr) || BROKEN.test(error.stderr)) {
      const present = await this.#present(group)
      if (present.length < group.length) return this.#group(present)
    }
    const [only, ...others] = group
    if (only !== undefined && others.length === 0) {
      this.failed.set(only.ref, error.message)
      return
    }
    const half = Math.ceil(group.length / 2)
    await this.#group(group.slice(0, half))
    await this.#group(group.slice(half))
  }

  /** One look, whatever the number of branches that were deleted or moved since the caller's; it rejects where the remote is gone. */
  async #present(group: readonly Wanted[]): Promise<readonly Wanted[]> {
    const there = await listMatching(this.context, [`${REQUESTS_PREFIX}*`, this.main, NOTES_REF])
    const isThere = ({ ref, tip }: Wanted) => (tip === null ? there.has(ref) : there.get(ref) === tip)
    for (const wanted of group)
      if (!isThere(wanted)) this.failed.set(wanted.ref, 'the remote does not have it any more')
    return group.filter(isThere)
  }

  #mayBeOneRef(error: GitError): boolean {
    return BROKEN.test(error.stderr) || error.code === 'failed' || error.code === 'corrupt'
  }
}
