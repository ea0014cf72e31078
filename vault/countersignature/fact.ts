import type { ChangeSet, EntryFact, SignatureFact } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { RequestCommit } from '../request/fact.js'

/** What git shows of the last first-parent commit that changed an action's path on main. */
export interface MergeFact {
  readonly commit: Oid
  readonly parents: readonly Oid[]
  readonly signature: SignatureFact
  /** Everything that the commit changed against its first parent. */
  readonly changes: ChangeSet
  /** The action's entry in the second parent; null where there is none. */
  readonly inSecondParent: EntryFact | null
  /** Commits that the second parent brings and the first one lacks. */
  readonly commits: readonly RequestCommit[]
  readonly tooManyCommits: boolean
}
