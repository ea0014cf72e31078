/** The parts of a repository that only its setting up is about, as both forges write them. */
import { z } from 'zod'
import { serverTime } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { lookFor } from './setting.js'

const permissions = z.object({ admin: z.boolean(), push: z.boolean() })

export const adminRepository = z.object({
  owner: z.object({ login: z.string() }),
  permissions: permissions.nullish(),
  // Forgejo
  allow_merge_commits: z.boolean().nullish(),
  allow_rebase: z.boolean().nullish(),
  allow_rebase_explicit: z.boolean().nullish(),
  allow_fast_forward_only_merge: z.boolean().nullish(),
  // GitHub; Forgejo has the squash under the same name
  allow_squash_merge: z.boolean().nullish(),
  allow_merge_commit: z.boolean().nullish(),
  allow_rebase_merge: z.boolean().nullish(),
  allow_auto_merge: z.boolean().nullish(),
})
export type AdminRepository = z.infer<typeof adminRepository>

const REPOSITORY = 'GET /repos/{owner}/{repo}'

export async function readRepository(client: ForgeClient): Promise<AdminRepository> {
  return (await client.ask(REPOSITORY, adminRepository)).value
}

export async function readPermission(client: ForgeClient): Promise<'admin' | 'write' | 'read'> {
  const { permissions: own } = await readRepository(client)
  if (own?.admin === true) return 'admin'
  return own?.push === true ? 'write' : 'read'
}

export async function readClock(client: ForgeClient): Promise<number | null> {
  return serverTime((await client.ask(REPOSITORY, adminRepository)).headers)
}

/** Labels are of the scope that comments and reviews are of, and there is always a list of them. */
export async function readsIssues(client: ForgeClient): Promise<boolean> {
  const labels = () => client.ask('GET /repos/{owner}/{repo}/labels', z.array(z.unknown()), { limit: 1, per_page: 1 })
  return (await lookFor(labels)) !== 'forbidden'
}
