/** What happened to a pull request of GitHub. */
import type { Account, PullFact, PullHistory } from '../../../vault/forge/fact.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import { reopenersOf, type Turn } from '../reopeners.js'
import { UNKNOWN_ACCOUNT } from '../unknown-account.js'
import { pushesOf } from './pushes.js'
import { type PageLimits, readPages } from './read-pages.js'
import { githubActor, githubTimeline, type TimelineEvent } from './timeline-wire.js'

const ROUTE = 'GET /repos/{owner}/{repo}/issues/{number}/timeline'

/** GitHub changes the base by itself too, where the branch that was the base is merged or deleted. */
const RETARGETED = new Set(['base_ref_changed', 'automatic_base_change_succeeded'])
const SCHEDULED = new Set(['auto_merge_enabled', 'auto_squash_enabled', 'auto_rebase_enabled', 'added_to_merge_queue'])

export function timelineOf(client: ForgeClient, number: number, limits: PageLimits): Promise<readonly TimelineEvent[]> {
  return readPages(client, ROUTE, githubTimeline, { number }, limits)
}

export async function historyOf(
  client: ForgeClient,
  pull: PullFact,
  limits: PageLimits,
  now: number,
): Promise<PullHistory> {
  const events = await timelineOf(client, pull.number, limits)
  if (pull.merged && !events.some(({ event }) => event === 'merged')) {
    throw malformed(ROUTE, 'it does not tell yet of the merge that the pull request shows')
  }
  return {
    pushes: await pushesOf(client, pull, limits, now),
    wasRetargeted: events.some(({ event }) => RETARGETED.has(event)),
    scheduledBy: events.filter(({ event }) => SCHEDULED.has(event)).map(actorOf),
    closedBy: closings(events).map(actorOf),
    reopenedBy: [
      ...reopenersOf(turnsOf(events, 'closed', 'reopened')),
      ...reopenersOf(turnsOf(events, 'convert_to_draft', 'ready_for_review'), pull.author),
    ],
  }
}

function turnsOf(events: readonly TimelineEvent[], back: string, again: string): readonly Turn[] {
  return events
    .filter(({ event }) => event === back || event === again)
    .map((event) => ({ isBack: event.event === back, by: actorOf(event) }))
}

/** A merge closes too, and is told as both: the closing that stands next to it is no veto. */
function closings(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  return events.filter(({ event }, index) => {
    const neighbours = [events[index - 1]?.event, events[index + 1]?.event]
    return event === 'closed' && !neighbours.includes('merged')
  })
}

function actorOf(event: TimelineEvent): Account {
  const parsed = githubActor.safeParse(event)
  if (!parsed.success) throw malformed(ROUTE, `${event.event} by nobody who is known`)
  return parsed.data.actor ?? UNKNOWN_ACCOUNT
}
