/** A scheduled merge: set off by a status or an approval, by whoever; a push does not cancel it. */
import { mayMerge } from '../forgejo/branch-protection.js'
import { mergeNow, obstacleFor } from './merge.js'
import { note } from './pull-events.js'
import { Refusal, refused } from './refusal.js'
import { may } from './roles.js'
import type { MergeStyle, Pull, Site, User } from './state.js'

export function scheduleMerge(site: Site, pull: Pull, by: User, style: MergeStyle, message: string | null): void {
  if (pull.state === 'closed') throw refused(site.kind, { forgejo: 404, github: 422 }, 'it is closed')
  const isAllowed =
    site.kind === 'github' ? may(site, pull.repo, by, 'write') : mayMerge(site, pull.repo, by, pull.baseBranch)
  if (!isAllowed) throw new Refusal(405, 'User not allowed to merge PR')
  if (pull.schedule !== null)
    throw new Refusal(409, 'pull request is already scheduled to auto merge when checks succeed')
  pull.schedule = { by: by.id, style, message }
  note(site, pull, by, { kind: 'schedule', style })
}

export function unscheduleMerge(site: Site, pull: Pull, by: User): void {
  if (pull.schedule === null) throw new Refusal(404, 'nothing is scheduled')
  const isAllowed = pull.schedule.by === by.id || may(site, pull.repo, by, 'admin')
  if (!isAllowed) throw new Refusal(403, 'user has no permission to cancel the scheduled auto merge')
  pull.schedule = null
  note(site, pull, by, { kind: 'unschedule' })
}

/** Merges if nothing stands in the way; else it stays scheduled. Whatever the head is by now. */
export async function attemptScheduled(site: Site, pull: Pull): Promise<void> {
  const { schedule } = pull
  const by = schedule === null ? undefined : site.users.get(schedule.by)
  if (schedule === null || by === undefined || obstacleFor(site, pull, by) !== null) return
  await mergeNow(site, pull, by, { style: schedule.style, expectedHead: null, message: schedule.message })
}
