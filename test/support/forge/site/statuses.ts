/** Commit statuses: any writer, any context; a success may set off a scheduled merge. */
import { attemptScheduled } from './auto-merge.js'
import { hasCommit } from './git-store.js'
import { Refusal, refused } from './refusal.js'
import type { Repository, Site, Status, User } from './state.js'

export interface NewStatus {
  readonly sha: string
  readonly context: string
  readonly state: string
  readonly description: string
  readonly targetUrl: string | null
}

const STATES = ['pending', 'success', 'error', 'failure']

export async function addStatus(site: Site, repo: Repository, by: User, spec: NewStatus): Promise<Status> {
  // Forgejo takes any word.
  if (site.kind === 'github' && !STATES.includes(spec.state)) throw new Refusal(422, `state: ${spec.state}`)
  if (!(await hasCommit(repo, spec.sha)))
    throw refused(site.kind, { forgejo: 500, github: 422 }, `No commit found for SHA: ${spec.sha}`)
  const status = { ...spec, id: site.nextId(), by: by.id, at: site.now() }
  repo.statuses.push(status)
  for (const pull of [...repo.pulls.values()])
    if (spec.state === 'success' && pull.state === 'open' && pull.head === spec.sha) await attemptScheduled(site, pull)
  return status
}

/** The last of each context, newest first. */
export function latestStatuses(repo: Repository, sha: string): readonly Status[] {
  const latest = new Map<string, Status>()
  for (const status of repo.statuses) if (status.sha === sha) latest.set(status.context, status)
  return [...latest.values()].reverse()
}

export function combinedState(statuses: readonly Status[]): string {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure'
  if (statuses.length === 0 || statuses.some(({ state }) => state === 'pending')) return 'pending'
  return 'success'
}
