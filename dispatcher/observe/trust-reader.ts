/** Reads trust sets from git and follows them along main's first-parent line (law 4). */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Repository, TreeEntry } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { compileTrustSet } from '../../vault/policy/compile-trust-set.js'
import type { CompiledTrustSet, FileProblems, TrustFile, TrustSetIds } from '../../vault/policy/trust-set.js'
import { advanceTrust } from '../../vault/trust/advance.js'
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

export async function compileAt(repository: Repository, ids: TrustSetIds): Promise<CompiledTrustSet> {
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
  return compileTrustSet(ids, files, 'signers')
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

/** The set that the operator named as the root is in force by that alone. */
export async function trustAtRoot(repository: Repository, root: Oid): Promise<Trust> {
  const compiled = await compileAt(repository, await readTrustIds(repository, root))
  if (!compiled.ok) throw new TrustRootUnusable(root, compiled.files)
  return { root, inForce: { commit: root, set: compiled.set }, broken: null, offending: null }
}

/** @param line commits after those that `trust` knows, oldest first; those that do not touch the set are passed over */
export async function followTrust(repository: Repository, trust: Trust, line: readonly LineCommit[]): Promise<Trust> {
  let followed = trust
  for (const commit of line) {
    if (!commit.changes.some((change) => isTrustPath(change.path))) continue
    followed = advanceTrust(followed, await readChange(repository, commit))
  }
  return followed
}

async function readChange(repository: Repository, commit: LineCommit): Promise<Parameters<typeof advanceTrust>[1]> {
  const [first] = commit.parents
  const after = await readTrustIds(repository, commit.oid)
  const before =
    first === undefined ? { policy: null, formulas: null, signers: null } : await readTrustIds(repository, first)
  const [signature, compiled] = await Promise.all([repository.signatureOf(commit.oid), compileAt(repository, after)])
  return { commit: commit.oid, parents: commit.parents, before, after, signature, compiled }
}

function isTrustPath(path: string): boolean {
  return path === 'policy.toml' || path === 'allowed_signers' || path === 'formulas' || path.startsWith('formulas/')
}
