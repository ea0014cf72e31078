/** The demo's props: an ops repo, a toy project, three people with keys, and the real commands to act with. */
import { join } from 'node:path'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import { approveCommand } from '../cli/approve-command.js'
import { classifyCommand } from '../cli/classify-command.js'
import { initCommand } from '../cli/init-command.js'
import { logCommand } from '../cli/log-command.js'
import { requestCommand } from '../cli/request-command.js'
import type { ExitCode, Terminal } from '../cli/terminal.js'
import { tickCommand } from '../cli/tick-command.js'
import { verifyCommand } from '../cli/verify-command.js'
import { ACTIONS_FOLDER } from '../observe/waiting-reader.js'
import { Teller } from './teller.js'
import { makeToyProject } from './toy-project.js'
import { optionsOf, shownAs, type Wish } from './wish.js'

const text = (content: string) => new TextEncoder().encode(content)

export class Stage {
  private constructor(
    readonly folder: string,
    readonly adapters: Adapters,
    private readonly teller: Teller,
  ) {}

  static async build(folder: string, adapters: Adapters, terminal: Terminal): Promise<Stage> {
    // What the commands remember of the ops repo stays in the demo's folder.
    const environment = { ...adapters.environment, XDG_CACHE_HOME: join(folder, 'cache') }
    const stage = new Stage(folder, { ...adapters, environment }, new Teller(terminal))
    for (const name of ['alice', 'bob', 'agent']) await adapters.makeSshKey(stage.key(name), name)
    return stage
  }

  get opsRepo(): string {
    return join(this.folder, 'ops.git')
  }

  get project(): string {
    return join(this.folder, 'toy-project.git')
  }

  get config(): string {
    return join(this.folder, 'dispatcher', 'countersign.toml')
  }

  key(name: string): string {
    return join(this.folder, 'keys', name)
  }

  say(...lines: readonly string[]): void {
    this.teller.say(...lines)
  }

  init(): Promise<ExitCode> {
    const options = {
      dir: join(this.folder, 'dispatcher'),
      admin: [`alice=${this.key('alice')}.pub`],
      writer: [`bob=${this.key('bob')}.pub`],
      requester: [`agent=${this.key('agent')}.pub`],
      enable: true,
    }
    return this.teller.act(
      'operator',
      'init ops.git --admin alice=… --writer bob=… --requester agent=… --enable',
      (terminal) => initCommand(this.opsRepo, options, this.adapters, terminal),
    )
  }

  request(wish: Wish): Promise<ExitCode> {
    const options = { ...optionsOf(wish), repo: this.opsRepo, key: this.key('agent') }
    return this.teller.act('agent', shownAs(wish, this.folder), (terminal) =>
      requestCommand(wish.formula, options, this.adapters, terminal),
    )
  }

  tick(): Promise<ExitCode> {
    return this.teller.act('dispatcher', 'tick', (terminal) =>
      tickCommand({ config: this.config }, this.adapters, terminal),
    )
  }

  approve(who: string, id: string): Promise<ExitCode> {
    return this.teller.act(who, `approve ${id}`, (terminal) =>
      approveCommand(id, { repo: this.opsRepo, key: this.key(who), yes: true }, this.adapters, terminal),
    )
  }

  /** Leaves out the plan that comes before the answer: it is shown once. */
  approveInVain(who: string, id: string): Promise<ExitCode> {
    const options = { repo: this.opsRepo, key: this.key(who), yes: true }
    return this.teller.act(who, `approve ${id}`, (terminal) =>
      approveCommand(id, options, this.adapters, { ...terminal, out: () => undefined }),
    )
  }

  classify(formula: string): Promise<ExitCode> {
    return this.teller.act('operator', `classify ${formula}`, (terminal) =>
      classifyCommand(formula, { config: this.config }, this.adapters, terminal),
    )
  }

  log(id?: string): Promise<ExitCode> {
    return this.teller.act('auditor', id === undefined ? 'log' : `log ${id}`, (terminal) =>
      logCommand(id, { config: this.config }, this.adapters, terminal),
    )
  }

  verify(): Promise<ExitCode> {
    return this.teller.act('auditor', 'verify', (terminal) =>
      verifyCommand({ config: this.config }, this.adapters, terminal),
    )
  }

  /** A request written by hand, as somebody would who does not use our command. */
  async pushByHand(id: string, toml: string): Promise<void> {
    const ops = await this.adapters.openClone({
      path: join(this.folder, 'by-hand.git'),
      url: this.opsRepo,
      branch: 'main',
      as: 'dispatcher',
      gitConfig: [],
    })
    const { main } = await ops.remote.list()
    if (main === null) throw new Error('the ops repo was laid out before')
    await ops.remote.fetch(['refs/heads/main'])
    const edits = [{ kind: 'write' as const, path: `${ACTIONS_FOLDER}/${id}.toml`, bytes: text(toml) }]
    const commit = await ops.writer.commit({
      parents: [main],
      message: `request ${id}\n`,
      edits,
      author: { name: 'agent', email: 'agent@localhost' },
      at: this.adapters.now(),
    })
    await ops.remote.push([{ ref: `refs/heads/vault/${id}`, expected: null, to: commit }])
    await ops.close()
  }

  makeProject(): Promise<Oid> {
    return makeToyProject(this.project, this.folder, this.adapters)
  }

  /** @param countersign how the command is called here */
  toTry(countersign: string): readonly string[] {
    const [repo, config, key] = [this.opsRepo, this.config, this.key('agent')]
    return [
      `git -C ${repo} log --stat main`,
      `${countersign} status --config ${config}`,
      `${countersign} request groom-backlog --context "my own" --repo ${repo} --key ${key}`,
    ]
  }
}
