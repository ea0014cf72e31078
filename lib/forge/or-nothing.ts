import type { ForgeClient } from './client/forge-client.js'
import { ForgeError } from './port.js'
import { wireRepository } from './wire/repository.js'

/**
 * Null for a thing that is not there. A token that lost its access is answered 404 too, for everything: so the
 * repository itself is asked for before "not there" counts as a fact.
 */
export async function orNothing<Value>(client: ForgeClient, asked: () => Promise<Value>): Promise<Value | null> {
  try {
    return await asked()
  } catch (error) {
    if (!(error instanceof ForgeError) || error.fault.reason !== 'forge_missing') throw error
    await client.ask('GET /repos/{owner}/{repo}', wireRepository)
    return null
  }
}
