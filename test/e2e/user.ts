/** Somebody with a home, a git configuration, a cache and perhaps a key of their own. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../support/run-git.js'
import { makeKey } from '../support/ssh-key.js'
import { type Ran, type Running, runCli, startCli } from './cli.js'
import { Clone } from './clone.js'

export interface UserSpec {
  /** Signs with a key of their own, as their git says; false: their git knows a name and no key. */
  readonly hasKey?: boolean
  readonly env?: Readonly<Record<string, string>>
}

export class User {
  #clones = 0

  private constructor(
    readonly name: string,
    readonly home: string,
    readonly env: Readonly<Record<string, string>>,
    /** Path of the public key; empty for who has none. */
    readonly publicKey: string,
  ) {}

  static async make(folder: string, name: string, { hasKey = true, env = {} }: UserSpec = {}): Promise<User> {
    const home = join(folder, 'home', name)
    await mkdir(home, { recursive: true })
    const key = hasKey ? await makeKey(join(home, '.ssh'), name) : null
    const signing = key === null ? '' : `\tsigningkey = ${key.path}.pub\n[gpg]\n\tformat = ssh\n`
    await writeFile(join(home, '.gitconfig'), `[user]\n\tname = ${name}\n\temail = ${name}@example.org\n${signing}`)
    const own = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      GIT_CONFIG_NOSYSTEM: '1',
      LC_ALL: 'C',
    }
    return new User(name, home, { ...own, ...env }, key === null ? '' : `${key.path}.pub`)
  }

  /** The same person in another surrounding. */
  with(env: Readonly<Record<string, string>>): User {
    return new User(this.name, this.home, { ...this.env, ...env }, this.publicKey)
  }

  /** Types `countersign …` at home. */
  cli(...args: readonly string[]): Promise<Ran> {
    return runCli(args, { cwd: this.home, env: this.env })
  }

  cliIn(cwd: string, ...args: readonly string[]): Promise<Ran> {
    return runCli(args, { cwd, env: this.env })
  }

  /** Does not wait for its end. */
  start(...args: readonly string[]): Running {
    return startCli(args, { cwd: this.home, env: this.env })
  }

  async git(folder: string, ...args: readonly string[]): Promise<string> {
    return (await run('git', args, folder, { env: this.#gitEnvironment() })).toString().trimEnd()
  }

  async clone(url: string): Promise<Clone> {
    const path = join(this.home, `clone-${this.#clones++}`)
    await this.git(this.home, 'clone', '--quiet', url, path)
    return new Clone(this, path)
  }

  /** Undoes what tests set for git: this is about how people have it. */
  #gitEnvironment(): Record<string, string> {
    const { name } = this
    const email = `${name}@example.org`
    return {
      ...this.env,
      GIT_CONFIG_GLOBAL: join(this.home, '.gitconfig'),
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    }
  }
}
