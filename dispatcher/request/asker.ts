/** Who asks, at the forge that the ops repo lies in: for the pull request, and to foresee what becomes of it. */
import type { Forge } from '../../lib/forge/forge-options.js'
import type { Account, PullDossier } from '../../vault/forge/fact.js'
import type { ForgeSight } from '../../vault/forge/sight.js'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import type { Workplace } from '../cli/workplace.js'

export interface Asker {
  readonly forge: Forge
  readonly account: Account
  readonly repositoryId: number
  readonly branch: string
}

/** Which account the dispatcher has there, an agent does not know. */
const DISPATCHER: Account = { id: 0, login: '', kind: 'ghost' }

/** Null: plain git. Rejects with ForgeError where the forge does not know us. */
export async function openAsker({ forge: config, branch }: Workplace, adapters: Adapters): Promise<Asker | null> {
  if (config === null) return null
  const forge = await adapters.openForge(config)
  const [account, repository] = [await forge.self(), await forge.repository()]
  return { forge, account, repositoryId: repository.id, branch }
}

export function sightOf(asker: Asker | null): ForgeSight | null {
  if (asker === null) return null
  const { forge, repositoryId, branch } = asker
  const nothing = { kin: new Map(), windows: [], shown: new Map(), owed: new Map() }
  return { kind: forge.kind, repositoryId, baseBranch: branch, self: DISPATCHER, fault: null, ...nothing }
}

/** The pull request that will be opened, or is open: ours, without a review. Who asks could push, so they may write. */
export function expectedPull(asker: Asker | null, suffix: string, head: Oid, now: number): readonly PullDossier[] {
  if (asker === null) return []
  const { account, repositoryId, branch } = asker
  return [
    {
      pull: {
        number: 0,
        url: '',
        state: 'open',
        merged: false,
        mergeCommit: null,
        head,
        headBranch: `vault/${suffix}`,
        headRepoId: repositoryId,
        baseBranch: branch,
        baseRepoId: repositoryId,
        author: account,
        draft: false,
        updatedAt: now,
        createdAt: now,
        labels: [],
        mergedBy: null,
      },
      history: { ok: true, value: { pushes: [], wasRetargeted: false, scheduledBy: [], closedBy: [], reopenedBy: [] } },
      reviews: { ok: true, value: [] },
      comments: { ok: true, value: [] },
      permissions: new Map([[account.id, { ok: true, value: 'write' }]]),
    },
  ]
}
