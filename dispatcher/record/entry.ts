import type { FileEdit } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'

/** One thing to be recorded on main. The recorder puts several into one commit. */
export interface Entry {
  /** `claim low groom-backlog-20261122`: the subject of the commit where it is alone in it. */
  readonly subject: string
  /** What it is one of, for the subject of a group: `claim`, `outcome`. */
  readonly noun: string
  readonly trailers: readonly (readonly [name: string, value: string])[]
  /**
   * The main that it was decided on; it is dropped when anybody else's commit came after that (DESIGN section 2.3).
   * Null: a fact that is true on any main, like an outcome.
   */
  readonly decidedOn: Oid | null
  /** It may wait a moment for others to share its commit. */
  readonly patient: boolean
  /** The edits on a given main. */
  edits(base: Oid): Promise<readonly FileEdit[]>
}

export type Recorded =
  | { readonly kind: 'done'; readonly commit: Oid }
  /** Main moved by somebody else's commit: decide anew. */
  | { readonly kind: 'lost_race' }
  /** The remote refuses it (a hook, a missing permission). */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nobody knows whether it arrived: look at main again. */
  | { readonly kind: 'unknown'; readonly why: string }
