/** What goes on, and for how long, once the daemon is told to stop: a forge or a remote that accepts and says nothing would keep it for minutes. */
import { setMaxListeners } from 'node:events'
import type { ForgeStop } from '../../lib/forge/forge-stop.js'
import { LIMITS } from '../../vault/limits.js'

/** What is ended is as if its answer had been lost: the next start looks what became of it. */
export class Grace implements ForgeStop {
  readonly #begun = new AbortController()
  readonly #over = new AbortController()
  #timer: NodeJS.Timeout | null = null

  /** @param stopped begins it, also while the daemon is still starting */
  constructor(private readonly stopped: AbortSignal) {
    // Each question and each git command listens.
    for (const { signal } of [this.#begun, this.#over]) setMaxListeners(0, signal)
    if (stopped.aborted) this.begin()
    stopped.addEventListener('abort', this.begin)
  }

  /** Ends what can simply be asked again. */
  get begun(): AbortSignal {
    return this.#begun.signal
  }

  /** Ends what still runs. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  readonly begin = (): void => {
    this.#timer ??= setTimeout(() => this.#over.abort(), LIMITS.drainMs)
    this.#begun.abort()
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.stopped.removeEventListener('abort', this.begin)
  }
}
