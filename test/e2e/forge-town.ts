/** A forge with an ops repo that `init --forge` laid out, a dispatcher beside it, and people with tokens. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ForgeKind } from '../../vault/forge/fact.js'
import type { WorldRepo } from '../support/forge/world/forge-world.js'
import type { Person } from '../support/forge/world/person.js'
import { startForge, type TestWorld } from '../support/forge/world/start-forge.js'
import type { Json, Ran } from './cli.js'
import { byId, makeFolder } from './ops.js'
import { User } from './user.js'

const NAMES = ['owner', 'admin', 'writer', 'agent', 'bot'] as const
type Name = (typeof NAMES)[number]

export class Town {
  private constructor(
    readonly kind: ForgeKind,
    readonly folder: string,
    readonly world: TestWorld,
    readonly repo: WorldRepo,
    readonly accounts: Readonly<Record<Name, Person>>,
    /** Each with their own token in the environment, and no key. */
    readonly users: Readonly<Record<Name, User>>,
  ) {}

  /** @param isLaidOut false: the repo has a README and nothing else */
  static async make(kind: ForgeKind, isLaidOut = true): Promise<Town> {
    const folder = await makeFolder()
    const world = await startForge(kind)
    const accounts = {} as Record<Name, Person>
    for (const name of NAMES) accounts[name] = await world.createUser(name)
    const repo = await world.createRepo(accounts.owner, 'ops')
    await repo.addCollaborator(accounts.admin, 'admin')
    await repo.addCollaborator(accounts.bot, 'admin')
    for (const name of ['writer', 'agent'] as const) await repo.addCollaborator(accounts[name], 'write')
    const users = {} as Record<Name, User>
    for (const name of NAMES) {
      const env = {
        COUNTERSIGN_FORGE_TOKEN: accounts[name].token,
        COUNTERSIGN_FORGE_KIND: kind,
        COUNTERSIGN_REPO: repo.cloneUrl,
      }
      users[name] = await User.make(folder, name, { hasKey: false, env })
    }
    const town = new Town(kind, folder, world, repo, accounts, users)
    if (!isLaidOut) return town
    const told = await town.init('dispatcher', '--enable')
    if (told.code !== 0) throw new Error(`${told}`)
    return town
  }

  get config(): string {
    return join(this.folder, 'dispatcher', 'countersign.toml')
  }

  init(folder: string, ...args: readonly string[]): Promise<Ran> {
    const { users, repo, accounts, kind } = this
    return users.bot.cli(
      ...['init', repo.cloneUrl, '--forge', kind, '--dir', join(this.folder, folder), '--json'],
      ...['--admin', accounts.admin.login, '--admin', accounts.owner.login],
      ...args,
    )
  }

  doctor(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<Ran> {
    return this.users.bot.with(env).cli('doctor', '--json', '--config', this.config, ...args)
  }

  async verdicts(): Promise<Readonly<Record<string, Json>>> {
    const ran = await this.users.bot.cli('tick', '--json', '--config', this.config)
    if (ran.code !== 0) throw new Error(`${ran}`)
    return byId(ran)
  }

  async remove(): Promise<void> {
    await this.world.remove()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Findings by id. */
export function findingsOf(ran: Ran): Readonly<Record<string, Json>> {
  const findings = ran.json()['findings'] as readonly Json[]
  return Object.fromEntries(findings.map((finding) => [String(finding['id']), finding]))
}
