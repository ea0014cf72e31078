/** What happened to a pull request of Forgejo. */
import { z } from 'zod'
import type { Account, PullFact, PullHistory, PushFact } from '../../../vault/forge/fact.js'
import { BoundedMap } from '../bounded-map.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeError } from '../port.js'
import { reopenersOf, type Turn } from '../reopeners.js'
import { UNKNOWN_ACCOUNT } from '../unknown-account.js'
import { feedPushes } from './feed-pushes.js'
import { pushOf } from './pushes.js'
import { readWhole } from './read-whole.js'
import { forgejoTimeline, type TimelineEvent } from './timeline-wire.js'

const ROUTE = 'GET /repos/{owner}/{repo}/issues/{index}/timeline'
/** By then the activity tells of all that it will ever tell of. */
const FEED_LAG_MS = 60 * 60 * 1000
/** After that what is missing stays missing. */
const TIMELINE_LAG_MS = 60 * 1000
const MOVES = new Set(['pull_push', 'close', 'reopen', 'merge_pull'])
const HEAD_REPO = z.object({ head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }) })

export class ForgejoHistory {
  /** By pull request and its pushes: what the activity told of them does not change. */
  readonly #told: BoundedMap<string, readonly PushFact[]>

  constructor(
    readonly client: ForgeClient,
    readonly repo: string,
    readonly limits: ForgeLimits,
    readonly now: () => number,
  ) {
    this.#told = new BoundedMap(limits.closedRemembered)
  }

  /** @throws ForgeError, also where Forgejo does not tell yet of the head or the merge that it shows */
  async of(pull: PullFact): Promise<PullHistory> {
    const events = await readWhole(this.client, ROUTE, forgejoTimeline, { index: pull.number }, this.limits)
    if (pull.merged && !events.some(({ type }) => type === 'merge_pull')) throw notYet()
    const told = events.filter(({ type }) => type === 'pull_push').map(pushOf)
    const pushes = [...(await this.#activity(pull, events)), ...told]
    return {
      pushes: [...pushes, ...this.#untold(pull, pushes)],
      wasRetargeted: events.some(({ type }) => type === 'change_target_branch'),
      scheduledBy: accountsOf(events, 'pull_scheduled_merge'),
      closedBy: accountsOf(events, 'close'),
      reopenedBy: reopenersOf(turnsOf(events)),
    }
  }

  /**
   * The activity knows what the timeline does not: who pushed before the pull request was opened, pushes while it was
   * closed, and of several that came fast the ones whose event Forgejo drops (TestPullRequest runs at once for each).
   */
  async #activity(pull: PullFact, events: readonly TimelineEvent[]): Promise<readonly PushFact[]> {
    const moves = events.filter(({ type }) => MOVES.has(type))
    const key = [pull.number, pull.head, ...moves.map(({ id }) => id)].join(' ')
    const known = this.#told.get(key)
    if (known !== undefined) return known
    const repo = await this.#headRepo(pull)
    if (repo === null || pull.headBranch === null) return []
    const question = { repo, branch: pull.headBranch, days: daysOf(moves), openedAt: pull.createdAt }
    const { pushes, isWhole } = await feedPushes(this.client, question, this.limits)
    if (isWhole || this.#age(pull) > FEED_LAG_MS) this.#told.set(key, pushes)
    return pushes
  }

  /**
   * Tips that no push is told to have brought: the head itself, and what a forced push replaced. Somebody unknown did,
   * unless Forgejo only lags: it writes all this down after it took the push.
   * @throws ForgeError
   */
  #untold(pull: PullFact, pushes: readonly PushFact[]): readonly PushFact[] {
    const tips = new Set(pushes.map(({ after }) => after))
    const shown = pull.state === 'open' ? [pull.head] : []
    const missing = [...shown, ...pushes.flatMap(({ before }) => before ?? [])].filter((tip) => !tips.has(tip))
    if (missing.length > 0 && this.#age(pull) < TIMELINE_LAG_MS) throw notYet()
    return missing.map((tip) => ({ by: null, isForced: false, before: null, after: tip, commits: null }))
  }

  #age(pull: PullFact): number {
    return this.now() - pull.updatedAt
  }

  /** @returns `owner/name`, or null: the head repo is gone, and its activity with it */
  async #headRepo(pull: PullFact): Promise<string | null> {
    if (pull.headRepoId === null) return null
    if (pull.headRepoId === pull.baseRepoId) return this.repo
    const { value } = await this.client.ask('GET /repos/{owner}/{repo}/pulls/{index}', HEAD_REPO, {
      index: pull.number,
    })
    return value.head.repo?.full_name ?? null
  }
}

function notYet(): ForgeError {
  return malformed(ROUTE, 'it does not tell yet of what the pull request shows')
}

/** As the server counts days: first when it was opened, then the latest. */
function daysOf(events: readonly TimelineEvent[]): readonly string[] {
  const [first, ...later] = [...new Set(events.map((event) => event.created_at.slice(0, 10)))].sort()
  return first === undefined ? [] : [first, ...later.reverse()]
}

function turnsOf(events: readonly TimelineEvent[]): readonly Turn[] {
  return events
    .filter(({ type }) => type === 'close' || type === 'reopen')
    .map(({ type, user }) => ({ isBack: type === 'close', by: user ?? UNKNOWN_ACCOUNT }))
}

function accountsOf(events: readonly TimelineEvent[], type: string): readonly Account[] {
  return events.filter((event) => event.type === type).map(({ user }) => user ?? UNKNOWN_ACCOUNT)
}
