/** The built command line, run as a process of its own: what it printed, how it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../lib/package-root.js'

/** Set it to the folder of an installed package, to test that one. */
const PACKAGE = process.env['COUNTERSIGN_E2E_PACKAGE'] ?? (await packageRoot())
const MAIN = join(PACKAGE, 'dist', 'dispatcher', 'main.js')
/** A command that hangs fails its own test, by name, before the runner gives up on it. */
const LIMIT_MS = 60_000

export type Json = Readonly<Record<string, unknown>>

export interface CliOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** A program with its arguments that starts it: with fewer rights, or limits. */
  readonly under?: readonly string[]
}

export class Ran {
  constructor(
    readonly args: readonly string[],
    /** Null where a signal ended it. */
    readonly code: number | null,
    readonly stdout: string,
    readonly stderr: string,
  ) {}

  /** Everything that a person would see. */
  get text(): string {
    return this.stdout + this.stderr
  }

  /** Stdout as the one JSON value that it must be. */
  json(): Json {
    const [only, ...more] = this.lines()
    if (only === undefined || more.length > 0) throw new Error(`expected one JSON value: ${this}`)
    return only
  }

  /** Stdout as JSON, a value a line. */
  lines(): readonly Json[] {
    const lines = this.stdout.split('\n').filter((line) => line !== '')
    return lines.map((line) => {
      try {
        return JSON.parse(line) as Json
      } catch {
        throw new Error(`stdout has a line that is no JSON: ${this}`)
      }
    })
  }

  toString(): string {
    return `countersign ${this.args.join(' ')}\nexit code ${this.code}\n--- stdout\n${this.stdout}--- stderr\n${this.stderr}`
  }
}

/** A command that goes on: a daemon, or somebody who waits. */
export class Running {
  readonly #output = { out: '', err: '' }
  readonly ended: Promise<Ran>

  constructor(
    args: readonly string[],
    private readonly child: ChildProcess,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#output.out += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#output.err += chunk.toString()
    })
    this.ended = new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve(new Ran(args, code, this.#output.out, this.#output.err)))
    })
  }

  get stderr(): string {
    return this.#output.err
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('it was not started')
    return this.child.pid
  }

  /** To this process alone: what it started lives on. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }
}

export function startCli(args: readonly string[], { cwd, env, under = [] }: CliOptions): Running {
  const [program = process.execPath, ...first] = [...under, process.execPath]
  const child = spawn(program, [...first, MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  return new Running(args, child)
}

/** With `--json`, stdout that is anything else fails here. */
export async function runCli(args: readonly string[], options: CliOptions): Promise<Ran> {
  const running = startCli(args, options)
  const limit = setTimeout(() => running.signal('SIGKILL'), LIMIT_MS)
  const ran = await running.ended
  clearTimeout(limit)
  if (args.includes('--json')) ran.lines()
  return ran
}
