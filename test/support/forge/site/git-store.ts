/** Plumbing in the bare repositories of the forge. Nothing here asks who may. */
import { runGit } from '../../run-git.js'
import { readRefs } from './read-refs.js'
import type { Repository, User } from './state.js'

/** Runs alone among all that change this repository's refs. */
export function exclusive<T>(repo: Repository, act: () => Promise<T>): Promise<T> {
  const turn = repo.queue.then(act, act)
  repo.queue = turn.catch(() => {})
  return turn
}

/** Reads the refs anew: after a push, or after a test has moved them behind the forge's back. */
export async function refreshRefs(repo: Repository): Promise<ReadonlyMap<string, string>> {
  repo.refs = await readRefs(repo.path)
  return repo.refs
}

export const branchTip = (repo: Repository, branch: string): string | null =>
  repo.refs.get(`refs/heads/${branch}`) ?? null

export async function setRef(repo: Repository, ref: string, to: string | null): Promise<void> {
  await runGit(repo.path, to === null ? ['update-ref', '-d', ref] : ['update-ref', ref, to])
  const refs = new Map(repo.refs)
  if (to === null) refs.delete(ref)
  else refs.set(ref, to)
  repo.refs = refs
}

/** Brings the head of a pull request in, from a fork too. */
export async function bringHead(repo: Repository, from: Repository, head: string, ref: string): Promise<void> {
  if (from !== repo) await runGit(repo.path, ['fetch', '--quiet', '--no-tags', from.path, head])
  await setRef(repo, ref, head)
}

export async function isAncestor(repo: Repository, ancestor: string, of: string): Promise<boolean> {
  return (await runGit(repo.path, ['rev-list', '--max-count=1', ancestor, `^${of}`])) === ''
}

/** Names of the refs below `prefix` whose commit is in the history of `tip`. */
export async function refsWithin(repo: Repository, tip: string, prefix: string): Promise<ReadonlySet<string>> {
  const listing = await runGit(repo.path, ['for-each-ref', `--merged=${tip}`, '--format=%(refname)', prefix])
  return new Set(listing.split('\n'))
}

/** Oldest first. */
export async function commitsOf(repo: Repository, tip: string, without: readonly string[]): Promise<readonly string[]> {
  const listing = await runGit(repo.path, ['rev-list', '--reverse', tip, ...without.map((each) => `^${each}`)])
  return listing.split('\n').filter((line) => line !== '')
}

/** Null: conflicts, or no common history. */
export async function mergedTree(repo: Repository, base: string, head: string): Promise<string | null> {
  try {
    return await runGit(repo.path, ['merge-tree', '--write-tree', base, head])
  } catch {
    return null
  }
}

export const treeOf = (repo: Repository, commit: string): Promise<string> =>
  runGit(repo.path, ['rev-parse', `${commit}^{tree}`])

export async function hasCommit(repo: Repository, commit: string): Promise<boolean> {
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false
  return (await runGit(repo.path, ['cat-file', '-t', commit], { mayFail: true })) === 'commit'
}

export interface CommitSpec {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly by: Pick<User, 'login' | 'email'>
  readonly at: number
}

export function makeCommit(repo: Repository, spec: CommitSpec): Promise<string> {
  const date = `${Math.floor(spec.at / 1000)} +0000`
  const who = { NAME: spec.by.login, EMAIL: spec.by.email, DATE: date }
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => Object.entries(who).map(([key, value]) => [`GIT_${role}_${key}`, value])),
  )
  const parents = spec.parents.flatMap((parent) => ['-p', parent])
  return runGit(repo.path, ['commit-tree', ...parents, spec.tree], { input: `${spec.message}\n`, env })
}

export interface CommitFacts {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly authorName: string
  readonly authorEmail: string
  readonly date: string
  readonly message: string
}

/** In the order asked for. */
export async function readCommits(repo: Repository, commits: readonly string[]): Promise<readonly CommitFacts[]> {
  if (commits.length === 0) return []
  const format = '%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%B%x1e'
  const text = await runGit(repo.path, ['log', '--no-walk=unsorted', `--format=${format}`, ...commits])
  return text
    .split('\x1e\n')
    .filter((each) => each !== '')
    .map(factsOf)
}

function factsOf(text: string): CommitFacts {
  const [sha = '', tree = '', parents = '', authorName = '', authorEmail = '', date = '', message = ''] =
    text.split('\0')
  const list = parents.split(' ').filter((each) => each !== '')
  return { sha, tree, parents: list, authorName, authorEmail, date, message: message.replaceAll('\x1e', '').trimEnd() }
}
