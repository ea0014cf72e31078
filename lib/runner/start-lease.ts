/**
 * That a run may have been started must be on disk before its first process exists: after a power failure it must not
 * look as if it was never started. One sync for each start would be most of the cost of a short run. So the runs that
 * come next are written down together: a lease says of up to 32 noted runs that they may start from now on, in this boot.
 * Within the boot the run's own marker (`take-run.ts`) says what happened; after a reboot a leased run without an end is
 * lost, because nobody knows. A run without a lease was certainly not started.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import { syncPath } from '../sync-path.js'
import { bootId } from './process-identity.js'
import { readRegular } from './read-regular.js'
import { LEASES } from './run-layout.js'

export class StartLease {
  readonly #runs: string
  /** In the order in which they will be started, most likely. */
  readonly #noted = new Set<string>()
  readonly #leased = new Set<string>()
  #writing: Promise<void> | null = null

  constructor(runs: string) {
    this.#runs = runs
  }

  note(nonce: string): void {
    this.#noted.add(nonce)
  }

  forget(nonce: string): void {
    this.#noted.delete(nonce)
    this.#leased.delete(nonce)
  }

  /** Resolves when it is on disk that `nonce` may be started. */
  async cover(nonce: string): Promise<void> {
    while (!this.#leased.has(nonce)) {
      if (this.#writing === null) await this.#write(nonce)
      else await this.#writing.catch(() => undefined)
    }
    this.#leased.delete(nonce)
    // The next lease is ready before it is needed; if it fails, whoever needs it tries again, and says so.
    if (this.#leased.size < LIMITS.leasedRuns / 2 && this.#noted.size > 0) this.#write(null).catch(() => undefined)
  }

  #write(first: string | null): Promise<void> {
    this.#writing ??= this.#lease(first).finally(() => {
      this.#writing = null
    })
    return this.#writing
  }

  async #lease(first: string | null): Promise<void> {
    const nonces = [...new Set([...(first === null ? [] : [first]), ...this.#noted])].slice(0, LIMITS.leasedRuns)
    const folder = join(this.#runs, LEASES)
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) await syncPath(this.#runs)
    const path = join(folder, `${bootId()}.${randomUUID()}`)
    writeFileSync(path, nonces.join('\n'), { flag: 'wx', mode: 0o600 })
    await syncPath(path)
    await syncPath(folder)
    // One that was forgotten meanwhile would count for ever as one that is ready to start.
    for (const nonce of nonces) if (this.#noted.delete(nonce) || nonce === first) this.#leased.add(nonce)
  }
}

export type Boots = 'before this boot' | 'ever'

/** Whether a run that has no marker may have been started all the same, and the marker was lost. */
export function wasLeased(runs: string, nonce: string, boots: Boots): boolean {
  const now = boots === 'ever' ? '-' : `${bootId()}.`
  return leases(runs).some((lease) => !lease.startsWith(now) && noncesOf(runs, lease).includes(nonce))
}

/** Removes leases of which no run is left. */
export function removeOldLeases(runs: string): void {
  for (const lease of leases(runs)) {
    if (noncesOf(runs, lease).every((nonce) => !existsSync(join(runs, nonce))))
      rmSync(join(runs, LEASES, lease), { force: true })
  }
}

function leases(runs: string): readonly string[] {
  const folder = join(runs, LEASES)
  return existsSync(folder) ? readdirSync(folder) : []
}

function noncesOf(runs: string, lease: string): readonly string[] {
  const bytes = readRegular(join(runs, LEASES, lease), 'start', LIMITS.leaseBytes)
  return typeof bytes === 'string' ? [] : bytes.toString('utf8').split('\n')
}
