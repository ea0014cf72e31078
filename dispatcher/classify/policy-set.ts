/** The policy that classifies: the one in force on main, or a file that is only being written. */
import { readFile, stat } from 'node:fs/promises'
import { parsePolicy } from '../../vault/policy/parse.js'
import type { TrustSet } from '../../vault/policy/trust-set.js'
import { problemLine } from '../../vault/prose/problem-line.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import { readTrustedMain, trustRootOf } from '../cli/trusted-main.js'
import { openWorkplace, type RepoOptions } from '../cli/workplace.js'
import { configPath } from '../config.js'

export interface PolicyOptions extends RepoOptions {
  readonly policy?: string | undefined
}

export interface PolicySet {
  readonly set: TrustSet
  /** False: only a policy file is known, so nothing can be said about formulas. */
  readonly hasFormulas: boolean
}

/** `--policy`, else the set in force of `--repo`, `--config` or their defaults, else `./policy.toml`. */
export async function policySet(options: PolicyOptions, adapters: Adapters): Promise<PolicySet> {
  if (options.policy !== undefined) return readPolicyFile(options.policy)
  if (!(await namesRepo(options, adapters)) && (await exists('policy.toml'))) return readPolicyFile('policy.toml')
  const workplace = await openWorkplace(options, adapters)
  try {
    const { trust } = await readTrustedMain(workplace, await trustRootOf(options, workplace))
    return { set: trust.inForce.set, hasFormulas: true }
  } finally {
    await workplace.repository.close()
  }
}

async function namesRepo(options: RepoOptions, { environment }: Adapters): Promise<boolean> {
  const named = [options.repo, options.config, environment['COUNTERSIGN_REPO'], environment['COUNTERSIGN_CONFIG']]
  return named.some((name) => name !== undefined) || (await exists(configPath(undefined, environment)))
}

async function readPolicyFile(path: string): Promise<PolicySet> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw usageError(
      error.code === 'ENOENT' ? `there is no policy at ${path}` : `${path} cannot be read: ${error.message}`,
    )
  })
  const parsed = parsePolicy(bytes)
  if (!parsed.ok) throw usageError(parsed.problems.map((problem) => problemLine(path, problem)).join('\n'))
  const ids = { policy: null, formulas: null, signers: null }
  const set: TrustSet = { ids, policy: parsed.value.policy, formulas: new Map(), signers: { principalOf: new Map() } }
  return { set, hasFormulas: false }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
