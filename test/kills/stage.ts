/** The place of it all: one bare ops repo, two dispatchers with a key and a state folder each, an admin, and an agent. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ran } from '../e2e/cli.js'
import type { Clone } from '../e2e/clone.js'
import { User } from '../e2e/user.js'
import { formulaFiles, SECRET } from './formulas.js'
import { kill, processesAt } from './processes.js'

/** Not a word that could be in a record by chance. */
export const SECRET_VALUE = 'tok-5d0c7f6be1a94'

const LOOK_MS = 50

export interface Station {
  readonly name: 'first' | 'second'
  readonly config: string
  readonly stateFolder: string
  readonly key: string
}

export interface StageSpec {
  /** Refs of the ops repo stay locked for a moment whenever they move, as on a slow disk: then kills leave locks there, too. */
  readonly hasSlowRefs?: boolean
}

/** git calls it with the locks taken, and again when they are gone. */
const SLOW_REFS = `#!/bin/sh
if [ "$1" = prepared ]; then sleep 0.02; fi
`

export class Stage {
  #isOver = false

  private constructor(
    readonly folder: string,
    readonly operator: User,
    readonly admin: User,
    readonly agentClone: Clone,
    readonly stations: readonly [Station, Station],
  ) {}

  static async make({ hasSlowRefs = false }: StageSpec = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-kills-'))
    const env = { [`COUNTERSIGN_SECRET_${SECRET}`]: SECRET_VALUE }
    const operator = await User.make(folder, 'operator', { env })
    const alice = await User.make(folder, 'alice')
    const agent = await User.make(folder, 'agent')
    const repo = join(folder, 'ops.git')
    const people = ['--admin', `alice=${alice.publicKey}`, '--requester', `agent=${agent.publicKey}`, '--enable']
    const first = await joined(operator, folder, repo, 'first', people)
    const second = await joined(operator, folder, repo, 'second', ['--trust-key', first.key])
    await adapt(first, second)
    await adapt(second, first)
    await addFormulas(alice, repo, join(folder, 'effects'))
    if (hasSlowRefs) {
      await mkdir(join(repo, 'hooks'), { recursive: true })
      await writeFile(join(repo, 'hooks', 'reference-transaction'), SLOW_REFS, { mode: 0o755 })
    }
    return new Stage(folder, operator, alice, await agent.clone(repo), [first, second])
  }

  /** Nothing is started here any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Ends whatever still lives here: also of a play that was cut off. */
  async end(): Promise<void> {
    this.#isOver = true
    for (let alive = processesAt(this.folder); alive.length > 0; alive = processesAt(this.folder)) {
      for (const each of alive) kill(each, 'SIGKILL')
      await sleep(LOOK_MS)
    }
  }

  /** Whoever types it waits for it, however long it takes: nobody is killed here but by the killer. */
  type(user: User, ...args: readonly string[]): Promise<Ran> {
    return user.start(...args).ended
  }

  get repo(): string {
    return join(this.folder, 'ops.git')
  }

  get effects(): string {
    return join(this.folder, 'effects')
  }

  /** In the bare repository itself. */
  git(...args: readonly string[]): Promise<string> {
    return this.operator.git(this.repo, ...args)
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function joined(
  operator: User,
  folder: string,
  repo: string,
  name: Station['name'],
  options: readonly string[],
): Promise<Station> {
  const told = await operator.start('init', repo, '--dir', join(folder, name), ...options, '--json').ended
  if (told.code !== 0) throw new Error(`${told}`)
  const { config, dispatcher_key } = told.json()
  return { name, config: String(config), stateFolder: join(folder, name, 'state'), key: String(dispatcher_key) }
}

/** Ticks each second, and takes the records of the other one for good. */
async function adapt(station: Station, other: Station): Promise<void> {
  const text = (await readFile(station.config, 'utf8'))
    .replace('[schedule]', '[schedule]\ncron = "* * * * * *"')
    .replace(/^keys = .*$/m, `keys = [${JSON.stringify(other.key)}]`)
  await writeFile(station.config, text)
}

async function addFormulas(admin: User, repo: string, effects: string): Promise<void> {
  const clone = await admin.clone(repo)
  const policy = await clone.git('show', 'origin/main:policy.toml')
  await clone.pushToMain({ message: 'add formulas of our own', files: formulaFiles(`${policy}\n`, effects) })
}
