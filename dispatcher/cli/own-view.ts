/** The forge as somebody sees it who may not ask what others may do: of themselves they still know. */
import type { Forge } from '../../lib/forge/forge-options.js'
import { ForgeError, type ForgeReader } from '../../lib/forge/port.js'
import type { Account, Permission } from '../../vault/forge/fact.js'
import type { Adapters } from '../adapters.js'
import type { ForgeConfig } from '../config/forge-config.js'

/** Forgejo lets only admins read permissions, one's own not excepted; the repository itself tells them to each. */
export async function ownView(config: ForgeConfig, adapters: Adapters): Promise<ForgeReader> {
  const forge = await adapters.openForge(config)
  const permission = async (account: Account): Promise<Permission> => {
    try {
      return await forge.permission(account)
    } catch (error) {
      if (!(error instanceof ForgeError) || error.fault.reason !== 'forge_forbidden') throw error
      if ((await forge.self()).id !== account.id) throw error
      return (await adapters.openForgeAdmin(config)).ownPermission()
    }
  }
  return { ...readerOf(forge), permission }
}

function readerOf(forge: Forge): Omit<ForgeReader, 'permission'> {
  return {
    kind: forge.kind,
    self: () => forge.self(),
    repository: () => forge.repository(),
    openPulls: () => forge.openPulls(),
    pull: (number) => forge.pull(number),
    pullsOfMerge: (commit) => forge.pullsOfMerge(commit),
    history: (pull) => forge.history(pull),
    reviews: (number) => forge.reviews(number),
    comments: (number) => forge.comments(number),
  }
}
