import { FORGE_LIMITS } from '../forge-limits.js'
import type { ForgeOptions } from '../forge-options.js'
import { openClient } from '../open-forge.js'
import { ForgejoAdmin } from './forgejo-admin.js'
import { GithubAdmin } from './github-admin.js'
import type { ForgeAdmin } from './port.js'

/** Asks nothing yet. */
export function openForgeAdmin(options: ForgeOptions): ForgeAdmin {
  const client = openClient(options, FORGE_LIMITS)
  return options.kind === 'forgejo' ? new ForgejoAdmin(client) : new GithubAdmin(client)
}
