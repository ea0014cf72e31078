/** Forgejo's words for pull requests, reviews and the timeline. */
import { branchTip } from '../site/git-store.js'
import {
  fullName,
  type Pull,
  type PullEvent,
  type Repository,
  type Review,
  type Site,
  type User,
} from '../site/state.js'
import { comment, label, repository, time, user } from './render.js'

/** `merged_by` is null in a list, and of a merged one too. */
export function pull(site: Site, each: Pull, viewer: User | null, form: 'list' | 'single'): Record<string, unknown> {
  const page = `${site.url}/${fullName(each.repo)}/pulls/${each.number}`
  return {
    id: each.id,
    url: page,
    number: each.number,
    user: user(site, each.author),
    title: each.title,
    body: each.body,
    labels: each.labels.map((one) => label(site, each.repo, one)),
    milestone: null,
    assignee: null,
    assignees: null,
    requested_reviewers: null,
    requested_reviewers_teams: null,
    state: each.state,
    draft: each.draft,
    is_locked: false,
    comments: each.comments.length,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    mergeable: each.state === 'open',
    merged: each.merged !== null,
    merged_at: each.merged === null ? null : time(each.merged.at),
    merge_commit_sha: each.merged === null ? null : each.merged.commit,
    merged_by: each.merged === null || form === 'list' ? null : user(site, each.merged.by),
    allow_maintainer_edit: false,
    base: base(site, each, viewer),
    head: head(site, each, viewer),
    merge_base: '',
    due_date: null,
    created_at: time(each.createdAt),
    updated_at: time(each.updatedAt),
    closed_at: each.closedAt === null ? null : time(each.closedAt),
    pin_order: 0,
  }
}

function base(site: Site, { repo, baseBranch }: Pull, viewer: User | null): Record<string, unknown> {
  return {
    label: baseBranch,
    ref: baseBranch,
    sha: branchTip(repo, baseBranch) ?? '',
    repo_id: repo.id,
    repo: repository(site, repo, viewer),
  }
}

/** The live tip, even after the merge; without its branch, what `refs/pull/N/head` holds. */
function head(site: Site, each: Pull, viewer: User | null): Record<string, unknown> {
  const { headRepo, headBranch } = each
  const tip = headRepo === null ? null : branchTip(headRepo, headBranch)
  return {
    label: headBranch,
    ref: tip === null ? `refs/pull/${each.number}/head` : headBranch,
    sha: tip ?? each.head,
    repo_id: headRepo?.id ?? -1,
    repo: headRepo === null ? null : repository(site, headRepo, viewer),
  }
}

const STATES = {
  approved: 'APPROVED',
  changes_requested: 'REQUEST_CHANGES',
  commented: 'COMMENT',
  pending: 'PENDING',
  requested: 'REQUEST_REVIEW',
}

export function review(site: Site, of: Pull, each: Review): Record<string, unknown> {
  const page = `${site.url}/${fullName(of.repo)}/pulls/${of.number}`
  return {
    id: each.id,
    user: user(site, each.by),
    team: null,
    state: STATES[each.state],
    body: each.body,
    commit_id: each.commit,
    stale: each.stale,
    official: each.official,
    dismissed: each.dismissed,
    comments_count: 0,
    submitted_at: time(each.submittedAt),
    updated_at: time(each.submittedAt),
    html_url: `${page}#issuecomment-${each.id}`,
    pull_request_url: page,
  }
}

export function timeline(site: Site, of: Pull, event: PullEvent): Record<string, unknown> {
  const told = tell(site, of.repo, event)
  const page = `${site.url}/${fullName(of.repo)}/pulls/${of.number}`
  return {
    id: event.id,
    html_url: `${page}#issuecomment-${event.id}`,
    pull_request_url: page,
    issue_url: '',
    user: user(site, event.by),
    body: '',
    created_at: time(event.at),
    updated_at: time(event.at),
    old_ref: '',
    new_ref: '',
    ref_commit_sha: '',
    review_id: 0,
    label: null,
    ...told,
  }
}

function tell(site: Site, repo: Repository, event: PullEvent): Record<string, unknown> {
  switch (event.kind) {
    case 'push':
      return { type: 'pull_push', body: JSON.stringify({ is_force_push: event.forced, commit_ids: event.commits }) }
    case 'comment':
      return { ...comment(site, repo, 0, event.comment), type: 'comment' }
    case 'review':
      return { type: 'review', body: event.review.body, review_id: event.review.id }
    case 'review_request':
      return { type: 'review_request', review_id: event.review.id, assignee: user(site, event.review.by) }
    case 'dismiss_review':
      return { type: 'dismiss_review', body: event.message, review_id: event.review.id }
    case 'merge':
      return { type: 'merge_pull' }
    case 'retarget':
      return { type: 'change_target_branch', old_ref: event.from, new_ref: event.to }
    case 'schedule':
      return { type: 'pull_scheduled_merge' }
    case 'unschedule':
      return { type: 'pull_cancel_scheduled_merge' }
    case 'delete_branch':
      return { type: 'delete_branch', old_ref: event.branch }
    case 'label':
      return { type: 'label', body: event.added ? '1' : '', label: label(site, repo, event.label) }
    case 'rename':
      return { type: 'change_title', old_title: event.from, new_title: event.to }
    case 'code':
      return { type: 'code' }
    case 'close':
    case 'reopen':
      return { type: event.kind }
  }
}
