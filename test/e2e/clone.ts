/** A clone with a work tree, in the hands of its owner: git as people type it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { User } from './user.js'

export interface Commit {
  readonly message: string
  /** Path to content; null deletes. */
  readonly files: Readonly<Record<string, string | Uint8Array | null>>
  readonly isSigned?: boolean
}

export class Clone {
  constructor(
    readonly owner: User,
    readonly path: string,
  ) {}

  git(...args: readonly string[]): Promise<string> {
    return this.owner.git(this.path, ...args)
  }

  /** Goes to main as it is on the remote now. */
  async update(): Promise<void> {
    await this.git('fetch', '--quiet', '--prune')
    await this.git('checkout', '--quiet', '--force', '-B', 'main', 'origin/main')
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const file = join(this.path, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }

  /** @returns the id of the commit */
  async commit({ message, files, isSigned = true }: Commit): Promise<string> {
    for (const [path, content] of Object.entries(files)) {
      if (content === null) await this.git('rm', '--quiet', path)
      else await this.write(path, content)
    }
    await this.git('add', '--all')
    await this.git('commit', '--quiet', ...(isSigned ? ['-S'] : ['--no-gpg-sign']), '-m', message)
    return this.git('rev-parse', 'HEAD')
  }

  async push(...args: readonly string[]): Promise<void> {
    await this.git('push', '--quiet', 'origin', ...args)
  }

  /** A commit on main, pushed: how an operator edits the policy. */
  async pushToMain(commit: Commit): Promise<string> {
    await this.update()
    const made = await this.commit(commit)
    await this.push('main')
    return made
  }

  /** A request written by hand: a branch from the present main that adds one file. */
  async pushRequest(id: string, content: string | Uint8Array, { isSigned = true } = {}): Promise<string> {
    await this.update()
    await this.git('checkout', '--quiet', '-B', `vault/${id}`)
    const files = { [`vault/actions/${id}.toml`]: content }
    const made = await this.commit({ message: `request ${id}`, files, isSigned })
    await this.push(`vault/${id}`)
    return made
  }
}
