import { z } from 'zod'
import type { Account } from '../../../vault/forge/fact.js'
import type { ForgeClient } from '../client/forge-client.js'
import type { ForgeAuth } from '../forge-options.js'
import { githubAccount } from './account.js'

/** An app has no user of its own to ask for; its bot is the account `<slug>[bot]`. */
export async function selfOf(client: ForgeClient, kind: ForgeAuth['kind']): Promise<Account> {
  if (kind === 'token') return (await client.ask('GET /user', githubAccount)).value
  const app = await client.ask('GET /app', z.object({ slug: z.string().min(1) }))
  return (await client.ask('GET /users/{login}', githubAccount, { login: `${app.value.slug}[bot]` })).value
}
