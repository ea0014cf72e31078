/** Who pushed a branch, as a repository's activity tells it: also before there was a pull request. */
import type { PushFact } from '../../../vault/forge/fact.js'
import { parseOid } from '../../../vault/oid.js'
import { headerNumber } from '../client/answer-headers.js'
import type { ForgeClient } from '../client/forge-client.js'
import { ForgeError } from '../port.js'
import { type FeedLine, forgejoFeed, forgejoPushContent } from './feed-wire.js'
import { parseJson } from './pushes.js'

export interface FeedLimits {
  readonly pageItems: number
  readonly feedPages: number
}

export interface FeedQuestion {
  /** `owner/name` of the repository that holds the branch. */
  readonly repo: string
  readonly branch: string
  /** `YYYY-MM-DD` as the server counts them; the first is when the pull request was opened. */
  readonly days: readonly string[]
  /** Epoch milliseconds: an earlier branch of the same name ends before it. */
  readonly openedAt: number
}

export interface FeedPushes {
  readonly pushes: readonly PushFact[]
  /** It goes back to where the branch was made: asking again gives the same. */
  readonly isWhole: boolean
  /** There is more than is read: what came last may be missing. */
  readonly isCut: boolean
}

/** Not to be had: a fork that may not be read, a server that hides it. */
export const HIDDEN: FeedPushes = { pushes: [], isWhole: false, isCut: false }

const SECOND_MS = 1000

/** The day before the first is asked for only where the branch was not made on the others. */
export async function feedPushes(client: ForgeClient, question: FeedQuestion, limits: FeedLimits): Promise<FeedPushes> {
  const lines: FeedLine[] = []
  // What happens meanwhile moves lines to the next page, where they come again.
  const isKnown = ({ id }: FeedLine) => lines.some((line) => line.id === id)
  let pagesLeft = limits.feedPages
  for (const day of [...question.days, dayBefore(question.days[0])]) {
    const isDayBefore = day === dayBefore(question.days[0])
    if (day === null || (isDayBefore && madeAt(lines, question) !== null)) continue
    for (let page = 1, read = 0, total = 1; read < total; page += 1) {
      if (pagesLeft === 0) return { pushes: pushesIn(lines, question), isWhole: false, isCut: true }
      pagesLeft -= 1
      const answer = await feedPage(client, question.repo, { date: day, page, limit: limits.pageItems })
      if (answer === null) return HIDDEN
      lines.push(...answer.lines.filter((line) => isPush(line, question.branch) && !isKnown(line)))
      read += answer.lines.length
      const isEnough = isBefore(answer.lines.at(-1), madeAt(lines, question))
      total = answer.lines.length === 0 || isEnough ? 0 : (answer.total ?? read + 1)
    }
  }
  return { pushes: pushesIn(lines, question), isWhole: madeAt(lines, question) !== null, isCut: false }
}

/** @returns null where the activity is not to be had */
async function feedPage(client: ForgeClient, repo: string, query: Readonly<Record<string, unknown>>) {
  const [owner, name] = repo.split('/')
  try {
    const route = 'GET /repos/{owner}/{repo}/activities/feeds'
    const { value, headers } = await client.ask(route, forgejoFeed, { ...query, owner, repo: name })
    return { lines: value, total: headerNumber(headers, 'x-total-count') }
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error
    if (error.fault.reason === 'forge_missing' || error.fault.reason === 'forge_forbidden') return null
    throw error
  }
}

function dayBefore(day: string | undefined): string | null {
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) ? null : new Date(at - SECOND_MS).toISOString().slice(0, 10)
}

/** Newest first: what comes after this line is older than the branch. A busy repository has many pages of that. */
function isBefore(last: FeedLine | undefined, made: number | null): boolean {
  return last !== undefined && made !== null && last.created < made
}

function isPush(line: FeedLine, branch: string): boolean {
  return line.op_type === 'commit_repo' && line.ref_name === `refs/heads/${branch}`
}

/** When the branch was made that the pull request was opened for; null: not told. */
function madeAt(lines: readonly FeedLine[], { openedAt }: FeedQuestion): number | null {
  const made = lines.filter((line) => line.content === '' && line.created <= openedAt + SECOND_MS)
  return made.length === 0 ? null : Math.max(...made.map(({ created }) => created))
}

/** Oldest first. The line of a new branch and that of its first push are of the same second, in any order. */
function pushesIn(lines: readonly FeedLine[], question: FeedQuestion): readonly PushFact[] {
  const since = madeAt(lines, question) ?? Number.NEGATIVE_INFINITY
  return lines
    .filter((line) => line.created >= since && line.content !== '')
    .toReversed()
    .sort((left, right) => left.created - right.created)
    .map((line) => ({ by: line.act_user, isForced: false, before: null, after: tipOf(line), commits: null }))
}

function tipOf({ content }: FeedLine): PushFact['after'] {
  const parsed = forgejoPushContent.safeParse(parseJson(content))
  return parsed.success ? parseOid(parsed.data.HeadCommit?.Sha1 ?? '') : null
}
