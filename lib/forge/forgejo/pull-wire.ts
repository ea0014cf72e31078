import { z } from 'zod'
import type { PullFact } from '../../../vault/forge/fact.js'
import { wireId, wireLabels, wireOid, wireTime } from '../wire/primitives.js'
import { forgejoAccount } from './account.js'

const WIRE = z.object({
  number: wireId,
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  merge_commit_sha: z.string().nullish(),
  merged_by: forgejoAccount.nullish(),
  user: forgejoAccount.nullable(),
  draft: z.boolean(),
  created_at: wireTime,
  updated_at: wireTime,
  labels: wireLabels,
  head: z.object({ ref: z.string(), label: z.string().default(''), sha: wireOid, repo_id: z.int() }),
  base: z.object({ ref: z.string().min(1), repo_id: wireId }),
})

/** From a listing as from the single object; only the single one names who merged. */
export const forgejoPull = WIRE.transform((wire, context): PullFact => {
  const mergeCommit = wireOid.safeParse(wire.merge_commit_sha)
  if (wire.merged && !mergeCommit.success) {
    context.addIssue({ code: 'custom', message: 'merged, but by no commit', path: ['merge_commit_sha'] })
    return z.NEVER
  }
  return {
    number: wire.number,
    url: wire.html_url,
    state: wire.state,
    merged: wire.merged,
    mergeCommit: wire.merged && mergeCommit.success ? mergeCommit.data : null,
    head: wire.head.sha,
    headBranch: headBranch(wire),
    headRepoId: wire.head.repo_id < 1 ? null : wire.head.repo_id,
    baseBranch: wire.base.ref,
    baseRepoId: wire.base.repo_id,
    author: wire.user,
    draft: wire.draft,
    updatedAt: wire.updated_at,
    createdAt: wire.created_at,
    labels: wire.labels,
    mergedBy: wire.merged ? (wire.merged_by ?? null) : null,
  }
})

/**
 * Where the branch is gone, Forgejo gives the ref that it keeps of the head, and the branch's name as the label: who pushed
 * is told under that name. Without a label it never was a branch (refs/for).
 */
function headBranch({ number, head }: z.output<typeof WIRE>): string | null {
  if (head.repo_id < 1) return null
  const name = head.ref === `refs/pull/${number}/head` ? head.label : head.ref
  return name === '' ? null : name
}
