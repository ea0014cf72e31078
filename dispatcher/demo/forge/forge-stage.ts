/** The props: a forge with an ops repo, a toy project, accounts with tokens, and the real commands to act with. */
import { join } from 'node:path'
import { type Page, startPage } from '../../../test/support/forge/page/start-page.js'
import type { Pull } from '../../../test/support/forge/site/state.js'
import type { WorldRepo } from '../../../test/support/forge/world/forge-world.js'
import type { PersonView } from '../../../test/support/forge/world/person-view.js'
import { startForge, type TestWorld } from '../../../test/support/forge/world/start-forge.js'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import type { Adapters } from '../../adapters.js'
import { initCommand } from '../../cli/init-command.js'
import { logCommand } from '../../cli/log-command.js'
import { requestCommand } from '../../cli/request-command.js'
import type { ExitCode, Terminal } from '../../cli/terminal.js'
import { tickCommand } from '../../cli/tick-command.js'
import { verifyCommand } from '../../cli/verify-command.js'
import { Teller } from '../teller.js'
import { makeToyProject } from '../toy-project.js'
import { optionsOf, shownAs, type Wish } from '../wish.js'
import { type Accounts, makeAccounts } from './accounts.js'
import { asAccount } from './as-account.js'

export class ForgeStage {
  private constructor(
    readonly folder: string,
    readonly teller: Teller,
    private readonly terminal: Terminal,
    private readonly world: TestWorld,
    private readonly repo: WorldRepo,
    private readonly accounts: Accounts,
    private readonly page: Page,
    private readonly adapters: Adapters,
  ) {}

  static async build(kind: ForgeKind, folder: string, adapters: Adapters, terminal: Terminal): Promise<ForgeStage> {
    const world = await startForge(kind)
    try {
      const { accounts, repo } = await makeAccounts(world)
      const page = await startPage(world.server.site)
      return new ForgeStage(folder, new Teller(terminal), terminal, world, repo, accounts, page, adapters)
    } catch (error) {
      await world.remove()
      throw error
    }
  }

  get pageUrl(): string {
    return this.page.url
  }

  get project(): string {
    return join(this.folder, 'toy-project.git')
  }

  get config(): string {
    return join(this.folder, 'dispatcher', 'countersign.toml')
  }

  get opsRepo(): string {
    return this.repo.cloneUrl
  }

  tokenOf(name: keyof Accounts): string {
    return this.accounts[name].token
  }

  makeProject(): Promise<Oid> {
    return makeToyProject(this.project, this.folder, this.adapters)
  }

  init(): Promise<ExitCode> {
    const forge = this.world.kind
    const options = { dir: join(this.folder, 'dispatcher'), forge, admin: ['alice'], enable: true }
    return this.teller.act('operator', `init ${this.opsRepo} --forge ${forge} --admin alice --enable`, (terminal) =>
      initCommand(this.opsRepo, options, this.#as('robot'), terminal),
    )
  }

  request(wish: Wish): Promise<ExitCode> {
    return this.teller.act('agent', shownAs(wish, this.folder), (terminal) =>
      requestCommand(wish.formula, optionsOf(wish), this.#as('agent'), terminal),
    )
  }

  /** Throws where the dispatcher decides otherwise than it is told. @param verdict such as `release-1  high  fire` */
  async tick(verdict: string): Promise<ExitCode> {
    const said: string[] = []
    const code = await this.teller.act('dispatcher', 'tick', (terminal) => {
      const out = (line: string) => {
        said.push(line)
        terminal.out(line)
      }
      return tickCommand({ config: this.config }, this.#as('robot'), { ...terminal, out, hasColour: false })
    })
    if (said.some((line) => line.startsWith(verdict))) return code
    throw new Error(`the demo did not go as told: the dispatcher did not say ${verdict}`)
  }

  /** As the one before, and told in a line of the story. */
  requestAlike(wish: Wish): Promise<ExitCode> {
    return requestCommand(wish.formula, optionsOf(wish), this.#as('agent'), this.#silent)
  }

  /** The one after a run ended: it tells the pull request how, and closes it. */
  nextTick(): Promise<ExitCode> {
    return tickCommand({ config: this.config }, this.#as('robot'), this.#silent)
  }

  log(id?: string): Promise<ExitCode> {
    return this.teller.act('auditor', id === undefined ? 'log' : `log ${id}`, (terminal) =>
      logCommand(id, { config: this.config }, this.#as('robot'), terminal),
    )
  }

  verify(): Promise<ExitCode> {
    return this.teller.act('auditor', 'verify', (terminal) =>
      verifyCommand({ config: this.config }, this.#as('robot'), terminal),
    )
  }

  /** What a person does at the forge, by its API, with their own token. */
  at(name: keyof Accounts): PersonView {
    return this.repo.as(this.accounts[name])
  }

  /** The pull request of a request, as the forge keeps it. */
  pull(id: string): Pull {
    const repository = this.world.server.site.repositories.get(this.repo.id)
    const pull = [...(repository?.pulls.values() ?? [])].find(({ headBranch }) => headBranch === `vault/${id}`)
    if (pull === undefined) throw new Error(`the demo did not go as told: ${id} has no pull request`)
    return pull
  }

  async close(): Promise<void> {
    await this.page.close()
    await this.world.remove()
  }

  get #silent(): Terminal {
    return { ...this.terminal, out: () => undefined, isInteractive: false }
  }

  #as(name: keyof Accounts): Adapters {
    const { world, folder, opsRepo } = this
    return asAccount(this.adapters, this.accounts[name], { kind: world.kind, opsRepo, folder })
  }
}
