/** `init --forge`: an ops repo that is approved by merged pull requests instead of signed merges. */
import { ForgeError } from '../../lib/forge/port.js'
import type { Account, ForgeKind } from '../../vault/forge/fact.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import { agentForge } from '../config/agent-forge.js'
import type { ForgeConfig } from '../config/forge-config.js'
import type { PrincipalOptions } from './principals.js'

export interface ForgeInitOptions extends PrincipalOptions {
  readonly forge?: ForgeKind | undefined
  readonly forgeUrl?: string | undefined
  /** `owner/name` */
  readonly forgeRepo?: string | undefined
}

export interface ForgePlan {
  readonly forge: ForgeConfig
  /** Pinned in the policy; none: whoever is an admin at the forge. */
  readonly admins: readonly Account[]
}

/** Null: plain git. Asks for all that could be missing before anything is made. */
export async function planForge(url: string, options: ForgeInitOptions, adapters: Adapters): Promise<ForgePlan | null> {
  if (options.forge === undefined) {
    if (options.forgeUrl !== undefined || options.forgeRepo !== undefined)
      throw usageError('--forge-url and --forge-repo need --forge forgejo or --forge github')
    return null
  }
  refuseKeys(options)
  const { forgeUrl, forgeRepo, forge: forgeKind } = options
  // Without a word of where it is: where the repo's URL says, and github.com.
  const forge = agentForge(
    url,
    { forge: forgeUrl ?? derived(url, forgeKind), forgeKind, forgeRepo },
    adapters.environment,
  )
  if (forge === null) throw usageError('name the forge with --forge-url URL and --forge-repo owner/name')
  return { forge, admins: await accounts(options.admin ?? [], forge, adapters) }
}

function derived(url: string, kind: ForgeKind): string | undefined {
  if (/^https?:\/\//.test(url)) return new URL(url).origin
  const host = /^(?:ssh:\/\/)?(?:[^@/\s]+@)?([A-Za-z0-9.-]+)[:/]/.exec(url)?.[1]
  if (host !== undefined) return `https://${host}`
  return kind === 'github' ? 'https://github.com' : undefined
}

function refuseKeys({ admin = [], writer = [], requester = [] }: PrincipalOptions): void {
  if (writer.length > 0 || requester.length > 0)
    throw usageError('--writer and --requester are for plain git; at a forge it says who may write: add them there')
  const keyed = admin.find((text) => text.includes('='))
  if (keyed !== undefined)
    throw usageError(`--admin takes the login of an account with --forge, not ${JSON.stringify(keyed)}`)
}

async function accounts(
  logins: readonly string[],
  forge: ForgeConfig,
  { openForgeAdmin }: Adapters,
): Promise<readonly Account[]> {
  if (logins.length === 0) return []
  const admin = await openForgeAdmin(forge)
  const found: Account[] = []
  for (const login of logins) {
    const account = await admin.account(login).catch((error: unknown) => {
      if (error instanceof ForgeError && error.fault.reason === 'forge_missing') return null
      throw error
    })
    if (account === null) throw usageError(`--admin: ${forge.url} has no account ${JSON.stringify(login)}`)
    if (account.kind !== 'person') throw usageError(`--admin: ${login} is a ${account.kind}; a second key is a person`)
    if (!found.some(({ id }) => id === account.id)) found.push(account)
  }
  return found
}
