import type { Oid } from '../../vault/oid.js'
import type { Consolidation } from './consolidation.js'
import type { GitContext } from './context.js'
import { RefFetcher } from './fetch-refs.js'
import { listRemote } from './list-remote.js'
import { runLocal } from './local-process.js'
import type { Objects, RefResult, RefUpdate, Remote, RemoteRefs } from './port.js'
import { pushRefs } from './push-refs.js'
import { KEPT_MAIN, KEPT_NOTES, mainRef, NOTES_REF } from './ref-names.js'

export interface RemoteContexts {
  /** With URL and credentials. */
  readonly network: GitContext
  readonly local: GitContext
}

export class GitRemote implements Remote {
  /** Hidden from whoever prints a repository: its environment has the credentials (law 10). */
  readonly #contexts: RemoteContexts
  readonly #main: string
  readonly #kept: ReadonlyMap<string, string>

  constructor(
    contexts: RemoteContexts,
    private readonly objects: Objects,
    private readonly consolidation: Consolidation,
    branch: string,
  ) {
    this.#contexts = contexts
    this.#main = mainRef(branch)
    this.#kept = new Map([
      [this.#main, KEPT_MAIN],
      [NOTES_REF, KEPT_NOTES],
    ])
  }

  list(): Promise<RemoteRefs> {
    return listRemote(this.#contexts.network, this.#main)
  }

  async fetch(refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const fetcher = new RefFetcher(this.#contexts.network, this.#kept)
    await fetcher.fetch(refs)
    await this.consolidation.packAdded()
    return fetcher.failed
  }

  async push(updates: readonly RefUpdate[]): Promise<readonly RefResult[]> {
    const results = await pushRefs(this.#contexts.network, this.#main, updates, (a, d) => this.#isAncestor(a, d))
    const done = new Set(results.filter((result) => result.kind === 'done').map(({ ref }) => ref))
    for (const { ref, to } of updates) if (to !== null && done.has(ref)) await this.#keep(ref, to)
    return results
  }

  /** What we pushed ourselves is known to be there: the next fetch must not send it back. */
  async #keep(ref: string, oid: Oid): Promise<void> {
    const ours = this.#kept.get(ref)
    if (ours === undefined) return
    try {
      await runLocal(this.#contexts.local, ['update-ref', '--end-of-options', ours, oid])
    } catch (error) {
      // The push is done, and that is what the caller has to hear. A fetch will move our ref.
      this.#contexts.local.log?.debug({ error: String(error) }, 'git update-ref failed')
    }
  }

  async #isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean> {
    const commit = await this.objects.commit(descendant)
    if (commit?.parents.includes(ancestor) === true || ancestor === descendant) return true
    const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]
    const { exitCode } = await runLocal(this.#contexts.local, args, { okCodes: [0, 1] })
    return exitCode === 0
  }
}
