/**
 * An ops repo as a team has it: a bare repository, a dispatcher of the operator's, and people. Everything was set up by
 * the commands that people use; small formulas of the team's own say in a file that they ran.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import './patience.js'
import type { Json, Ran } from './cli.js'
import type { Clone } from './clone.js'
import { User } from './user.js'

export interface OpsSpec {
  /** Default true. */
  readonly isEnabled?: boolean
}

/** `mallory` has a key, and is nobody here; `eve` has no key at all. */
const NAMES = ['operator', 'alice', 'amy', 'bob', 'agent', 'mallory', 'eve'] as const
export type Name = (typeof NAMES)[number]
export type People = Readonly<Record<Name, User>>

export interface ActionSpec {
  readonly formula?: string
  /** Lines before `[vars]`. */
  readonly lines?: readonly string[]
  readonly vars?: Readonly<Record<string, string>>
}

export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'countersign-e2e-'))
}

export class Ops {
  #clones = new Map<User, Promise<Clone>>()

  private constructor(
    readonly folder: string,
    readonly people: People,
    /** What `init` told. */
    readonly told: Json,
  ) {}

  static async make({ isEnabled = true }: OpsSpec = {}): Promise<Ops> {
    const folder = await makeFolder()
    const people = await makePeople(folder)
    const told = await people.operator.cli(
      ...['init', join(folder, 'ops.git'), '--dir', join(folder, 'dispatcher'), '--json'],
      ...['--admin', `alice=${people.alice.publicKey}`, '--admin', `amy=${people.amy.publicKey}`],
      ...['--writer', `bob=${people.bob.publicKey}`, '--requester', `agent=${people.agent.publicKey}`],
      ...(isEnabled ? ['--enable'] : []),
    )
    if (told.code !== 0) throw new Error(`${told}`)
    const ops = new Ops(folder, people, told.json())
    await ops.#addFormulas()
    return ops
  }

  get path(): string {
    return join(this.folder, 'ops.git')
  }

  get config(): string {
    return join(this.folder, 'dispatcher', 'countersign.toml')
  }

  get stateFolder(): string {
    return join(this.folder, 'dispatcher', 'state')
  }

  get trace(): string {
    return join(this.folder, 'trace')
  }

  /** Lines that runs left, in order: the id when it ends, `begin <id>` before that where the formula takes its time. */
  async ran(): Promise<readonly string[]> {
    const text = await readFile(this.trace, 'utf8').catch(() => '')
    return text.split('\n').filter((line) => line !== '')
  }

  /** The clone in which somebody works by hand; made when first asked for. */
  cloneOf(user: User): Promise<Clone> {
    const clone = this.#clones.get(user) ?? user.clone(this.path)
    this.#clones.set(user, clone)
    return clone
  }

  action(id: string, { formula = 'note', lines = [], vars = {} }: ActionSpec = {}): string {
    const head = [`id = "${id}"`, `formula = "${formula}"`, 'context = "because"', 'secrets = []', ...lines]
    const values = Object.entries(vars).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
    return [...head, '', '[vars]', ...values, ''].join('\n')
  }

  /** A request written and pushed by hand, signed as the user's git does it. */
  async push(user: User, id: string, spec: ActionSpec = {}, isSigned = true): Promise<string> {
    return (await this.cloneOf(user)).pushRequest(id, this.action(id, spec), { isSigned })
  }

  operate(...args: readonly string[]): Promise<Ran> {
    return this.people.operator.cli(...args, '--config', this.config)
  }

  async tick(): Promise<Ran> {
    return this.operate('tick', '--json')
  }

  /** A tick that must go well, by action. */
  async verdicts(): Promise<Readonly<Record<string, Json>>> {
    const ran = await this.tick()
    if (ran.code !== 0) throw new Error(`${ran}`)
    return byId(ran)
  }

  /** In the bare repository itself; the output without the line break at its end. */
  git(...args: readonly string[]): Promise<string> {
    return this.people.operator.git(this.path, ...args)
  }

  async paths(folder: string): Promise<readonly string[]> {
    const listing = await this.git('ls-tree', '-r', '--name-only', 'main', '--', folder)
    return listing.split('\n').filter((path) => path !== '')
  }

  async branches(): Promise<readonly string[]> {
    const listing = await this.git('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads')
    return listing.split('\n')
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** An admin edits the trust set, as it is done: signed, in a clone, pushed to main. */
  async edit(user: User, files: Readonly<Record<string, string | null>>, message = 'edit the policy'): Promise<string> {
    return (await this.cloneOf(user)).pushToMain({ message, files })
  }

  readMain(path: string): Promise<string> {
    return this.git('cat-file', 'blob', `main:${path}`)
  }

  async #addFormulas(): Promise<void> {
    const formulas = {
      ...named('note', NOTE),
      ...named('note-reviewed', NOTE),
      ...named('note-gated', NOTE),
      ...named('nap', NAP),
      ...named('trip', TRIP),
    }
    const tiers = '[tiers]\nnote = "low"\nnap = "low"\ntrip = "low"\nnote-reviewed = "medium"\nnote-gated = "high"'
    const files = Object.entries(formulas).map(([path, text]) => [path, text.replace('TRACE', this.trace)])
    const policy = (await this.readMain('policy.toml')).replace('[tiers]', tiers)
    await this.edit(
      this.people.alice,
      { ...Object.fromEntries(files), 'policy.toml': `${policy}\n` },
      'add formulas of our own',
    )
  }
}

export function byId(ran: Ran): Readonly<Record<string, Json>> {
  return Object.fromEntries(ran.lines().map((line) => [String(line['id']), line]))
}

export async function makePeople(folder: string): Promise<People> {
  const users = await Promise.all(NAMES.map((name) => User.make(folder, name, { hasKey: name !== 'eve' })))
  return Object.fromEntries(users.map((user) => [user.name, user])) as Record<Name, User>
}

function named(name: string, text: string): Readonly<Record<string, string>> {
  return { [`formulas/${name}.toml`]: `name = "${name}"\n${text}` }
}

const TRACE_VARIABLE = `version = 1
[vars.trace]
description = "File that the run leaves its id in"
default = "TRACE"
`

const NOTE = `description = "Writes its id into a file."
${TRACE_VARIABLE}
[vars.words]
description = "What to say"
default = "hello"
pattern = '[a-z ]{1,40}'

[[steps]]
id = "write"
title = "Write it down"
run = '''
printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"
printf "words=%s\\n" "$VAR_WORDS" >> "$COUNTERSIGN_OUTPUT"
echo "it said: $VAR_WORDS"
'''
`

const NAP = `description = "Takes its time."
${TRACE_VARIABLE}
[vars.seconds]
description = "How long"
required = true
pattern = '[0-9]{1,3}'

[[steps]]
id = "nap"
title = "Sleep, and say so"
run = '''
printf "begin %s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"
sleep "$VAR_SECONDS"
printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"
'''
`

const TRIP = `description = "Fails."
version = 1

[[steps]]
id = "trip"
title = "Fall over"
run = 'echo "fell over" >&2; exit 7'
`
