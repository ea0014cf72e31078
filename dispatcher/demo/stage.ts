/** The demo's props: an ops repo, a toy project, three people with keys, and the real commands to act with. */
import { join } from 'node:path'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import { approveCommand } from '../cli/approve-command.js'
import { classifyCommand } from '../cli/classify-command.js'
import { initCommand } from '../cli/init-command.js'
import { logCommand } from '../cli/log-command.js'
import { requestCommand } from '../cli/request-command.js'
import { CommandError, type ExitCode, type Terminal } from '../cli/terminal.js'
import { tickCommand } from '../cli/tick-command.js'
import { verifyCommand } from '../cli/verify-command.js'
import { ACTIONS_FOLDER } from '../observe/waiting-reader.js'

const AUTHOR = { name: 'Toy project', email: 'toy@localhost' }
const text = (content: string) => new TextEncoder().encode(content)

export class Stage {
  private constructor(
    readonly folder: string,
    readonly adapters: Adapters,
    private readonly terminal: Terminal,
  ) {}

  static async build(folder: string, adapters: Adapters, terminal: Terminal): Promise<Stage> {
    // What the commands remember of the ops repo stays in the demo's folder.
    const environment = { ...adapters.environment, XDG_CACHE_HOME: join(folder, 'cache') }
    const stage = new Stage(folder, { ...adapters, environment }, terminal)
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
    for (const line of ['', ...lines]) this.terminal.out(line)
  }

  /** Shows a command as somebody would type it, runs it, and shows what it says. */
  async act(who: string, shown: string, run: (terminal: Terminal) => Promise<ExitCode>): Promise<ExitCode> {
    this.terminal.out(`  ${who} $ countersign ${shown}`)
    const indented: Terminal = {
      ...this.terminal,
      out: (line) => this.#indent(line),
      err: (line) => this.#indent(line),
      isInteractive: false,
    }
    try {
      return await run(indented)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.#indent(error.message)
      return error.exitCode
    }
  }

  init(): Promise<ExitCode> {
    const options = {
      dir: join(this.folder, 'dispatcher'),
      admin: [`alice=${this.key('alice')}.pub`],
      writer: [`bob=${this.key('bob')}.pub`],
      requester: [`agent=${this.key('agent')}.pub`],
      enable: true,
    }
    return this.act(
      'operator',
      'init ops.git --admin alice=… --writer bob=… --requester agent=… --enable',
      (terminal) => initCommand(this.opsRepo, options, this.adapters, terminal),
    )
  }

  request(
    id: string,
    formula: string,
    context: string,
    more: { readonly var?: readonly string[]; readonly blastRadius?: 'low' } = {},
  ): Promise<ExitCode> {
    const options = {
      repo: this.opsRepo,
      key: this.key('agent'),
      id,
      context,
      var: more.var ?? [],
      secret: [],
      tool: [],
      ...(more.blastRadius === undefined ? {} : { blastRadius: more.blastRadius }),
    }
    const variables = options.var.map((variable) => ` --var ${variable.replace(this.folder, '…')}`).join('')
    const radius = more.blastRadius === undefined ? '' : ` --blast-radius ${more.blastRadius}`
    const shown = `request ${formula} --id ${id} --context "${context}"${variables}${radius}`
    return this.act('agent', shown, (terminal) => requestCommand(formula, options, this.adapters, terminal))
  }

  tick(): Promise<ExitCode> {
    return this.act('dispatcher', 'tick', (terminal) => tickCommand({ config: this.config }, this.adapters, terminal))
  }

  approve(who: string, id: string): Promise<ExitCode> {
    return this.act(who, `approve ${id}`, (terminal) =>
      approveCommand(id, { repo: this.opsRepo, key: this.key(who), yes: true }, this.adapters, terminal),
    )
  }

  /** Leaves out the plan that comes before the answer: it is shown once. */
  approveInVain(who: string, id: string): Promise<ExitCode> {
    const options = { repo: this.opsRepo, key: this.key(who), yes: true }
    return this.act(who, `approve ${id}`, (terminal) =>
      approveCommand(id, options, this.adapters, { ...terminal, out: () => undefined }),
    )
  }

  classify(formula: string): Promise<ExitCode> {
    return this.act('operator', `classify ${formula}`, (terminal) =>
      classifyCommand(formula, { config: this.config }, this.adapters, terminal),
    )
  }

  log(id?: string): Promise<ExitCode> {
    return this.act('auditor', id === undefined ? 'log' : `log ${id}`, (terminal) =>
      logCommand(id, { config: this.config }, this.adapters, terminal),
    )
  }

  verify(): Promise<ExitCode> {
    return this.act('auditor', 'verify', (terminal) => verifyCommand({ config: this.config }, this.adapters, terminal))
  }

  /** A request written by hand, as somebody would who does not use our command. */
  async pushByHand(id: string, toml: string): Promise<void> {
    const ops = await this.adapters.openClone({
      path: join(this.folder, 'by-hand.git'),
      url: this.opsRepo,
      branch: 'main',
      as: 'dispatcher',
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

  /** A project with one commit, for the release and the upgrade to work on. */
  async makeProject(): Promise<Oid> {
    await this.adapters.localRepositories.createBare(this.project, 'main')
    const project = await this.adapters.openClone({
      path: join(this.folder, 'toy-project-clone.git'),
      url: this.project,
      branch: 'main',
      as: 'dispatcher',
    })
    const manifest = `${JSON.stringify({ name: 'toy', version: '1.0.0', dependencies: { zod: '^4.5.0' } }, null, 2)}\n`
    const edits = [{ kind: 'write' as const, path: 'package.json', bytes: text(manifest) }]
    const commit = await project.writer.commit({
      parents: [],
      message: 'A toy project\n',
      edits,
      author: AUTHOR,
      at: this.adapters.now(),
    })
    await project.remote.push([{ ref: 'refs/heads/main', expected: null, to: commit }])
    await project.close()
    return commit
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

  #indent(text: string): void {
    for (const line of text.split('\n')) this.terminal.out(`      ${line}`)
  }
}
