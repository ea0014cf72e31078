/** Reads trust sets from git and follows them along main's first-parent line (law 4). */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Repository, TreeEntry } from '../../lib/git/port.js'
import type { Learned, MergeDossier } from '../../vault/forge/fact.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { compileTrustSet } from '../../vault/policy/compile-trust-set.js'
import type {
  AdminsFrom,
  CompiledTrustSet,
  FileProblems,
  TrustFile,
  TrustSetIds,
} from '../../vault/policy/trust-set.js'
import type { UnverifiableReason } from '../../vault/reasons.js'
import { advanceTrust, asksAuthority, asksHindsight } from '../../vault/trust/advance.js'
import type { TrustWitness } from '../../vault/trust/authority.js'
import type { Hindsight, TrustChange } from '../../vault/trust/change.js'
import type { Trust } from '../../vault/trust/trust.js'

export const TRUST_PATHS = ['policy.toml', 'formulas', 'allowed_signers'] as const
const TREE = '040000'
const REGULAR_FILES = new Set(['100644', '100755'])

/** The set at the trust root cannot be used: there is nothing that could judge anything. */
export class TrustRootUnusable extends Error {
  constructor(
    readonly root: Oid,
    readonly files: readonly FileProblems[],
  ) {
    super(`the trust set at the root ${root.slice(0, 12)} cannot be used: ${files.map((file) => file.path).join(', ')}`)
  }
}

export async function readTrustIds(repository: Repository, commit: Oid): Promise<TrustSetIds> {
  const entries = await readTree(repository, commit)
  // A symlink or submodule of the name is not the file: the set lacks it.
  const find = (name: string, isKind: (mode: string) => boolean) =>
    entries.find((entry) => entry.name === name && isKind(entry.mode))?.oid ?? null
  const isFile = (mode: string) => REGULAR_FILES.has(mode)
  return {
    policy: find('policy.toml', isFile),
    formulas: find('formulas', (mode) => mode === TREE),
    signers: find('allowed_signers', isFile),
  }
}

export async function compileAt(
  repository: Repository,
  ids: TrustSetIds,
  adminsFrom: AdminsFrom,
): Promise<CompiledTrustSet> {
  const files: TrustFile[] = []
  const add = async (path: string, oid: Oid) => {
    const read = await repository.objects.blob(oid, LIMITS.trustFileBytes)
    // A set of which a part is missing here is not a smaller set: it cannot be judged by now (law 2).
    if (read.kind === 'missing') throw new MissingObject(oid)
    if (read.kind === 'blob') files.push({ path, bytes: read.bytes })
    // A file over the limit is given as one that is: the parser says so with words.
    if (read.kind === 'too_large') files.push({ path, bytes: new Uint8Array(LIMITS.trustFileBytes + 1) })
  }
  if (ids.policy !== null) await add('policy.toml', ids.policy)
  if (ids.signers !== null) await add('allowed_signers', ids.signers)
  for (const entry of await formulaFiles(repository, ids)) await add(entry.path, entry.oid)
  return compileTrustSet(ids, files, adminsFrom)
}

/** Regular files below `formulas/`, with their modes; of more than the limit so many that the limit is seen to be broken. A symlink or submodule there is left out: it could point anywhere. */
export async function formulaFiles(
  repository: Repository,
  ids: TrustSetIds,
): Promise<readonly { path: string; mode: string; oid: Oid }[]> {
  const found: { path: string; mode: string; oid: Oid }[] = []
  const walk = async (tree: Oid, prefix: string): Promise<void> => {
    for (const entry of await readTree(repository, tree)) {
      if (found.length > LIMITS.trustFiles) return
      if (entry.mode === TREE) await walk(entry.oid, `${prefix}${entry.name}/`)
      else if (REGULAR_FILES.has(entry.mode))
        found.push({ path: `${prefix}${entry.name}`, mode: entry.mode, oid: entry.oid })
    }
  }
  if (ids.formulas !== null) await walk(ids.formulas, 'formulas/')
  return found
}

async function readTree(repository: Repository, treeish: Oid): Promise<readonly TreeEntry[]> {
  const entries = await repository.objects.tree(treeish)
  if (entries === null) throw new MissingObject(treeish)
  return entries
}

/** How it is found out whether an admin stands behind a change of the set. */
export interface TrustGround {
  readonly adminsFrom: AdminsFrom
  readonly witness: TrustWitness
  /** Which pull request brought a commit; null where no forge can be asked. */
  readonly pullOf: ((commit: LineCommit) => Promise<Learned<MergeDossier | null>>) | null
  /** What became of a change that the forge of now would refuse; null: nothing is asked. */
  readonly hindsight: ((trust: Trust, change: TrustChange) => Promise<Hindsight>) | null
  /** Nothing is decided by it: what cannot be told is taken as a clone shows it. */
  readonly isLook: boolean
}

const UNASKED = { pullOf: null, hindsight: null, isLook: false } as const
export const SIGNERS_GROUND: TrustGround = { adminsFrom: 'signers', witness: null, ...UNASKED }
const CLONE_GROUND: TrustGround = { adminsFrom: 'forge', witness: 'clone', ...UNASKED }

/** For commands that have no forge to ask: an ops repo with `allowed_signers` at its root is approved by keys, any other in a forge. */
export async function groundOf(repository: Repository, root: Oid): Promise<TrustGround> {
  return (await readTrustIds(repository, root)).signers === null ? CLONE_GROUND : SIGNERS_GROUND
}

/** The set that the operator named as the root is in force by that alone. */
export async function trustAtRoot(repository: Repository, root: Oid, { adminsFrom }: TrustGround): Promise<Trust> {
  const compiled = await compileAt(repository, await readTrustIds(repository, root), adminsFrom)
  if (!compiled.ok) throw new TrustRootUnusable(root, compiled.files)
  const inForce = { commit: root, set: compiled.set }
  return { root, adminsFrom, inForce, broken: null, offending: null, unverified: null }
}

/**
 * @param line commits after those that `trust` knows, oldest first; those that do not touch the set are passed over
 * @returns `unverified` where the forge could not be asked: then nothing after that commit was looked at
 */
export async function followTrust(
  repository: Repository,
  trust: Trust,
  line: readonly LineCommit[],
  ground: TrustGround,
): Promise<Trust> {
  let followed = trust
  for (const commit of line) {
    if (followed.unverified !== null) return followed
    if (!commit.changes.some((change) => isTrustPath(change.path))) continue
    followed = await advance(followed, await readChange(repository, followed, commit, ground), ground)
  }
  return followed
}

/** Of whom nobody tells an agent's token. */
const UNTOLD: readonly UnverifiableReason[] = ['forge_forbidden', 'trust_change_unproven']

async function advance(trust: Trust, change: TrustChange, { witness, hindsight, isLook }: TrustGround): Promise<Trust> {
  const asks = hindsight !== null && asksHindsight(trust, change, witness)
  const next = advanceTrust(trust, asks ? { ...change, hindsight: await hindsight(trust, change) } : change, witness)
  const isUntold = next.unverified !== null && UNTOLD.includes(next.unverified.fault.reason)
  return isLook && isUntold ? advanceTrust(trust, change, 'clone') : next
}

export async function readChange(
  repository: Repository,
  trust: Trust,
  commit: LineCommit,
  ground: TrustGround,
): Promise<TrustChange> {
  const { oid, parents } = commit
  const [first] = parents
  const after = await readTrustIds(repository, oid)
  const before = first === undefined ? NO_SET : await readTrustIds(repository, first)
  const { pullOf } = ground
  const [signature, compiled, merged, pull] = await Promise.all([
    repository.signatureOf(oid),
    compileAt(repository, after, trust.adminsFrom),
    trust.adminsFrom === 'signers' ? null : readMergedPaths(repository, commit),
    pullOf !== null && asksAuthority(trust, { before, after }) ? pullOf(commit) : null,
  ])
  return { commit: oid, parents, before, after, signature, compiled, pull, merged, hindsight: null }
}

const NO_SET: TrustSetIds = { policy: null, formulas: null, signers: null }

/** What main got, and what the pull request has: both, so that nothing is slipped in while merging, and nothing left out. */
async function readMergedPaths(repository: Repository, { oid, parents }: LineCommit): Promise<TrustChange['merged']> {
  const [first, second, ...more] = parents
  if (first === undefined || second === undefined || more.length > 0) return null
  const { history, objects } = repository
  const [base, ...others] = await history.mergeBases(first, second)
  if (base === undefined || others.length > 0) return { paths: [], truncated: true }
  const [got, asked] = await Promise.all([
    history.diff(first, oid, TRUST_PATHS, LIMITS.trustFiles),
    history.diff(base, second, TRUST_PATHS, LIMITS.trustFiles),
  ])
  const paths = [...new Set([...got.changes, ...asked.changes].map(({ path }) => path))].sort()
  return {
    truncated: got.truncated || asked.truncated,
    paths: await Promise.all(
      paths.map(async (path) => ({
        path,
        inMerge: await objects.entry(oid, path),
        inHead: await objects.entry(second, path),
      })),
    ),
  }
}

function isTrustPath(path: string): boolean {
  return path === 'policy.toml' || path === 'allowed_signers' || path === 'formulas' || path.startsWith('formulas/')
}
