/** The ops repo that `init` was given: made where there is none, laid out where it is not, else joined. */
import { resolve } from 'node:path'
import { GitError } from '../../lib/git/git-error.js'
import type { LocalPath } from '../../lib/git/local-repositories.js'
import type { Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import { refusedError, unverifiedError, usageError } from '../cli/terminal.js'
import { fetchMain } from '../cli/trusted-main.js'
import { isPath } from '../config.js'
import { readTrustIds } from '../observe/trust-reader.js'
import { type Layout, layOut } from './layout.js'
import type { StarterFile } from './starter-files.js'

/** By merged pull requests, or by merges that people sign. */
type ApprovedIn = 'forge' | 'git'

export interface Place {
  /** A URL, or an absolute path. */
  readonly url: string
  /** Null for a URL. */
  readonly local: LocalPath | null
  readonly approvedIn: ApprovedIn
}

export async function lookAtPlace(
  named: string,
  approvedIn: ApprovedIn,
  { localRepositories }: Adapters,
): Promise<Place> {
  if (!isPath(named)) return { url: named, local: null, approvedIn }
  const url = resolve(named)
  const local = await localRepositories.look(url)
  if (local.kind === 'work_tree') {
    throw usageError(
      `${named} is a repository with a work tree; its main cannot be pushed to. Name a bare repository (a path that does not exist is made into one), or the URL that it was cloned from`,
    )
  }
  if (local.kind === 'other')
    throw usageError(`${named} is no git repository; name a bare repository, or a path that does not exist`)
  return { url, local, approvedIn }
}

/** Whether a new bare repository is to be made there. */
export function isToBeMade({ local }: Place): boolean {
  return local?.kind === 'missing' || local?.kind === 'empty_folder'
}

export type Settled =
  | { readonly kind: 'laid_out'; readonly main: Oid; readonly kept: readonly string[] }
  /** It was laid out before. */
  | { readonly kind: 'laid_out_before'; readonly main: Oid }

const ATTEMPTS = 3

/** Lays out what is not laid out yet. Somebody else may do so in the same moment: then theirs counts. */
export async function settle(
  repository: Repository,
  branch: string,
  place: Place,
  files: () => Promise<readonly StarterFile[]>,
  adapters: Adapters,
): Promise<Settled> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const refs = await repository.remote.list()
    const main = refs.main === null ? null : await fetchMain(repository, branch, refs)
    if (main !== null && (await isLaidOut(repository, main, place.approvedIn))) return { kind: 'laid_out_before', main }
    if (main === null) refuseOtherBranch(place, branch)
    const layout = await layOut(repository, main, await files(), adapters)
    if (await push(repository, branch, main, layout))
      return { kind: 'laid_out', main: layout.commit, kept: layout.kept }
  }
  throw unverifiedError(`${branch} moved ${ATTEMPTS} times while it was being laid out; try again`)
}

async function isLaidOut(repository: Repository, main: Oid, approvedIn: ApprovedIn): Promise<boolean> {
  const { policy, formulas, signers } = await readTrustIds(repository, main)
  return policy !== null && (signers !== null || (approvedIn === 'forge' && formulas !== null))
}

function refuseOtherBranch({ url, local }: Place, branch: string): void {
  if (local?.kind !== 'bare' || local.head === null || !local.head.isBorn || local.head.branch === branch) return
  throw usageError(
    `${url} has a branch ${local.head.branch} and no ${branch}; name its main branch with --branch ${local.head.branch}`,
  )
}

/** @returns false when the branch moved */
async function push({ remote }: Repository, branch: string, main: Oid | null, { commit }: Layout): Promise<boolean> {
  let why: string
  try {
    const [result] = await remote.push([{ ref: `refs/heads/${branch}`, expected: main, to: commit }])
    if (result?.kind === 'done') return true
    why = result?.why ?? 'no answer'
  } catch (error) {
    // The answer may have been lost after the push was done.
    if (error instanceof GitError && (await remote.list()).main === commit) return true
    throw error
  }
  const now = (await remote.list()).main
  if (now === commit) return true
  if (now === main) throw refusedError(`the ops repo did not take ${branch}: ${why}`)
  return false
}

/** So that clones check out what was laid out. */
export async function pointHeadAt(
  branch: string,
  { url, local }: Place,
  { localRepositories }: Adapters,
): Promise<void> {
  if (local?.kind === 'bare' && local.head?.isBorn === false && local.head.branch !== branch)
    await localRepositories.pointHead(url, branch)
}
