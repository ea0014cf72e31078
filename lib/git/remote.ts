import type { Oid } from '../../vault/oid.js'
import type { Consolidation } from './consolidation.js'
import type { GitContext } from './context.js'
import { RefFetcher } from './fetch-refs.js'
import { listRemote } from './list-remote.js'
import { runLocal } from './local-process.js'
import type { Objects, RefResult, RefUpdate, Remote, RemoteRefs } from './port.js'
import { pushRefs } from './push-refs.js'
import { mainRef } from './ref-names.js'

export interface RemoteContexts {
  /** With URL and credentials. */
  readonly network: GitContext
  readonly local: GitContext
}

export class GitRemote implements Remote {
  /** Hidden from whoever prints a repository: its environment has the credentials (law 10). */
  readonly #contexts: RemoteContexts
  readonly #main: string

  constructor(
    contexts: RemoteContexts,
    private readonly objects: Objects,
    private readonly consolidation: Consolidation,
    branch: string,
  ) {
    this.#contexts = contexts
    this.#main = mainRef(branch)
  }

  list(): Promise<RemoteRefs> {
    return listRemote(this.#contexts.network, this.#main)
  }

  fetch(refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#fetch((fetcher) => fetcher.fetch(refs))
  }

  fetchTips(tips: ReadonlyMap<string, Oid>): Promise<ReadonlyMap<string, string>> {
    return this.#fetch((fetcher) => fetcher.fetchTips(tips))
  }

  async #fetch(work: (fetcher: RefFetcher) => Promise<void>): Promise<ReadonlyMap<string, string>> {
    const fetcher = new RefFetcher(this.#contexts.network, this.#main)
    await work(fetcher)
    await this.consolidation.packAdded()
    return fetcher.failed
  }

  push(updates: readonly RefUpdate[]): Promise<readonly RefResult[]> {
    return pushRefs(this.#contexts.network, this.#main, updates, (a, d) => this.#isAncestor(a, d))
  }

  async #isAncestor(ancestor: Oid, descendant: Oid): Promise<boolean> {
    const commit = await this.objects.commit(descendant)
    if (commit?.parents.includes(ancestor) === true || ancestor === descendant) return true
    const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]
    const { exitCode } = await runLocal(this.#contexts.local, args, { okCodes: [0, 1] })
    return exitCode === 0
  }
}
