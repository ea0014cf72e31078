/** Where a dispatcher lives on its machine: its state folder, as a port. Adapter: `disk-place.ts`. */
import type { Repository } from '../../lib/git/port.js'
import type { Instance } from '../../lib/state/instance-lock.js'
import type { StateFiles } from '../../lib/state/port.js'
import type { Oid } from '../../vault/oid.js'
import type { TrustSetIds } from '../../vault/policy/trust-set.js'

/** The formulas of trust sets, laid out for runs to read. */
export interface FormulaPlace {
  /** @returns the path of the folder with the files of `formulas/` */
  pathFor(ids: TrustSetIds): Promise<string>
}

/** The ops repo, as runs see it (`COUNTERSIGN_OPS`). */
export interface OpsPlace {
  readonly path: string
  /** Makes its `main` the given commit. */
  show(commit: Oid): Promise<void>
}

export interface StatePlace {
  readonly files: StateFiles
  /** One dispatcher a folder; rejects with InstanceLocked where another one works on it. */
  /** @param onWait told once, where whoever had the folder cannot be seen from here, and is waited for */
  lock(stateDir: string, onWait: () => void): Promise<Instance>
  formulas(repository: Repository, folder: string): FormulaPlace
  ops(path: string, clone: string): OpsPlace
}
