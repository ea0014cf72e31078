import { z } from 'zod'
import type { PullFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import { wireId, wireLabels, wireOid, wireTime } from '../wire/primitives.js'
import { githubAccount } from './account.js'

const LISTED = z.object({
  number: wireId,
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  user: githubAccount.nullable(),
  draft: z.boolean(),
  created_at: wireTime,
  updated_at: wireTime,
  labels: wireLabels,
  head: z.object({ ref: z.string().min(1), sha: wireOid, repo: z.object({ id: wireId }).nullable() }),
  base: z.object({ ref: z.string().min(1), repo: z.object({ id: wireId }) }),
})

type Listed = z.output<typeof LISTED>

/** What an unmerged one is: its merge_commit_sha is a test merge. */
const unmerged = (wire: Listed): PullFact => ({
  number: wire.number,
  url: wire.html_url,
  state: wire.state,
  merged: false,
  mergeCommit: null,
  head: wire.head.sha,
  // Of a deleted head repo only the name is left, and it names no branch any more.
  headBranch: wire.head.repo === null ? null : wire.head.ref,
  headRepoId: wire.head.repo?.id ?? null,
  baseBranch: wire.base.ref,
  baseRepoId: wire.base.repo.id,
  author: wire.user,
  draft: wire.draft,
  updatedAt: wire.updated_at,
  createdAt: wire.created_at,
  labels: wire.labels,
  mergedBy: null,
})

/** A listing does not say `merged`: of it only open ones are facts, a closed one is told by number. */
export const githubListedPull = LISTED.transform((wire) => ({
  number: wire.number,
  updatedAt: wire.updated_at,
  open: wire.state === 'open' ? unmerged(wire) : null,
}))

export const githubPull = LISTED.extend({
  merged: z.boolean(),
  merge_commit_sha: z.string().nullable(),
  merged_by: githubAccount.nullable(),
}).transform((wire, context): PullFact => {
  if (!wire.merged) return unmerged(wire)
  const mergeCommit = wireOid.safeParse(wire.merge_commit_sha)
  if (!mergeCommit.success) {
    context.addIssue({ code: 'custom', message: 'merged, but by no commit', path: ['merge_commit_sha'] })
    return z.NEVER
  }
  return { ...unmerged(wire), merged: true, mergeCommit: mergeCommit.data, mergedBy: wire.merged_by }
})

/** As a commit's pull requests are listed. */
export const githubMergedPull = z
  .object({ number: wireId, merged_at: wireTime.nullable(), merge_commit_sha: z.string().nullable() })
  .transform((wire) => ({
    number: wire.number,
    isMergedAs: (commit: Oid) => wire.merged_at !== null && wire.merge_commit_sha === commit,
  }))
