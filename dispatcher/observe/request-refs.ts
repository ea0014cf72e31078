/** Which requests there are: branches `vault/<id>` of the ops repo, and the open pull requests of such branches, also from forks. */
import type { PullFact } from '../../vault/forge/fact.js'
import type { Oid } from '../../vault/oid.js'

const PREFIX = 'vault/'

export interface RequestRef {
  readonly suffix: string
  readonly head: Oid
  /** Full name of the remote ref that has it. */
  readonly ref: string
  readonly isBranch: boolean
  /** The open pull requests with this head. */
  readonly pulls: readonly PullFact[]
  /** The forge's listing and git's do not agree about the head: one of them is late. */
  readonly isMoving: boolean
}

/** In plain git: every branch is a request. */
export function branchRefs(branches: ReadonlyMap<string, Oid>): readonly RequestRef[] {
  return [...branches].map(([suffix, head]) => ({
    suffix,
    head,
    ref: branchRef(suffix),
    isBranch: true,
    pulls: [],
    isMoving: false,
  }))
}

/**
 * One request for each name and head. Git's own listing says where a branch of the ops repo is: a pull request of it that
 * shows another head is late, and nothing is decided on either until they agree.
 */
export function requestRefs(
  branches: ReadonlyMap<string, Oid>,
  pulls: readonly PullFact[],
  repositoryId: number,
): readonly RequestRef[] {
  const requests = new Map(branchRefs(branches).map((request) => [keyOf(request.suffix, request.head), request]))
  for (const pull of pulls) {
    if (pull.state !== 'open' || pull.merged || pull.headBranch?.startsWith(PREFIX) !== true) continue
    const suffix = pull.headBranch.slice(PREFIX.length)
    const own = pull.headRepoId === repositoryId ? branches.get(suffix) : null
    // Its branch is gone: the listing is late, or the forge has not closed it yet.
    if (own === undefined) continue
    const key = keyOf(suffix, own ?? pull.head)
    const before = requests.get(key)
    requests.set(key, {
      suffix,
      head: own ?? pull.head,
      ref: before?.ref ?? `refs/pull/${pull.number}/head`,
      isBranch: before?.isBranch ?? false,
      pulls: [...(before?.pulls ?? []), pull],
      isMoving: (before?.isMoving ?? false) || (own !== null && own !== pull.head),
    })
  }
  return [...requests.values()]
}

function branchRef(suffix: string): string {
  return `refs/heads/${PREFIX}${suffix}`
}

/** No branch name has a space in it. */
function keyOf(suffix: string, head: Oid): string {
  return `${head} ${suffix}`
}
