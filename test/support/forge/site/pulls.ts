/** Pull requests: opened, retargeted, closed. */
import { branchTip, bringHead, commitsOf, exclusive, isAncestor } from './git-store.js'
import { note, setState } from './pull-events.js'
import { Refusal, refused } from './refusal.js'
import { atLeast, roleOf } from './roles.js'
import type { Pull, Repository, Site, User } from './state.js'
import { notifyHooks } from './webhooks.js'

export interface NewPull {
  readonly author: User
  readonly title: string
  readonly body: string
  readonly headRepo: Repository
  readonly headBranch: string
  readonly base: string
  readonly draft: boolean
}

export function openPull(site: Site, repo: Repository, spec: NewPull): Promise<Pull> {
  return exclusive(repo, async () => {
    const head = branchTip(spec.headRepo, spec.headBranch)
    const base = branchTip(repo, spec.base)
    if (head === null || base === null)
      throw refused(site.kind, { forgejo: 404, github: 422 }, 'head or base does not exist')
    refuseSecond(site, repo, spec)
    const commits = await newCommits(repo, spec.headRepo, head, base)
    if (site.kind === 'github' && commits.length === 0)
      throw invalid(`No commits between ${spec.base} and ${spec.headBranch}`)
    repo.lastNumber += 1
    const pull = emptyPull(site, repo, spec, head)
    repo.pulls.set(pull.number, pull)
    await bringHead(repo, spec.headRepo, head, headRef(pull))
    if (commits.length > 0)
      note(site, pull, spec.author, { kind: 'push', before: base, after: head, forced: false, commits })
    notifyHooks(site, repo, { event: 'pull_request', action: 'opened', by: spec.author, pull })
    return pull
  })
}

/** The tip of the head branch, also where the pull request does not know of it yet; null: the branch is gone. */
export const liveHead = (pull: Pull): string | null =>
  pull.headRepo === null ? null : branchTip(pull.headRepo, pull.headBranch)

export const headRef = (pull: Pull): string => `refs/pull/${pull.number}/head`

async function newCommits(repo: Repository, from: Repository, head: string, base: string): Promise<readonly string[]> {
  if (from !== repo) await bringHead(repo, from, head, `refs/incoming/${head}`)
  return commitsOf(repo, head, [base])
}

const invalid = (message: string): Refusal =>
  new Refusal(422, 'Validation Failed', { errors: [{ resource: 'PullRequest', code: 'custom', message }] })

function refuseSecond(site: Site, repo: Repository, { headRepo, headBranch, base }: NewPull): void {
  const same = openPullsOf(repo).find(
    (pull) => pull.headRepo === headRepo && pull.headBranch === headBranch && pull.baseBranch === base,
  )
  if (same === undefined) return
  const where = `${headRepo.owner.login}:${headBranch}`
  if (site.kind === 'github') throw invalid(`A pull request already exists for ${where}.`)
  throw new Refusal(409, `pull request already exists for these targets [id: ${same.id}, issue_id: ${same.number}]`)
}

const openPullsOf = (repo: Repository): readonly Pull[] =>
  [...repo.pulls.values()].filter((pull) => pull.state === 'open')

function emptyPull(site: Site, repo: Repository, spec: NewPull, head: string): Pull {
  const at = site.now()
  return {
    id: site.nextId(),
    number: repo.lastNumber,
    repo,
    author: spec.author.id,
    title: spec.title,
    body: spec.body,
    headRepo: spec.headRepo,
    headBranch: spec.headBranch,
    headOwner: spec.headRepo.owner.login,
    head,
    baseBranch: spec.base,
    state: 'open',
    draft: spec.draft || (site.kind === 'forgejo' && /^(?:WIP:|\[WIP\])/i.test(spec.title)),
    merged: null,
    schedule: null,
    testMerge: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    labels: [],
    reviews: [],
    comments: [],
    events: [],
  }
}

export interface PullChange {
  readonly title?: string
  readonly body?: string
  readonly base?: string
  readonly state?: string
}

/** By its author or a writer. */
export async function editPull(site: Site, pull: Pull, by: User, change: PullChange): Promise<void> {
  const isAllowed = pull.author === by.id || atLeast(roleOf(site, pull.repo, by), 'write')
  if (!isAllowed) throw new Refusal(403, site.kind === 'github' ? 'Must have write rights' : '')
  if (change.title !== undefined && change.title !== pull.title) {
    note(site, pull, by, { kind: 'rename', from: pull.title, to: change.title })
    pull.title = change.title
  }
  if (change.body !== undefined) pull.body = change.body
  if (change.state !== undefined) await changeState(site, pull, by, change.state)
  if (change.base !== undefined && change.base !== pull.baseBranch) retarget(site, pull, by, change.base)
  notifyHooks(site, pull.repo, { event: 'pull_request', action: 'edited', by, pull })
}

async function changeState(site: Site, pull: Pull, by: User, state: string): Promise<void> {
  if (state !== 'open' && state !== 'closed') throw new Refusal(422, `state: ${state}`)
  if (pull.merged !== null && state !== pull.state)
    throw refused(site.kind, { forgejo: 412, github: 422 }, 'it is merged')
  if (state === 'open' && site.kind === 'github') await catchUp(site, pull)
  setState(site, pull, by, state)
}

/** GitHub takes in what was pushed while it was closed, unless it was forced; Forgejo never hears of it. */
async function catchUp(site: Site, pull: Pull): Promise<void> {
  const head = liveHead(pull)
  const isContinued = head !== null && pull.headRepo !== null && (await isAncestor(pull.headRepo, pull.head, head))
  if (!isContinued || pull.headRepo === null)
    throw invalid(`state cannot be changed. The ${pull.headBranch} branch was deleted or force-pushed.`)
  await bringHead(pull.repo, pull.headRepo, head, headRef(pull))
  pull.head = head
  pull.updatedAt = site.now()
}

function retarget(site: Site, pull: Pull, by: User, base: string): void {
  if (branchTip(pull.repo, base) === null) throw refused(site.kind, { forgejo: 404, github: 422 }, `no branch ${base}`)
  if (pull.merged !== null || pull.state === 'closed') throw new Refusal(422, 'it is closed')
  note(site, pull, by, { kind: 'retarget', from: pull.baseBranch, to: base })
  pull.baseBranch = base
}
