/** The commands as one account of the demo's forge runs them: its token, no key, nothing of whoever looks on. */
import { join } from 'node:path'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import type { Adapters } from '../../adapters.js'
import { FORGE_TOKEN_VARIABLE } from '../../config/forge-config.js'

export interface DemoAccount {
  readonly login: string
  readonly email: string
  readonly token: string
}

export interface DemoPlace {
  readonly kind: ForgeKind
  readonly opsRepo: string
  readonly folder: string
}

/** Git would send even what goes to this machine through a proxy that the environment names. */
const NO_PROXY = ['http.proxy', ''] as const

export function asAccount(adapters: Adapters, { login, email, token }: DemoAccount, place: DemoPlace): Adapters {
  const environment = {
    ...withoutOurs(adapters.environment),
    XDG_CACHE_HOME: join(place.folder, 'cache', login),
    COUNTERSIGN_REPO: place.opsRepo,
    COUNTERSIGN_FORGE_KIND: place.kind,
    [FORGE_TOKEN_VARIABLE]: token,
  }
  return {
    ...adapters,
    environment,
    openClone: (options) =>
      adapters.openClone({ ...options, as: 'dispatcher', gitConfig: [...options.gitConfig, NO_PROXY] }),
    person: { ...adapters.person, signingKey: async () => null, identity: async () => ({ name: login, email }) },
  }
}

/** Somebody who uses Countersign may have told it of a repo and a forge of theirs. */
function withoutOurs(environment: Adapters['environment']): Adapters['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^COUNTERSIGN_(?!LOG_LEVEL$)/.test(name)))
}
