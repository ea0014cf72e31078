/** The forge of who has no configuration: an agent, or a person at home. From options and environment, else from the repo's URL. */
import type { Environment } from '../../lib/git/environment.js'
import { FORGE_KINDS, type ForgeKind } from '../../vault/forge/fact.js'
import { ConfigError } from './config-error.js'
import { FORGE_TOKEN_VARIABLE, type ForgeConfig } from './forge-config.js'
import { fromEnvironment } from './from-environment.js'
import { isPath } from './is-path.js'
import { placeInForge } from './place-in-forge.js'

export interface AgentForgeOptions {
  /** URL of the forge. */
  readonly forge?: string | undefined
  readonly forgeKind?: string | undefined
  /** `owner/name` there. */
  readonly forgeRepo?: string | undefined
}

const NO_FILE = { path: 'environment', locate: () => ({ line: 0, column: 0 }) }

/** Null: plain git. Who names neither a forge nor a token of one means none, whatever the URL looks like. */
export function agentForge(repoUrl: string, options: AgentForgeOptions, environment: Environment): ForgeConfig | null {
  const named = options.forge ?? set(environment, 'COUNTERSIGN_FORGE')
  if (named === undefined && set(environment, FORGE_TOKEN_VARIABLE) === undefined) return null
  // A path lies in no forge; an auditor's clone must not ask for one.
  if (isPath(repoUrl) && options.forge === undefined) return null
  const place = placeInForge(repoUrl, named)
  if (place === null) {
    if (named === undefined) return null
    throw new ConfigError(
      `--forge (or COUNTERSIGN_FORGE) takes the URL of a forge, such as https://forge.example, not ${JSON.stringify(named)}`,
    )
  }
  const repo = options.forgeRepo ?? set(environment, 'COUNTERSIGN_FORGE_REPO') ?? place.repo
  if (repo === null || !/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/.test(repo))
    throw new ConfigError(
      `which repository of ${place.url} is the ops repo? Its URL does not say; name it with --forge-repo owner/name or COUNTERSIGN_FORGE_REPO`,
    )
  return { kind: kindOf(options, environment, place.url), url: place.url, repo, credential: credential(environment) }
}

function credential(environment: Environment): ForgeConfig['credential'] {
  const found = fromEnvironment(FORGE_TOKEN_VARIABLE, 'your token of the forge', [], NO_FILE, environment)
  const token =
    found.kind === 'found' ? found : { kind: found.kind, message: found.message.replace(/^environment:0:0: /, '') }
  return { kind: 'token', variable: FORGE_TOKEN_VARIABLE, token }
}

function kindOf({ forgeKind }: AgentForgeOptions, environment: Environment, url: string): ForgeKind {
  const named = forgeKind ?? set(environment, 'COUNTERSIGN_FORGE_KIND')
  if (named === undefined) return /(?:^|\.)github\.|\.ghe\.com$/.test(new URL(url).hostname) ? 'github' : 'forgejo'
  const kind = FORGE_KINDS.find((one) => one === named)
  if (kind !== undefined) return kind
  throw new ConfigError(`the kind of a forge is one of ${FORGE_KINDS.join(', ')}, not ${JSON.stringify(named)}`)
}

/** Set to nothing is not set. */
function set(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  return value === '' ? undefined : value
}
