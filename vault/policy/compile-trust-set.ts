import type { Formula } from '../formula/formula.js'
import { parseFormula } from '../formula/parse.js'
import { LIMITS } from '../limits.js'
import type { Parsed, Problem } from '../problem.js'
import type { ProblemCode } from '../reasons.js'
import type { AllowedSigners } from '../signers/allowed-signers.js'
import { parseAllowedSigners } from '../signers/parse.js'
import { forgeProblems } from './forge-problems.js'
import { formulaPaths } from './formula-paths.js'
import { parsePolicy } from './parse.js'
import { signerProblems } from './signer-problems.js'
import type { AdminsFrom, CompiledTrustSet, FileProblems, TrustFile, TrustSet, TrustSetIds } from './trust-set.js'

/** The whole set or nothing (law 4), with the problems of all its files at once. */
export function compileTrustSet(
  ids: TrustSetIds,
  files: readonly TrustFile[],
  adminsFrom: AdminsFrom,
): CompiledTrustSet {
  const policy = compileFile('policy.toml', ids.policy !== null, files, parsePolicy)
  const signers = compileSigners(ids, files, adminsFrom)
  const formulas = compileFormulas(ids, files)
  const problems = [...policy.problems, ...signers.problems, ...formulas.problems]
  if (policy.value === null || signers.value === null) return refused(problems)
  const set: TrustSet = { ids, policy: policy.value.policy, formulas: formulas.value, signers: signers.value }
  const unfit = adminsFrom === 'signers' ? signerProblems(policy.value, set) : forgeProblems(policy.value)
  const all = unfit.length > 0 ? [...problems, { path: 'policy.toml', problems: unfit }] : problems
  return all.length === 0 ? { ok: true, set } : refused(all)
}

/** What came of a part of the set; a value without problems, or problems. */
interface Part<T> {
  readonly value: T
  readonly problems: readonly FileProblems[]
}

const refused = (problems: readonly FileProblems[]): CompiledTrustSet => ({
  ok: false,
  files: problems.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
})

/** An id without bytes counts as missing: what could not be read is not judged. */
function compileFile<T>(
  path: string,
  hasId: boolean,
  files: readonly TrustFile[],
  parse: (bytes: Uint8Array) => Parsed<T>,
): Part<T | null> {
  const file = files.find((candidate) => candidate.path === path)
  if (file === undefined || !hasId) return { value: null, problems: [missing(path)] }
  const parsed = parse(file.bytes)
  return parsed.ok
    ? { value: parsed.value, problems: [] }
    : { value: null, problems: [{ path, problems: parsed.problems }] }
}

function compileSigners(
  ids: TrustSetIds,
  files: readonly TrustFile[],
  adminsFrom: AdminsFrom,
): Part<AllowedSigners | null> {
  if (adminsFrom === 'forge' && ids.signers === null) return { value: { principalOf: new Map() }, problems: [] }
  return compileFile('allowed_signers', ids.signers !== null, files, parseAllowedSigners)
}

function compileFormulas(ids: TrustSetIds, files: readonly TrustFile[]): Part<ReadonlyMap<string, Formula>> {
  const none: ReadonlyMap<string, Formula> = new Map()
  const below = files.filter(({ path }) => path.startsWith('formulas/'))
  if (ids.formulas === null || below.length === 0) return { value: none, problems: [missing('formulas')] }
  if (below.length > LIMITS.trustFiles) {
    const message = `There are more than ${LIMITS.trustFiles} files below formulas/. Remove some.`
    return { value: none, problems: [whole('formulas', 'too_many', message)] }
  }
  const parts = formulaPaths(below.map(({ path }) => path)).map((path) =>
    compileFile(path, true, below, (bytes) => parseFormula(path, bytes)),
  )
  const formulas = parts.flatMap(({ value }) => (value === null ? [] : [value]))
  return {
    value: new Map(formulas.map((formula) => [formula.name, formula])),
    problems: parts.flatMap(({ problems }) => problems),
  }
}

const missing = (path: string): FileProblems => whole(path, 'file_missing', `${path} is missing. Restore it.`)

function whole(path: string, code: ProblemCode, message: string): FileProblems {
  const problem: Problem = { line: 1, column: 1, code, message }
  return { path, problems: [problem] }
}
