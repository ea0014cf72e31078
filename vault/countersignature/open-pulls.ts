import type { PullDossier } from '../forge/fact.js'
import type { Oid } from '../oid.js'
import type { RequestCommit } from '../request/fact.js'

/** A request that is open in a forge, as its second key is looked for. */
export interface OpenPulls {
  readonly head: Oid
  /** Open pull requests with this head, against our branch, that are no drafts. */
  readonly pulls: readonly PullDossier[]
  /** Drafts with this head: who opened one asks as well. */
  readonly drafts: readonly PullDossier[]
  /** Others known with this head, whatever became of them. */
  readonly kin: readonly PullDossier[]
  readonly commits: readonly RequestCommit[]
  /** Principals whose keys signed commits of it. */
  readonly signers: readonly string[]
}
