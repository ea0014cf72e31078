/** An ops repo in a forge with a dispatcher on it: real git over HTTP, real runs, and people who act by the forge's API. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type TickLine, tickLines } from '../../dispatcher/cli/tick-line.js'
import type { Config } from '../../dispatcher/config.js'
import { type Dispatcher, openDispatcher } from '../../dispatcher/dispatcher.js'
import { tick } from '../../dispatcher/tick.js'
import type { ForgeStop } from '../../lib/forge/forge-stop.js'
import { openForge } from '../../lib/forge/open-forge.js'
import { createDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import type { Oid } from '../../vault/oid.js'
import type { ForgeWorld, WorldRepo } from './forge/world/forge-world.js'
import type { Person } from './forge/world/person.js'
import { type ActionSpec, formula } from './ops-repo.js'
import { SILENT, testAdapters, testSupervisor } from './test-adapters.js'

export const FORGE_POLICY = `version = 1

[write]
enabled = true

[tiers]
touch = "low"
dev = "medium"
release = "high"
`

/** `alice` owns the repo, `amy` is an admin, `bob` and `agent` may write, `rita` may read, `stranger` is nobody. */
export type ForgeName = 'alice' | 'amy' | 'bob' | 'agent' | 'rita' | 'stranger' | 'robot'

export class ForgeOps {
  /** Milliseconds by which the clock of dispatchers is ahead of the forge's. */
  aheadMs = 0

  private constructor(
    readonly world: ForgeWorld,
    readonly repo: WorldRepo,
    readonly people: Readonly<Record<ForgeName, Person>>,
    readonly root: Oid,
    readonly folder: string,
  ) {}

  static async make(world: ForgeWorld, files: Readonly<Record<string, string>> = {}): Promise<ForgeOps> {
    const people = {} as Record<ForgeName, Person>
    for (const name of ['alice', 'amy', 'bob', 'agent', 'rita', 'stranger', 'robot'] as const)
      people[name] = await world.createUser(name)
    const repo = await world.createRepo(people.alice, 'ops', {
      files: {
        'policy.toml': FORGE_POLICY,
        'formulas/touch.toml': formula('touch'),
        'formulas/dev.toml': formula('dev'),
        'formulas/release.toml': formula('release'),
        'vault/actions/README.md': 'Actions\n',
        ...files,
      },
    })
    for (const [name, access] of [
      ['amy', 'admin'],
      ['robot', 'admin'],
      ['bob', 'write'],
      ['agent', 'write'],
      ['rita', 'read'],
    ] as const)
      await repo.addCollaborator(people[name], access)
    // A real forge works off later what was pushed.
    let root = await repo.tip('main')
    for (let look = 0; root === null && look < 40; look++) {
      await sleep(250)
      root = await repo.tip('main')
    }
    if (root === null) throw new Error('the first commit is there')
    return new ForgeOps(world, repo, people, root, await mkdtemp(join(tmpdir(), 'countersign-forge-ops-')))
  }

  get trace(): string {
    return join(this.folder, 'trace')
  }

  /** Ids that ran, in order, each time that they ran. */
  async ran(): Promise<readonly string[]> {
    const text = await readFile(this.trace, 'utf8').catch(() => '')
    return text.split('\n').filter((line) => line !== '')
  }

  action(id: string, spec: ActionSpec = {}): string {
    const head = [
      `id = "${spec.id ?? id}"`,
      `formula = "${spec.formula ?? 'touch'}"`,
      'context = "because"',
      'secrets = []',
    ]
    return [...head, ...(spec.lines ?? []), '', '[vars]', `trace = ${JSON.stringify(this.trace)}`, ''].join('\n')
  }

  /** Pushes `vault/<id>`. */
  push(id: string, spec: ActionSpec = {}, who: ForgeName = 'agent'): Promise<Oid> {
    const files = { [`vault/actions/${id}.toml`]: this.action(id, spec) }
    return this.repo.push(this.people[who], `vault/${id}`, { files, message: `request ${id}\n` })
  }

  /** Pushes `vault/<id>` and opens its pull request. @returns its number */
  async request(id: string, spec: ActionSpec = {}, who: ForgeName = 'agent'): Promise<number> {
    await this.push(id, spec, who)
    return this.as(who).openPull({ head: `vault/${id}` })
  }

  as(who: ForgeName) {
    return this.repo.as(this.people[who])
  }

  async dispatcher(name = 'one', overrides: Partial<Config> = {}, stop?: ForgeStop): Promise<Dispatcher> {
    const folder = join(this.folder, name)
    await mkdir(folder, { recursive: true })
    const keyPath = join(folder, 'dispatcher.key')
    try {
      createDispatcherKey(keyPath)
    } catch {
      // It is there from an earlier start of the same dispatcher.
    }
    const { robot } = this.people
    const environment = { PATH: process.env['PATH'] ?? '', HOME: this.folder }
    const config: Config = {
      ...{ path: join(folder, 'countersign.toml'), url: this.repo.cloneUrlAs(robot), branch: 'main', gitConfig: [] },
      forge: {
        kind: this.world.kind,
        url: this.world.url,
        repo: this.repo.fullName,
        credential: { kind: 'token', variable: 'TOKEN', token: { kind: 'found', value: robot.token } },
      },
      ...{ webhook: null, name, keyPath, cron: '* * * * * *', concurrency: 4, stateDir: join(folder, 'state') },
      ...{ runPath: environment.PATH, root: this.root, trustedKeys: [], agent: null, secretsDir: null },
      ...overrides,
    }
    const adapters = testAdapters({
      ...{ environment, now: () => Date.now() + this.aheadMs, supervisor: testSupervisor() },
      openForge: async ({ kind, url, repo }, stopping) =>
        // At the pace that GitHub asks for, most of a test would be waiting; `test/lib/forge` tests the pace.
        openForge(
          { kind, url, repo, auth: { kind: 'token', token: robot.token }, now: () => Date.now(), stop: stopping },
          { paceWrites: false },
        ),
    })
    return openDispatcher(config, adapters, SILENT, stop)
  }

  async tickBy(dispatcher: Dispatcher): Promise<readonly TickLine[]> {
    return tickLines(await tick(dispatcher, new Set()))
  }

  /** What one tick says of an action; undefined: nothing. */
  async verdictOn(dispatcher: Dispatcher, id: string): Promise<TickLine | undefined> {
    return (await this.tickBy(dispatcher)).find((line) => line.id === id)
  }

  /** A real forge works some of it off later: until then it is unverifiable, and is asked again. */
  async settled(dispatcher: Dispatcher, id: string): Promise<TickLine | undefined> {
    let verdict = await this.verdictOn(dispatcher, id)
    for (let look = 0; verdict?.verdict === 'unverifiable' && look < 60; look++) {
      await sleep(1_000)
      verdict = await this.verdictOn(dispatcher, id)
    }
    return verdict
  }

  async remove(): Promise<void> {
    await this.world.remove()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
