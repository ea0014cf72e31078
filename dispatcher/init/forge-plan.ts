/** `init --forge`: an ops repo that is approved by merged pull requests instead of signed merges. */
import { ForgeError } from '../../lib/forge/port.js'
import type { Account, ForgeKind } from '../../vault/forge/fact.js'
import { plain } from '../../vault/prose/plain.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import { agentForge } from '../config/agent-forge.js'
import { FORGE_TOKEN_VARIABLE, type ForgeConfig } from '../config/forge-config.js'
import { isEnough, LEAST_PERMISSION } from '../doctor/least-permission.js'
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
  /** What the account of the token lacks to be the dispatcher's, in words; null: nothing, or there is no token. */
  readonly lack: string | null
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
  return { forge, admins: await accounts(options.admin ?? [], forge, adapters), lack: await lackOf(forge, adapters) }
}

/** Whoever may push can lay out; an agent's token must not pass for the dispatcher's until the first tick. */
async function lackOf(forge: ForgeConfig, { openForge, openForgeAdmin }: Adapters): Promise<string | null> {
  const { kind, repo, credential } = forge
  if (credential.kind !== 'token' || credential.token.kind === 'missing') return null
  const permission = await (await openForgeAdmin(forge)).ownPermission()
  if (isEnough(kind, permission)) return null
  const { login } = await (await openForge(forge)).self()
  return `the token in ${FORGE_TOKEN_VARIABLE} is of ${plain(login, 100)}, who has ${permission} permission in ${repo}; the dispatcher's account needs ${LEAST_PERMISSION[kind]} there: give it a token of its own before it ticks`
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
