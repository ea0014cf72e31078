import type { PushFact } from '../../../vault/forge/fact.js'
import { type Oid, parseOid } from '../../../vault/oid.js'
import { malformed } from '../client/parse-answer.js'
import { forgejoPushBody, type TimelineEvent } from './timeline-wire.js'

const ROUTE = 'GET /repos/{owner}/{repo}/issues/{index}/timeline'

/**
 * A push as the timeline tells it. The first is what the branch held when the pull request was opened, and Forgejo
 * names its poster there, whoever pushed (services/pull/pull.go, NewPullRequest).
 */
export function pushOf({ user, body }: TimelineEvent): PushFact {
  const content = forgejoPushBody.safeParse(parseJson(body))
  if (!content.success) throw malformed(ROUTE, 'a push that cannot be read')
  const { is_force_push: isForced, commit_ids: ids } = content.data
  const commits = ids.map(commitOf)
  if (!isForced) return { by: user, isForced, before: null, after: commits.at(-1) ?? null, commits }
  const [before, after] = commits
  if (before === undefined || after === undefined) throw malformed(ROUTE, 'a forced push without both tips')
  return { by: user, isForced, before, after, commits: null }
}

function commitOf(text: string): Oid {
  const id = parseOid(text)
  if (id === null) throw malformed(ROUTE, 'a push of something that is no commit')
  return id
}

/** @returns undefined where it is no JSON, which no schema takes */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
