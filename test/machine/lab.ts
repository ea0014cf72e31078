/** An ops repo with a dispatcher, on a machine that is about to fail it. */
import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { oid } from '../../vault/oid.js'
import { type Ran, runCli, startCli } from '../e2e/cli.js'
import { Ops } from '../e2e/ops.js'
import { type Files, importCommits } from '../support/import-commits.js'
import { Daemon } from './daemon.js'
import { expectTold } from './tried.js'

export interface Surroundings {
  /** Over the operator's own. */
  readonly env?: Readonly<Record<string, string>>
  /** A program with its arguments that starts the command. */
  readonly under?: readonly string[]
}

export class Lab {
  #clock = 1_795_000_000

  private constructor(readonly ops: Ops) {}

  static async make(): Promise<Lab> {
    const lab = new Lab(await Ops.make())
    await lab.configure('[schedule]', '[schedule]\ncron = "* * * * * *"')
    return lab
  }

  /** Replaces words of the configuration. */
  async configure(from: string, to: string): Promise<void> {
    const text = await readFile(this.ops.config, 'utf8')
    if (!text.includes(from)) throw new Error(`the configuration has no ${from}`)
    await writeFile(this.ops.config, text.replace(from, to))
  }

  command(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
    return runCli([...args, '--config', this.ops.config], this.#options(surroundings))
  }

  tick(surroundings: Surroundings = {}): Promise<Ran> {
    return this.command(['tick', '--json'], surroundings)
  }

  /** Ends with the test, at the latest. */
  serve(surroundings: Surroundings = {}): Daemon {
    return new Daemon(startCli(['serve', '--config', this.ops.config], this.#options(surroundings)))
  }

  /** A low request; unsigned, which low may be. */
  request(id: string): Promise<void> {
    return this.push(`refs/heads/vault/${id}`, { [`vault/actions/${id}.toml`]: this.ops.action(id) })
  }

  /** A commit upon main, where only the server's disk is asked. */
  async push(ref: string, files: Files): Promise<void> {
    const main = oid(await this.ops.git('rev-parse', 'refs/heads/main'))
    const author = { name: 'agent', email: 'agent@example.org' }
    const commit = { ref, parents: [main], tree: null, files, message: 'a commit\n', author, at: this.#clock++ }
    await importCommits(this.ops.path, [commit])
  }

  remove(): Promise<void> {
    return this.ops.remove()
  }

  #options({ env = {}, under = [] }: Surroundings) {
    const { operator } = this.ops.people
    return { cwd: operator.home, env: { ...operator.env, ...env }, under }
  }
}

/** One message of one line that says all of these, and no more. */
export function expectStop(ran: Ran, code: number, ...said: readonly (string | RegExp)[]): void {
  expect(ran.code, `${ran}`).toBe(code)
  const lines = ran.stderr.split('\n').filter((line) => line !== '')
  expect(lines, `${ran}`).toHaveLength(1)
  expectTold(lines[0] ?? '', /^error: /, ...said)
}
