/** Bare repositories on this machine, for laying out an ops repo. */
import { mkdir, readdir, stat } from 'node:fs/promises'
import type { GitContext } from './context.js'
import { type Environment, isolatedEnvironment } from './environment.js'
import { HYGIENE } from './hygiene.js'
import { runLocal } from './local-process.js'
import { redactUrls } from './redact.js'

/** `other`: a file, or a folder with something else in it than a git repository. */
export type LocalPath =
  | { readonly kind: 'missing' | 'empty_folder' | 'work_tree' | 'other' }
  | { readonly kind: 'bare'; readonly head: { readonly branch: string; readonly isBorn: boolean } | null }

export class GitLocalRepositories {
  constructor(private readonly environment: Environment) {}

  async look(path: string): Promise<LocalPath> {
    const kind = await kindOf(path)
    if (kind !== 'folder') return { kind }
    const bare = await this.#git(path, ['rev-parse', '--is-bare-repository'], [0, 128])
    if (bare.exitCode !== 0) return { kind: (await readdir(path)).length === 0 ? 'empty_folder' : 'other' }
    if (text(bare.stdout) !== 'true') return { kind: 'work_tree' }
    return { kind: 'bare', head: await this.#headOf(path) }
  }

  async createBare(path: string, branch: string): Promise<void> {
    await mkdir(path, { recursive: true })
    await this.#git(path, ['init', '--quiet', '--bare', '--template=', `--initial-branch=${branch}`, '--', path], [0])
  }

  async pointHead(path: string, branch: string): Promise<void> {
    await this.#git(path, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`], [0])
  }

  async #headOf(path: string): Promise<{ branch: string; isBorn: boolean } | null> {
    const name = await this.#git(path, ['symbolic-ref', '--quiet', 'HEAD'], [0, 1])
    const ref = text(name.stdout)
    if (!ref.startsWith('refs/heads/')) return null
    const born = await this.#git(path, ['rev-parse', '--quiet', '--verify', '--end-of-options', ref], [0, 1, 128])
    return { branch: ref.slice('refs/heads/'.length), isBorn: born.exitCode === 0 }
  }

  #git(folder: string, args: readonly string[], okCodes: readonly number[]) {
    // A repository above the folder is not the one that was named.
    const environment = { ...isolatedEnvironment(this.environment, HYGIENE), GIT_CEILING_DIRECTORIES: parentOf(folder) }
    const context: GitContext = { folder, environment, redact: redactUrls, log: null, signal: null, asksPerson: false }
    return runLocal(context, args, { okCodes })
  }
}

async function kindOf(path: string): Promise<'missing' | 'other' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'missing'
    throw error
  }
}

function parentOf(path: string): string {
  return path.replace(/\/+[^/]*\/*$/, '') || '/'
}

function text(bytes: Buffer): string {
  return bytes.toString('utf8').trim()
}
