/** Looks at everything that the laws stand on, and says of each what it saw. */
import { ForgeError } from '../../lib/forge/port.js'
import type { Policy } from '../../vault/policy/policy.js'
import { FORGE_REMEDIES } from '../../vault/prose/forge-remedies.js'
import type { Adapters } from '../adapters.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { fromEnvironment } from '../config/from-environment.js'
import type { Config } from '../config.js'
import { checkMachine, said } from './check-machine.js'
import { lookAtOpsRepo } from './check-ops-repo.js'
import { attempt, type Finding, note } from './finding.js'
import { checkForge, type ForgeReport } from './forge-report.js'

export interface Doctored {
  readonly findings: readonly Finding[]
  /** What `--apply` did, in words. */
  readonly applied: readonly string[]
}

export async function doctor(config: Config, isToApply: boolean, adapters: Adapters): Promise<Doctored> {
  const machine = await checkMachine(config, adapters)
  let policy: Policy | null = null
  const opsRepo = await attempt(
    'ops_repo',
    4,
    () => 'Look at repo.url, the network, the credentials, and the version of git; see docs/operations.md.',
    async () => {
      const { findings, snapshot } = await lookAtOpsRepo(config, adapters)
      policy = snapshot.trust.inForce.set.policy
      return findings
    },
    said,
  )
  const forge = await forgeReport(config, policy, isToApply, adapters)
  return { findings: [...machine, ...opsRepo, ...forge.findings], applied: forge.applied }
}

async function forgeReport(
  config: Config,
  policy: Policy | null,
  isToApply: boolean,
  adapters: Adapters,
): Promise<ForgeReport> {
  const { forge, branch } = config
  if (forge === null) {
    const what = 'plain git: what people may push is for the git server to say, and only signatures count'
    return { findings: [note('forge', null, what)], applied: [] }
  }
  let applied: readonly string[] = []
  const findings = await attempt(
    'forge',
    2,
    forgeRemedy,
    async () => {
      const tokens = {
        admin: tokenFrom(forge, 'COUNTERSIGN_ADMIN_TOKEN', adapters),
        requester: tokenFrom(forge, 'COUNTERSIGN_REQUESTER_TOKEN', adapters),
      }
      const report = await checkForge({ forge, branch, policy, isToApply, ...tokens }, adapters)
      applied = report.applied
      return report.findings
    },
    said,
  )
  return { findings, applied }
}

/** What is no fault of the forge says itself what to do. */
function forgeRemedy(cause: unknown): string {
  const remedy = cause instanceof ForgeError ? FORGE_REMEDIES[cause.fault.reason] : 'see the message'
  return `Until then a dispatcher can only say \`unverifiable\`: ${remedy}.`
}

/** The same forge as somebody else; null: no such token was given. */
function tokenFrom(forge: ForgeConfig, variable: string, { environment }: Adapters): ForgeConfig | null {
  const source = { path: 'environment', locate: () => ({ line: 0, column: 0 }) }
  const token = fromEnvironment(variable, 'a token', [], source, environment)
  return token.kind === 'missing' ? null : { ...forge, credential: { kind: 'token', variable, token } }
}
