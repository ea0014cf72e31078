/** The forge that a command speaks to, and with which git settings its remote is reached. */
import type { GitConfig } from '../../lib/git/environment.js'
import { type AgentForgeOptions, agentForge } from '../config/agent-forge.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { tokenHeader } from '../config/git-access.js'
import type { Config, Environment } from '../config.js'

export interface Reached {
  readonly forge: ForgeConfig | null
  readonly gitConfig: GitConfig
}

/** A configuration says it all; without one there are options, environment and the repo's URL. */
export function reach(
  url: string,
  config: Config | null,
  options: AgentForgeOptions,
  environment: Environment,
): Reached {
  if (config !== null) return { forge: config.forge, gitConfig: config.gitConfig }
  const forge = agentForge(url, options, environment)
  if (forge?.credential.kind !== 'token') return { forge, gitConfig: [] }
  return { forge, gitConfig: tokenHeader(url, forge.url, forge.credential.token, []) }
}
