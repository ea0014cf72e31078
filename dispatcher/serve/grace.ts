/** How long git may go on once the daemon is told to stop: a remote that accepts and says nothing would keep it for minutes. */
import { setMaxListeners } from 'node:events'
import { LIMITS } from '../../vault/limits.js'

/** What is ended then is as if its answer had been lost: the next start looks what became of it. */
export class Grace {
  readonly #over = new AbortController()
  #timer: NodeJS.Timeout | null = null

  /** @param stopped begins it, also while the daemon is still starting */
  constructor(private readonly stopped: AbortSignal) {
    // Each git command listens.
    setMaxListeners(0, this.#over.signal)
    if (stopped.aborted) this.begin()
    stopped.addEventListener('abort', this.begin)
  }

  /** Ends what still runs. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  readonly begin = (): void => {
    this.#timer ??= setTimeout(() => this.#over.abort(), LIMITS.drainMs)
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.stopped.removeEventListener('abort', this.begin)
  }
}
