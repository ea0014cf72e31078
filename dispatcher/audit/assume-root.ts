/** The trust root where nobody named one: what the signed intents agree on. Those that name another one are found when they are judged. */
import type { Repository } from '../../lib/git/port.js'
import type { TrustRoot } from '../../vault/audit/render-audit.js'
import type { Oid } from '../../vault/oid.js'
import { firstLaidOut } from '../observe/assumed-root.js'

export interface NamedRoots {
  /** Root -> how many intents of pinned keys name it. */
  readonly roots: ReadonlyMap<Oid, number>
  /** Roots that an operator accepted later: they follow on another one. */
  readonly acceptedRoots: ReadonlySet<Oid>
}

/** Null: main was never laid out. */
export async function assumeRoot(named: NamedRoots, repository: Repository, main: Oid): Promise<TrustRoot | null> {
  const byCount = [...named.roots].sort(([, a], [, b]) => b - a).map(([root]) => root)
  const first = byCount.filter((root) => !named.acceptedRoots.has(root))
  const candidates = [...first, ...byCount.filter((root) => !first.includes(root))]
  for (const root of candidates) {
    if (await repository.history.isOnFirstParentLine(root, main)) return { commit: root, from: 'intents' }
  }
  const [likeliest] = candidates
  if (likeliest !== undefined) return { commit: likeliest, from: 'intents' }
  const laidOut = await firstLaidOut(repository, main)
  return laidOut === null ? null : { commit: laidOut, from: 'assumed' }
}
