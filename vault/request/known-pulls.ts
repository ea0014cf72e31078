/** Which pull requests speak for a head, and which only say who else asked. */
import type { PullDossier } from '../forge/fact.js'
import type { ForgeIdentity, ForgeSight } from '../forge/sight.js'
import type { Oid } from '../oid.js'
import type { RequestFact } from './fact.js'

/** Open, at this head, and against our branch of our repository: what else a listing holds is not ours. */
export function ownPulls(request: RequestFact, identity: ForgeIdentity): readonly PullDossier[] {
  return request.pulls
    .filter(({ pull }) => pull.state === 'open' && !pull.merged && pull.head === request.head)
    .filter(({ pull }) => pull.baseBranch === identity.baseBranch && pull.baseRepoId === identity.repositoryId)
    .sort((a, b) => a.pull.number - b.pull.number)
}

/** All that are known with that head, whatever their base or state: who opened one of them asks for it (law 6). */
export function kinOf(head: Oid, requests: readonly RequestFact[], forge: ForgeSight): readonly PullDossier[] {
  const open = requests.flatMap(({ pulls }) => pulls).filter(({ pull }) => pull.head === head)
  const all = [...open, ...(forge.kin.get(head) ?? [])]
  return [...new Map(all.map((dossier) => [dossier.pull.number, dossier])).values()]
}
