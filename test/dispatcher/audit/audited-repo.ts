/** An ops repo with an honest history by a real dispatcher, and branches of it on which somebody did something else. */
import type { Adapters } from '../../../dispatcher/adapters.js'
import type { Terminal } from '../../../dispatcher/cli/terminal.js'
import { verifyCommand } from '../../../dispatcher/cli/verify-command.js'
import { loadDispatcherKey } from '../../../lib/signing/dispatcher-key.js'
import type { RecordSigner } from '../../../lib/signing/port.js'
import type { AuditFinding } from '../../../vault/audit/finding.js'
import type { Oid } from '../../../vault/oid.js'
import type { Files } from '../../support/git-repo.js'
import { OpsRepo } from '../../support/ops-repo.js'
import { run } from '../../support/run-git.js'

const MINUTE = 60_000

export interface Verified {
  readonly exitCode: number
  readonly ok: boolean
  readonly checked: number
  readonly judged: number
  readonly root: string | null
  readonly findings: readonly AuditFinding[]
}

export class Screen implements Terminal {
  readonly lines: string[] = []
  readonly isInteractive = false
  readonly hasColour = false

  out(line: string): void {
    this.lines.push(line)
  }

  err(line: string): void {
    this.lines.push(line)
  }

  isHeard(): boolean {
    return true
  }
}

export class AuditedRepo {
  #branches = 0

  private constructor(
    readonly ops: OpsRepo,
    readonly signer: RecordSigner,
    readonly adapters: Adapters,
  ) {}

  static async make(): Promise<AuditedRepo> {
    const ops = await OpsRepo.make()
    const { config, adapters } = await ops.configure()
    return new AuditedRepo(ops, loadDispatcherKey(config.keyPath), adapters)
  }

  /** Low, medium and high fire, and one that nobody approved is refused; half an hour apart from each other. */
  async honestStory(): Promise<void> {
    const { agent, alice, bob } = this.ops.keys
    await this.ops.request('low-1')
    await this.#tick()
    await this.ops.approve(await this.ops.request('dev-1', { formula: 'dev' }, agent), bob)
    await this.#tick()
    await this.ops.approve(await this.ops.request('rel-1', { formula: 'release' }, agent), alice)
    await this.#tick()
    await this.ops.remote.commit({
      files: { 'vault/actions/direct-1.toml': this.ops.action('direct-1', { formula: 'release' }) },
    })
    await this.#tick()
  }

  async #tick(): Promise<void> {
    await this.ops.tick()
    this.ops.passTime(30 * MINUTE)
  }

  /** A new branch at main: what happens on it is as if it had happened to main. */
  async branch(): Promise<string> {
    const name = `attacked-${this.#branches++}`
    await this.ops.remote.setRef(name, await this.ops.main())
    return name
  }

  /** Commits by somebody on a new branch, one after the other. */
  async attack(...commits: readonly Files[]): Promise<string> {
    const branch = await this.branch()
    for (const files of commits) await this.ops.remote.commit({ branch, files })
    return branch
  }

  /** A file byte for byte. */
  async read(path: string, branch = 'main'): Promise<string> {
    return (await run('git', ['cat-file', 'blob', `${branch}:${path}`], this.ops.remote.path)).toString()
  }

  /** The folder of a fired action: the first whose path ends so. */
  async folderOf(id: string): Promise<string> {
    const paths = await this.ops.remote.paths('main', 'vault/fired')
    const intent = paths.find((path) => path.endsWith(`/${id}/intent.json`))
    if (intent === undefined) throw new Error(`${id} did not fire`)
    return intent.slice(0, -'/intent.json'.length)
  }

  async verify(branch = 'main', options: { root?: Oid | undefined; keys?: readonly string[] } = {}): Promise<Verified> {
    const screen = new Screen()
    const repo = this.ops.remote.url
    const key = options.keys ?? [this.signer.publicKey]
    const exitCode = await verifyCommand({ repo, branch, key, root: options.root, json: true }, this.adapters, screen)
    return { exitCode, ...JSON.parse(screen.lines.join('\n')) }
  }

  remove(): Promise<void> {
    return this.ops.remove()
  }
}
