/** Who is there: acme owns the ops repo, alice is its admin, bob and the agent may write, the robot is the dispatcher. */
import type { ForgeWorld, WorldRepo } from '../../../test/support/forge/world/forge-world.js'
import type { Person } from '../../../test/support/forge/world/person.js'

const NAMES = ['acme', 'alice', 'bob', 'agent', 'robot'] as const

export type Accounts = Readonly<Record<(typeof NAMES)[number], Person>>

export async function makeAccounts(world: ForgeWorld): Promise<{ accounts: Accounts; repo: WorldRepo }> {
  const made: [string, Person][] = []
  for (const name of NAMES) made.push([name, await world.createUser(name)])
  const accounts = Object.fromEntries(made) as Accounts
  const repo = await world.createRepo(accounts.acme, 'ops', { files: { LICENSE: 'For everybody.\n' } })
  for (const name of ['alice', 'robot'] as const) await repo.addCollaborator(accounts[name], 'admin')
  for (const name of ['bob', 'agent'] as const) await repo.addCollaborator(accounts[name], 'write')
  return { accounts, repo }
}
