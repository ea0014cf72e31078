/** Validates an ops repo as a whole, by the parsers and checks that the daemon uses. */
import type { Formula } from '../../vault/formula/formula.js'
import { parseFormula } from '../../vault/formula/parse.js'
import { oid } from '../../vault/oid.js'
import { compileTrustSet } from '../../vault/policy/compile-trust-set.js'
import { formulaNames, formulaPaths } from '../../vault/policy/formula-paths.js'
import { parsePolicy } from '../../vault/policy/parse.js'
import { tierProblems } from '../../vault/policy/tier-problems.js'
import type { TrustFile, TrustSetIds } from '../../vault/policy/trust-set.js'
import type { Problem } from '../../vault/problem.js'
import { actionStem } from '../../vault/request/shape.js'
import { type FileKind, fileKind } from './file-kind.js'
import { type FileProblem, judgeActionFile, unreadableProblem } from './judge-action-file.js'
import { FORMULAS, type OpsFiles, SINGLE_FILES } from './ops-files.js'

export interface FileReport {
  /** Below the repo's root. */
  readonly path: string
  readonly kind: FileKind
  readonly problems: readonly FileProblem[]
}

/** Only that there is one matters here: nothing is looked up by it. */
const PRESENT = oid('0'.repeat(40))

/** Every file that is there, and those of the trust set that are missing. */
export function judgeOpsRepo(files: OpsFiles): readonly FileReport[] {
  const trustFiles = readableFiles(files)
  const problems = trustProblems(trustFiles)
  const formulas = formulasOf(trustFiles)
  const reports = new Map<string, FileReport>()
  const report = (path: string, kind: FileKind, found: readonly FileProblem[]) => {
    const content = files.get(path)
    const unreadable = content === undefined ? null : unreadableProblem(content)
    reports.set(path, { path, kind, problems: unreadable === null ? found : [unreadable] })
  }
  const single = SINGLE_FILES.filter((path) => files.has(path) || problems.has(path))
  for (const path of [...single, ...formulaPaths([...files.keys()]), ...problems.keys()]) {
    report(path, path === FORMULAS ? 'formula' : (fileKind(path) ?? 'formula'), problems.get(path) ?? [])
  }
  for (const [path, content] of files) {
    const stem = actionStem(path)
    if (stem !== null) report(path, 'action', judgeActionFile(stem, content, formulas))
  }
  return [...reports.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The formulas that can be used, by name; null where the repo has none at all, so that nothing can be said about them. */
function formulasOf(files: readonly TrustFile[]): ReadonlyMap<string, Formula> | null {
  const paths = formulaPaths(files.map(({ path }) => path))
  if (paths.length === 0) return null
  const formulas = new Map<string, Formula>()
  for (const { path, bytes } of files) {
    const parsed = paths.includes(path) ? parseFormula(path, bytes) : null
    if (parsed?.ok === true) formulas.set(parsed.value.name, parsed.value)
  }
  return formulas
}

/** What can be read: the rest has problems of its own. */
function readableFiles(files: OpsFiles): readonly TrustFile[] {
  return [...files].flatMap(([path, content]) =>
    content.kind === 'bytes' && actionStem(path) === null ? [{ path, bytes: content.bytes }] : [],
  )
}

function trustProblems(files: readonly TrustFile[]): ReadonlyMap<string, readonly Problem[]> {
  const problems = new Map<string, readonly Problem[]>()
  const add = (path: string, found: readonly Problem[]) => problems.set(path, [...(problems.get(path) ?? []), ...found])
  const has = (path: string) => files.some((file) => file.path === path || file.path.startsWith(`${path}/`))
  const id = (path: string) => (has(path) ? PRESENT : null)
  const ids: TrustSetIds = { policy: id('policy.toml'), formulas: id(FORMULAS), signers: id('allowed_signers') }
  const policyFile = files.find(({ path }) => path === 'policy.toml')
  const policy = policyFile === undefined ? null : parsePolicy(policyFile.bytes)
  // What `init --forge` lays out has neither: there the forge says who is an admin. In plain git the roles would be left.
  const isOfForge = ids.signers === null && policy?.ok === true && policy.value.policy.signers.size === 0
  const compiled = compileTrustSet(ids, files, isOfForge ? 'forge' : 'signers')
  if (!compiled.ok) for (const file of compiled.files) add(file.path, file.problems)
  const names = formulaNames(files.map(({ path }) => path))
  if (policy?.ok === true && names.size > 0) add('policy.toml', tierProblems(policy.value, names))
  return problems
}
