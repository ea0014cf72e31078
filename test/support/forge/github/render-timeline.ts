/** GitHub's timeline: the commits of the head have no actor, and only a forced push is told as a push. */
import { type CommitFacts, readCommits } from '../site/git-store.js'
import type { Pull, PullEvent, Site } from '../site/state.js'
import { comment, time, userOrNull } from './render.js'
import { review } from './render-pull.js'

export async function timeline(site: Site, of: Pull): Promise<readonly Record<string, unknown>[]> {
  const told: Record<string, unknown>[] = []
  for (const event of of.events) told.push(...(await tell(site, of, event)))
  return told
}

async function tell(site: Site, of: Pull, event: PullEvent): Promise<readonly Record<string, unknown>[]> {
  const actor = userOrNull(site, event.by)
  if (event.kind === 'code') return []
  if (event.kind === 'push' && !event.forced) return (await readCommits(of.repo, event.commits)).map(committed)
  if (event.kind === 'comment')
    return [{ ...comment(site, of.repo, of.number, event.comment), event: 'commented', actor }]
  if (event.kind !== 'review') return [plainEvent(site, event, nameOf(event), detailsOf(event))]
  const told = review(site, of, event.review)
  return [{ ...told, event: 'reviewed', state: String(told['state']).toLowerCase() }]
}

function plainEvent(site: Site, event: PullEvent, name: string, details: Record<string, unknown>) {
  return {
    id: event.id,
    node_id: `EV_${event.id}`,
    url: `${site.url}/api/v3/repos/x/issues/events/${event.id}`,
    actor: userOrNull(site, event.by),
    event: name,
    commit_id: null,
    commit_url: null,
    created_at: time(event.at),
    performed_via_github_app: null,
    ...details,
  }
}

const NAMES: Readonly<Record<string, string>> = {
  push: 'head_ref_force_pushed',
  review_request: 'review_requested',
  dismiss_review: 'review_dismissed',
  merge: 'merged',
  retarget: 'base_ref_changed',
  unschedule: 'auto_merge_disabled',
  delete_branch: 'head_ref_deleted',
  rename: 'renamed',
  close: 'closed',
  reopen: 'reopened',
}

function nameOf(event: PullEvent): string {
  if (event.kind === 'label') return event.added ? 'labeled' : 'unlabeled'
  if (event.kind === 'schedule') return event.style === 'merge' ? 'auto_merge_enabled' : `auto_${event.style}_enabled`
  return NAMES[event.kind] ?? event.kind
}

function detailsOf(event: PullEvent): Record<string, unknown> {
  if (event.kind === 'merge') return { commit_id: event.commit }
  if (event.kind === 'label') return { label: { name: event.label.name, color: event.label.color } }
  if (event.kind === 'rename') return { rename: { from: event.from, to: event.to } }
  if (event.kind !== 'dismiss_review') return {}
  const { state, id } = event.review
  return { dismissed_review: { state, review_id: id, dismissal_message: event.message } }
}

function committed(facts: CommitFacts): Record<string, unknown> {
  const who = { name: facts.authorName, email: facts.authorEmail, date: facts.date }
  return {
    sha: facts.sha,
    node_id: `C_${facts.sha}`,
    url: '',
    html_url: '',
    author: who,
    committer: who,
    tree: { sha: facts.tree, url: '' },
    message: facts.message,
    parents: facts.parents.map((sha) => ({ sha, url: '', html_url: '' })),
    verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    event: 'committed',
  }
}
