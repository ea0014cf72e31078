/** Who pushed a branch, as a repository's activity tells it: also before there was a pull request. */
import type { PushFact } from '../../../vault/forge/fact.js'
import { parseOid } from '../../../vault/oid.js'
import type { ForgeClient } from '../client/forge-client.js'
import { type FeedLimits, FeedPages } from './feed-pages.js'
import { type FeedLine, forgejoPushContent } from './feed-wire.js'
import { parseJson } from './pushes.js'

export interface FeedQuestion {
  /** `owner/name` of the repository that holds the branch. */
  readonly repo: string
  readonly branch: string
  /** When the pull request was opened, epoch milliseconds: an earlier branch of the same name ends before it. */
  readonly openedAt: number
}

export interface FeedPushes {
  /** Oldest first. */
  readonly pushes: readonly PushFact[]
  /** It goes back to where the branch was made. */
  readonly isWhole: boolean
  /** There is more than is read: what came last may be missing, or, where it is not whole, what came first. */
  readonly isCut: boolean
}

/** Not to be had: a server that hides it or has none, or what never was a branch. */
export const HIDDEN: FeedPushes = { pushes: [], isWhole: false, isCut: false }

const SECOND_MS = 1000
/** A line is of the time at which the server's queue came to it. */
const QUEUE_MS = 10 * 60 * 1000

/**
 * First what was pushed before the pull request was opened, wherever that stands: anybody who can comment can push it off
 * the first pages. Then what came since, as far as pages are left.
 */
export async function feedPushes(client: ForgeClient, question: FeedQuestion, limits: FeedLimits): Promise<FeedPushes> {
  const pages = new FeedPages(client, question.repo, limits)
  const newest = await pages.read(1)
  if (newest === null || newest.length === 0) return HIDDEN
  const pushLines = () => pages.lines().filter((line) => isPush(line, question.branch))
  const told = (isCut: boolean): FeedPushes => {
    const lines = pushLines()
    const made = madeAt(lines, question)
    return { pushes: pushesSince(made, lines), isWhole: made !== null, isCut }
  }
  const opened = await pageOf(pages, question.openedAt + QUEUE_MS)
  for (let number = opened; number <= pages.last; number += 1) {
    const page = await pages.read(number)
    if (page === null) return told(true)
    if (isBefore(page.at(-1), madeAt(pushLines(), question), question)) break
  }
  for (let number = 1; number < opened; number += 1) {
    if ((await pages.read(number)) === null) return told(true)
  }
  return told(false)
}

/** The first page that reaches back to a time: lines come newest first, and most often it is one of the first. */
async function pageOf(pages: FeedPages, time: number): Promise<number> {
  const isNewer = async (number: number) => ((await pages.read(number))?.at(-1)?.created ?? 0) > time
  let newer = 0
  let found = 1
  for (; found < pages.last && (await isNewer(found)); found = Math.min(found * 2, pages.last)) newer = found
  while (found - newer > 1) {
    const middle = Math.floor((newer + found) / 2)
    if (await isNewer(middle)) newer = middle
    else found = middle
  }
  return found
}

/** What comes after this line is older than the branch. */
function isBefore(last: FeedLine | undefined, made: number | null, { openedAt }: FeedQuestion): boolean {
  return last !== undefined && made !== null && last.created < Math.min(made, openedAt)
}

function isPush(line: FeedLine, branch: string): boolean {
  return line.op_type === 'commit_repo' && line.ref_name === `refs/heads/${branch}`
}

/** When the branch was made that the pull request was opened for, which may be told as of later; null: not told. */
function madeAt(lines: readonly FeedLine[], { openedAt }: FeedQuestion): number | null {
  const made = lines.filter(({ content }) => content === '').map(({ created }) => created)
  const before = made.filter((created) => created <= openedAt + SECOND_MS)
  if (before.length > 0) return Math.max(...before)
  return made.length === 0 ? null : Math.min(...made)
}

/** Oldest first. The line of a new branch and that of its first push are of the same second, in any order. */
function pushesSince(made: number | null, lines: readonly FeedLine[]): readonly PushFact[] {
  return lines
    .filter((line) => line.content !== '' && (made === null || line.created >= made))
    .toReversed()
    .sort((left, right) => left.created - right.created)
    .map((line) => ({ by: line.act_user, isForced: false, before: null, after: tipOf(line), commits: null }))
}

function tipOf({ content }: FeedLine): PushFact['after'] {
  const parsed = forgejoPushContent.safeParse(parseJson(content))
  return parsed.success ? parseOid(parsed.data.HeadCommit?.Sha1 ?? '') : null
}
