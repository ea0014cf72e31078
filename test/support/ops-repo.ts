/** An ops repo on plain git with a dispatcher on it: real git, real keys, real runs; only the clock can be set. */

import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Adapters } from '../../dispatcher/adapters.js'
import { type TickLine, tickLines } from '../../dispatcher/cli/tick-line.js'
import type { Config } from '../../dispatcher/config.js'
import { type Dispatcher, openDispatcher } from '../../dispatcher/dispatcher.js'
import { tick } from '../../dispatcher/tick.js'
import { createDispatcherKey, loadDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import { recordVerifier } from '../../lib/signing/record-verifier.js'
import type { Oid } from '../../vault/oid.js'
import { decodeRecord } from '../../vault/record/decode.js'
import type { Statement } from '../../vault/record/statement.js'
import { type Files, makeRemote, type TestKey, type TestRemote } from './git-repo.js'
import { run } from './run-git.js'
import { SILENT, testAdapters, testSupervisor } from './test-adapters.js'

export const POLICY = `version = 1

[write]
enabled = true

[tiers]
touch = "low"
dev = "medium"
release = "high"

[signers]
alice = "admin"
amy = "admin"
bob = "write"
agent = "request"
`

/** Appends its id to a file outside, so that every run leaves a trace that can be counted. */
export const formula = (name: string) => `name = "${name}"
description = "Appends its id to a file."
version = 1

[vars.trace]
description = "File to append to."
required = true

[[steps]]
id = "append"
title = "Append the id"
run = 'printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"'
`

/** Mallory has a key, and is nobody. The bot has one, and a role only where a test gives it. */
function signerLines({ mallory: _nobody, ...keys }: OpsRepo['keys']): string {
  return Object.entries(keys)
    .map(([principal, key]) => `${principal} ${key.publicKey}\n`)
    .join('')
}

export interface ActionSpec {
  readonly formula?: string
  readonly lines?: readonly string[]
  readonly vars?: Readonly<Record<string, string>>
  readonly id?: string
}

export class OpsRepo {
  #now = Date.UTC(2026, 10, 22, 8)

  private constructor(
    readonly remote: TestRemote,
    readonly root: Oid,
    readonly keys: Readonly<Record<'alice' | 'amy' | 'bob' | 'bot' | 'agent' | 'mallory', TestKey>>,
    private readonly supervisor: readonly string[],
  ) {}

  /** @param files laid over the standard layout of the first commit */
  static async make(
    files: Readonly<Record<string, string | null>> = {},
    supervisor: readonly string[] = testSupervisor(),
  ): Promise<OpsRepo> {
    const remote = await makeRemote()
    const [alice, amy, bob, bot, agent, mallory] = await Promise.all(
      ['alice', 'amy', 'bob', 'bot', 'agent', 'mallory'].map((name) => remote.key(name)),
    )
    const keys = { alice: alice!, amy: amy!, bob: bob!, bot: bot!, agent: agent!, mallory: mallory! }
    const root = await remote.commit({
      message: 'lay out\n',
      files: {
        'policy.toml': POLICY,
        allowed_signers: signerLines(keys),
        'formulas/touch.toml': formula('touch'),
        'formulas/dev.toml': formula('dev'),
        'formulas/release.toml': formula('release'),
        'vault/actions/README.md': 'Actions\n',
        ...files,
      },
    })
    return new OpsRepo(remote, root, keys, supervisor)
  }

  /** The text of a formula that appends its id to the trace. */
  static formula(name: string): string {
    return formula(name)
  }

  /** The text of a formula that waits behind a gate before it appends its id. */
  static gate(name: string): string {
    const wait = `: > "$VAR_TRACE.up"; while [ ! -e "$VAR_TRACE.go" ]; do sleep 0.05; done; `
    return formula(name).replace("run = '", `run = '${wait}`)
  }

  /** Resolves when a run waits at its gate. */
  async atGate(): Promise<void> {
    while (!existsSync(`${this.trace}.up`)) await sleep(20)
  }

  openGate(): Promise<void> {
    return writeFile(`${this.trace}.go`, '')
  }

  get trace(): string {
    return join(this.remote.folder, 'trace')
  }

  /** Ids that ran, in order, each time that they ran. */
  async ran(): Promise<readonly string[]> {
    const text = await readFile(this.trace, 'utf8').catch(() => '')
    return text.split('\n').filter((line) => line !== '')
  }

  passTime(ms: number): void {
    this.#now += ms
  }

  get now(): number {
    return this.#now
  }

  action(id: string, spec: ActionSpec = {}): string {
    const vars = Object.entries({ trace: this.trace, ...spec.vars }).map(
      ([name, value]) => `${name} = ${JSON.stringify(value)}`,
    )
    const lines = [
      `id = "${spec.id ?? id}"`,
      `formula = "${spec.formula ?? 'touch'}"`,
      'context = "because"',
      'secrets = []',
      ...(spec.lines ?? []),
      '',
      '[vars]',
      ...vars,
      '',
    ]
    return lines.join('\n')
  }

  /** Pushes a request branch; unsigned where no key is given. */
  request(id: string, spec: ActionSpec = {}, sign?: TestKey): Promise<Oid> {
    return this.file(`vault/${id}`, { [`vault/actions/${id}.toml`]: this.action(id, spec) }, sign)
  }

  /** A branch from the present main with these files. */
  async file(branch: string, files: Files, sign?: TestKey): Promise<Oid> {
    const parent = await this.remote.ref('main')
    return this.remote.commit({ branch, parent, files, ...(sign === undefined ? {} : { sign }) })
  }

  /** A commit straight on main; unsigned where no key is given. */
  put(files: Files, sign?: TestKey, message = 'a commit\n'): Promise<Oid> {
    return this.remote.commit({ files, message, ...(sign === undefined ? {} : { sign }) })
  }

  /** The comment on a request's head; null where there is none. */
  async note(head: Oid): Promise<string | null> {
    const text = await this.remote.git(['notes', '--ref=refs/notes/countersign', 'show', head], { mayFail: true })
    return text === '' ? null : text
  }

  /** A file of main, byte for byte; null where there is none. */
  async bytes(path: string): Promise<Buffer | null> {
    const bytes = await run('git', ['cat-file', 'blob', `main:${path}`], this.remote.path, { mayFail: true })
    return bytes.length > 0 || (await this.remote.paths('main', path)).length > 0 ? bytes : null
  }

  /** A record of main, decoded; throws where it is not signed by the dispatcher of this name. */
  async record(path: string, name = 'one'): Promise<Statement['predicate']> {
    const { publicKey } = loadDispatcherKey(join(this.remote.folder, name, 'dispatcher.key'))
    const decoded = decodeRecord((await this.bytes(path)) ?? new Uint8Array(), recordVerifier([publicKey]))
    if (decoded.kind !== 'valid') throw new Error(`${path}: ${JSON.stringify(decoded)}`)
    return decoded.statement.predicate
  }

  /** Paths below `vault/`, less the README. */
  async records(): Promise<readonly string[]> {
    const paths = await this.remote.paths('main', 'vault')
    return paths.filter((path) => path !== 'vault/actions/README.md')
  }

  async main(): Promise<Oid> {
    return (await this.remote.ref('main'))!
  }

  /** The exact signed merge that `approve` makes. */
  async approve(head: Oid, sign: TestKey | null): Promise<Oid> {
    const parents = [await this.main(), head]
    return this.remote.merge({ parents, ...(sign === null ? {} : { sign }) })
  }

  async configure(name = 'one', overrides: Partial<Config> = {}): Promise<{ config: Config; adapters: Adapters }> {
    const folder = join(this.remote.folder, name)
    await mkdir(folder, { recursive: true })
    const keyPath = join(folder, 'dispatcher.key')
    try {
      createDispatcherKey(keyPath)
    } catch {
      // It is there from an earlier start of the same dispatcher.
    }
    const environment = { PATH: process.env['PATH'] ?? '', HOME: this.remote.folder }
    const config: Config = {
      path: join(folder, 'countersign.toml'),
      url: this.remote.url,
      branch: 'main',
      gitConfig: [],
      forge: null,
      webhook: null,
      name,
      keyPath,
      cron: '* * * * * *',
      concurrency: 4,
      stateDir: join(folder, 'state'),
      runPath: environment.PATH,
      root: this.root,
      trustedKeys: [],
      agent: null,
      secretsDir: null,
      ...overrides,
    }
    return { config, adapters: testAdapters({ environment, now: () => this.#now, supervisor: this.supervisor }) }
  }

  async dispatcher(name = 'one', overrides: Partial<Config> = {}): Promise<Dispatcher> {
    const { config, adapters } = await this.configure(name, overrides)
    return openDispatcher(config, adapters, SILENT)
  }

  /** One tick of a dispatcher that is opened for it, as `countersign tick` does. */
  async tick(name = 'one', overrides: Partial<Config> = {}): Promise<readonly TickLine[]> {
    const dispatcher = await this.dispatcher(name, overrides)
    try {
      return await this.tickBy(dispatcher)
    } finally {
      await dispatcher.close()
    }
  }

  async tickBy(dispatcher: Dispatcher): Promise<readonly TickLine[]> {
    return tickLines(await tick(dispatcher, new Set()))
  }

  remove(): Promise<void> {
    return this.remote.remove()
  }
}
