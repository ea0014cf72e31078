/** What happened to a pull request of Forgejo. */
import { z } from 'zod'
import type { Account, PullFact, PullHistory, PushFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import { BoundedMap } from '../bounded-map.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeError } from '../port.js'
import { reopenersOf, type Turn } from '../reopeners.js'
import { UNKNOWN_ACCOUNT } from '../unknown-account.js'
import { FEED_ROUTE } from './feed-pages.js'
import { type FeedPushes, feedPushes, HIDDEN } from './feed-pushes.js'
import { pushOf } from './pushes.js'
import { readWhole } from './read-whole.js'
import { forgejoTimeline, type TimelineEvent } from './timeline-wire.js'

const ROUTE = 'GET /repos/{owner}/{repo}/issues/{index}/timeline'
/** By then the activity tells of all that it will ever tell of. */
const FEED_LAG_MS = 60 * 60 * 1000
/** After that what is missing stays missing. */
const TIMELINE_LAG_MS = 60 * 1000
/** A fork that is gone or may not be read, a branch of which it is not told who made it: others than the poster may have pushed. */
const UNKNOWN: FeedPushes = {
  ...HIDDEN,
  pushes: [{ by: null, isForced: false, before: null, after: null, commits: null }],
}
const MOVES = new Set(['pull_push', 'close', 'reopen', 'merge_pull'])
const HEAD_REPO = z.object({ head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }) })

export class ForgejoHistory {
  /** By pull request and its pushes: what the activity told of them does not change. */
  readonly #told: BoundedMap<string, FeedPushes>

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
    const activity = await this.#activity(pull, events)
    const pushes = [...withoutTold(activity.pushes, told), ...told]
    const newest = [activity.isCut ? null : activity.pushes.at(-1)?.after, told.at(-1)?.after]
    return {
      pushes: [...pushes, ...this.#untold(pull, pushes, newest)],
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
  async #activity(pull: PullFact, events: readonly TimelineEvent[]): Promise<FeedPushes> {
    const moves = events.filter(({ type }) => MOVES.has(type))
    const key = [pull.number, pull.head, ...moves.map(({ id }) => id)].join(' ')
    const known = this.#told.get(key)
    if (known !== undefined) return known
    const repo = await this.#headRepo(pull)
    if (repo === null) return UNKNOWN
    if (pull.headBranch === null) return HIDDEN
    const question = { repo, branch: pull.headBranch, openedAt: pull.createdAt }
    const activity = await feedPushes(this.client, question, this.limits)
    if (activity === HIDDEN) return repo === this.repo ? HIDDEN : UNKNOWN
    // The timeline says of what was pushed before that whoever opened it did. The activity knows better, and until it may tell
    // no more it is waited for. Of a branch it tells before it tells of what was pushed to make it.
    if (!activity.isWhole || activity.pushes.length === 0) {
      if (activity.isCut) throw malformed(FEED_ROUTE, `more lines than are read, and not who made ${pull.headBranch}`)
      if (this.now() - pull.createdAt < FEED_LAG_MS) throw notYet()
      return { ...activity, pushes: [...UNKNOWN.pushes, ...activity.pushes] }
    }
    const isUpToDate = activity.pushes.at(-1)?.after === pull.head
    if (isUpToDate || this.#age(pull) > FEED_LAG_MS) this.#told.set(key, activity)
    return activity
  }

  /**
   * Tips that no push is told to have brought: the head itself, and what a forced push replaced. Somebody unknown did,
   * unless Forgejo only lags: it writes all this down after it took the push. That the head was a tip before tells nothing
   * of who went back to it: while a pull request is closed that is told in the activity alone, where anybody can push it
   * off the pages that are read.
   * @param newest tips that were told last
   * @throws ForgeError
   */
  #untold(
    pull: PullFact,
    pushes: readonly PushFact[],
    newest: readonly (Oid | null | undefined)[],
  ): readonly PushFact[] {
    const tips = new Set(pushes.map(({ after }) => after))
    const head = pull.state === 'open' && !newest.includes(pull.head) ? [pull.head] : []
    const replaced = pushes.flatMap(({ before }) => before ?? []).filter((tip) => !tips.has(tip))
    const missing = [...head, ...replaced]
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

/**
 * The timeline says more of the same push: what it brought. Told twice, "update branch" would make whoever pressed it a
 * requester (field failure 50). One line for each event: the same tip may be pushed again.
 */
function withoutTold(activity: readonly PushFact[], told: readonly PushFact[]): readonly PushFact[] {
  const left = [...told]
  return activity.filter(({ by, after }) => {
    const same = left.findIndex((push) => by !== null && push.by?.id === by.id && push.after === after)
    if (same !== -1) left.splice(same, 1)
    return same === -1
  })
}

function turnsOf(events: readonly TimelineEvent[]): readonly Turn[] {
  return events
    .filter(({ type }) => type === 'close' || type === 'reopen')
    .map(({ type, user }) => ({ isBack: type === 'close', by: user ?? UNKNOWN_ACCOUNT }))
}

function accountsOf(events: readonly TimelineEvent[], type: string): readonly Account[] {
  return events.filter((event) => event.type === type).map(({ user }) => user ?? UNKNOWN_ACCOUNT)
}
