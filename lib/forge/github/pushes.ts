/** Who moved the head branch, before and after its pull request was opened. */
import { z } from 'zod'
import type { PullFact, PushFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import { linksToNext } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { malformed } from '../client/parse-answer.js'
import { ForgeError } from '../port.js'
import { type Activity, githubActivity } from './activity-wire.js'
import type { PageLimits } from './read-pages.js'

const ROUTE = 'GET /repos/{owner}/{repo}/activity'
/** After that what is missing stays missing. */
const LAG_MS = 60 * 1000
const HEAD_REPO = z.object({ head: z.object({ repo: z.object({ full_name: z.string() }).nullable() }) })

/**
 * Back to where the branch was made for this pull request. A fork whose activity may not be read, or a head that stays
 * untold: somebody unknown brought it.
 * @throws ForgeError, also where the activity does not tell yet of the head that the pull request shows
 */
export async function pushesOf(
  client: ForgeClient,
  pull: PullFact,
  limits: PageLimits,
  now: number,
): Promise<readonly PushFact[]> {
  const repo = await headRepo(client, pull)
  const lines = repo === null ? null : await activityOf(client, pull, repo, limits)
  if (lines === null) return [unknownPush(pull)]
  const pushes = lines.filter(({ activity_type: type }) => type !== 'branch_deletion').map(pushOf)
  const isTold = pull.state === 'open' ? isTip(pull.head, pushes) : pushes.length > 0
  if (isTold) return pushes
  if (now - pull.updatedAt > LAG_MS) return [...pushes, unknownPush(pull)]
  throw malformed(ROUTE, 'it does not tell yet of the head that the pull request shows')
}

/** Moved to more often than away from: one that was a tip before may have been gone back to by a push that is not told yet. */
const isTip = (head: Oid, pushes: readonly PushFact[]): boolean =>
  pushes.filter(({ after }) => after === head).length > pushes.filter(({ before }) => before === head).length

const unknownPush = (pull: PullFact): PushFact => ({
  by: null,
  isForced: false,
  before: null,
  after: pull.head,
  commits: null,
})

const pushOf = ({ actor, activity_type: type, before, after }: Activity): PushFact => ({
  by: actor,
  isForced: type === 'force_push',
  before: orNone(before),
  after: orNone(after),
  commits: null,
})

const orNone = (tip: Oid): Oid | null => (/^0+$/.test(tip) ? null : tip)

/** @returns what fills `owner` and `repo` of a route; null: the head repo is gone */
async function headRepo(client: ForgeClient, pull: PullFact): Promise<Readonly<Record<string, string>> | null> {
  if (pull.headRepoId === null || pull.headBranch === null) return null
  if (pull.headRepoId === pull.baseRepoId) return {}
  const { value } = await client.ask('GET /repos/{owner}/{repo}/pulls/{number}', HEAD_REPO, { number: pull.number })
  const [owner, repo] = value.head.repo?.full_name.split('/') ?? []
  return owner === undefined || repo === undefined ? null : { owner, repo }
}

/** The list is paged by a cursor, which only its Link header holds; a branch that lives for days has one page. */
async function activityOf(
  client: ForgeClient,
  pull: PullFact,
  repo: Readonly<Record<string, string>>,
  limits: PageLimits,
): Promise<readonly Activity[] | null> {
  const lines: Activity[] = []
  const query = { ...repo, ref: `refs/heads/${pull.headBranch}`, per_page: 100 }
  for (let page = 1, after: string | null = null; page <= limits.pages; page += 1) {
    const answer = await readable(() => client.ask(ROUTE, githubActivity, after === null ? query : { ...query, after }))
    if (answer === null) return null
    lines.push(...answer.value)
    const made = lines.findIndex((line) => line.activity_type === 'branch_creation' && line.timestamp <= pull.createdAt)
    if (made !== -1) return lines.slice(0, made + 1)
    if (!linksToNext(answer.headers)) return lines
    after = cursorOf(String(answer.headers['link']))
    if (after === null || answer.value.length === 0) throw malformed(ROUTE, 'a next page that cannot be asked for')
  }
  throw malformed(ROUTE, 'more pages than are read')
}

/** Only the cursor is taken of the next page's address. */
function cursorOf(link: string): string | null {
  const [, address] = /<([^>]*)>\s*;\s*rel="next"/.exec(link) ?? []
  return address !== undefined && URL.canParse(address) ? new URL(address).searchParams.get('after') : null
}

/** @returns null where it may not be read, or the server has no such list */
async function readable<Value>(ask: () => Promise<Value>): Promise<Value | null> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error
    if (error.fault.reason === 'forge_missing' || error.fault.reason === 'forge_forbidden') return null
    throw error
  }
}
