/** Main as it is now, with the trust set in force there. Reads no requests and no records: cheap, whatever their number. */
import type { RemoteRefs, Repository } from '../../lib/git/port.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import type { Trust } from '../../vault/trust/trust.js'
import { assumedRoot } from '../observe/assumed-root.js'
import { EmptyRemote } from '../observe/observer.js'
import { followTrust, groundOf, TRUST_PATHS, type TrustGround, trustAtRoot } from '../observe/trust-reader.js'
import { unverifiedError, usageError } from './terminal.js'
import type { RepoOptions, Workplace } from './workplace.js'

export interface TrustedMain {
  readonly refs: RemoteRefs
  readonly main: Oid
  readonly trust: Trust
  readonly ground: TrustGround
}

export async function readTrustedMain(workplace: Workplace, root: Oid): Promise<TrustedMain> {
  const { repository, branch } = workplace
  const refs = await repository.remote.list()
  const main = await fetchMain(repository, branch, refs)
  if (!(await repository.history.isOnFirstParentLine(root, main))) {
    throw unverifiedError(
      `the trust root ${root.slice(0, 12)} is not on the first-parent line of ${branch} (${main.slice(0, 12)}): main was rewritten, or the root is wrong; ask the operator`,
    )
  }
  const ground = await groundOf(repository, root)
  const trust = await trustOn(repository, await trustAtRoot(repository, root, ground), root, main, ground)
  return { refs, main, trust, ground }
}

/** The same a while later, at the cost of what is new. */
export async function followTrustedMain(
  workplace: Workplace,
  before: TrustedMain,
  refs: RemoteRefs,
): Promise<TrustedMain> {
  const { repository, branch } = workplace
  if (refs.main === before.main) return { ...before, refs }
  const main = await fetchMain(repository, branch, refs)
  if (!(await repository.history.isOnFirstParentLine(before.main, main))) {
    throw unverifiedError(`${branch} was rewritten: ${main.slice(0, 12)} does not continue ${before.main.slice(0, 12)}`)
  }
  const trust = await trustOn(repository, before.trust, before.main, main, before.ground)
  return { ...before, refs, main, trust }
}

async function trustOn(repository: Repository, trust: Trust, from: Oid, to: Oid, ground: TrustGround): Promise<Trust> {
  return followTrust(repository, trust, await repository.history.line(from, to, TRUST_PATHS), ground)
}

/** Rejects with EmptyRemote where there is no main. */
export async function fetchMain(repository: Repository, branch: string, refs: RemoteRefs): Promise<Oid> {
  if (refs.main === null) throw new EmptyRemote(branch)
  if ((await repository.objects.commit(refs.main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
  return refs.main
}

/** `--root`, else the configuration's, else what `init` seems to have laid out. */
export async function trustRootOf(options: RepoOptions, workplace: Workplace): Promise<Oid> {
  if (options.root === undefined) {
    return workplace.config?.root ?? (await assumedRoot(workplace.repository, workplace.branch))
  }
  const root = parseOid(options.root)
  if (root === null) throw usageError(`--root takes the full id of a commit, not ${JSON.stringify(options.root)}`)
  return root
}
