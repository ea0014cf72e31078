import { syncPath } from '../sync-path.js'

/** Makes names in a folder durable for many callers at once: 1,000 runs that are noted together cost a few syncs. */
export class SharedSync {
  readonly #folder: string
  #current: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Resolves when a sync that began after this call has ended. */
  sync(): Promise<void> {
    if (this.#current === null) return this.#start()
    // The one under way may have begun before the caller's change.
    this.#next ??= this.#current.catch(() => undefined).then(() => this.#start())
    return this.#next
  }

  #start(): Promise<void> {
    this.#next = null
    this.#current = syncPath(this.#folder).finally(() => {
      this.#current = null
    })
    return this.#current
  }
}
