/** GitHub's words for pull requests and reviews. */
import { branchTip } from '../site/git-store.js'
import { fullName, type Pull, type Repository, type Review, type Site, type User } from '../site/state.js'
import { label, repository, time, user, userOrNull } from './render.js'

/** A list says neither `merged` nor `merged_by`; before a merge, `merge_commit_sha` is a test merge. */
export function pull(site: Site, each: Pull, viewer: User | null, form: 'list' | 'single'): Record<string, unknown> {
  const name = fullName(each.repo)
  const api = `${site.url}/api/v3/repos/${name}`
  const listed = {
    url: `${api}/pulls/${each.number}`,
    id: each.id,
    node_id: `PR_${each.id}`,
    html_url: `${site.url}/${name}/pull/${each.number}`,
    number: each.number,
    state: each.state,
    locked: false,
    title: each.title,
    user: user(site, each.author),
    body: each.body === '' ? null : each.body,
    created_at: time(each.createdAt),
    updated_at: time(each.updatedAt),
    closed_at: each.closedAt === null ? null : time(each.closedAt),
    merged_at: each.merged === null ? null : time(each.merged.at),
    merge_commit_sha: each.merged === null ? (each.testMerge?.commit ?? null) : each.merged.commit,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: each.labels.map((one) => label(site, each.repo, one)),
    milestone: null,
    draft: each.draft,
    head: end(site, each.headRepo, each.headOwner, each.headBranch, each.head, viewer),
    base: end(
      site,
      each.repo,
      each.repo.owner.login,
      each.baseBranch,
      branchTip(each.repo, each.baseBranch) ?? '',
      viewer,
    ),
    author_association: 'CONTRIBUTOR',
    auto_merge: autoMerge(site, each),
    active_lock_reason: null,
  }
  return form === 'list' ? listed : { ...listed, ...singly(site, each) }
}

function singly(site: Site, each: Pull): Record<string, unknown> {
  return {
    merged: each.merged !== null,
    mergeable: each.merged === null && each.testMerge !== null ? each.testMerge.commit !== null : null,
    rebaseable: each.merged === null,
    mergeable_state: each.merged === null ? 'clean' : 'unknown',
    merged_by: each.merged === null ? null : userOrNull(site, each.merged.by),
    comments: each.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
  }
}

function end(site: Site, repo: Repository | null, owner: string, ref: string, sha: string, viewer: User | null) {
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: repo === null ? null : user(site, repo.owner.id),
    repo: repo === null ? null : repository(site, repo, viewer),
  }
}

function autoMerge(site: Site, { schedule }: Pull): Record<string, unknown> | null {
  if (schedule === null) return null
  return {
    enabled_by: user(site, schedule.by),
    merge_method: schedule.style,
    commit_title: schedule.message,
    commit_message: null,
  }
}

const STATES = {
  approved: 'APPROVED',
  changes_requested: 'CHANGES_REQUESTED',
  commented: 'COMMENTED',
  pending: 'PENDING',
  requested: 'PENDING',
}

export function review(site: Site, of: Pull, each: Review): Record<string, unknown> {
  const page = `${site.url}/${fullName(of.repo)}/pull/${of.number}`
  return {
    id: each.id,
    node_id: `PRR_${each.id}`,
    user: userOrNull(site, each.by),
    body: each.body,
    state: each.dismissed ? 'DISMISSED' : STATES[each.state],
    html_url: `${page}#pullrequestreview-${each.id}`,
    pull_request_url: `${site.url}/api/v3/repos/${fullName(of.repo)}/pulls/${of.number}`,
    author_association: 'COLLABORATOR',
    submitted_at: time(each.submittedAt),
    commit_id: each.commit,
  }
}
