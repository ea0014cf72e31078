/** The bare clone as a folder: made once, whole or not at all, and known again by the remote and branch written in it. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type GitContext, inRepository } from './context.js'
import { describeFailure } from './describe-failure.js'
import { GitError } from './git-error.js'
import { runLocal } from './local-process.js'
import { REMOTE_NAME } from './ref-names.js'
import { runRemote } from './remote-command.js'

export interface CloneIdentity {
  /** Without credentials: a renewed token is no other remote. */
  readonly url: string
  readonly branch: string
}

export type ObjectFormat = 'sha1' | 'sha256'

/** What a folder that is being made is called until it is whole. */
export const UNFINISHED = '.unfinished-'

const FATAL = 128
/** Only what was read shows what a folder is: a git that was killed, or may not look, shows nothing. */
const NO_CONFIG = /No such file or directory|Not a directory|bad config/

const URL_KEY = 'countersign.url'
const BRANCH_KEY = 'countersign.branch'

/** @returns the object format of the clone at `path`, which is made where there is none */
export async function ensureClone(network: GitContext, path: string, identity: CloneIdentity): Promise<ObjectFormat> {
  if (await isNothing(path)) await createClone(network, path, identity)
  const config = await readConfig(network, path)
  const [url, branch] = [config.get(URL_KEY), config.get(BRANCH_KEY)]
  if (url !== identity.url || branch !== identity.branch) {
    const what = url === undefined ? 'something else' : `a clone of ${url}, branch ${branch}`
    // Only a clone is a cache; what else lies there may be somebody's.
    const remedy = url === undefined ? '' : '; if that was changed on purpose, remove it to have it made anew'
    throw new GitError(
      'wrong_clone',
      `${path} is ${what}; it should be a clone of ${identity.url}, branch ${identity.branch}${remedy}`,
    )
  }
  return config.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1'
}

async function isNothing(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    throw new GitError('wrong_clone', `${path} is no folder that can be read`, { cause: error })
  }
}

/** Under another name first: a crash in between must not leave half a clone that looks like a whole one. */
async function createClone(network: GitContext, path: string, { url, branch }: CloneIdentity): Promise<void> {
  const parent = dirname(path)
  const unfinished = `${path}${UNFINISHED}${randomBytes(6).toString('hex')}`
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const inParent = { ...network, folder: parent }
  const format = await remoteFormat(inParent)
  const init = ['init', '--bare', '--template=', `--object-format=${format}`, `--initial-branch=${branch}`]
  try {
    await runRemote(inParent, [...init, '--', unfinished])
    const local = inRepository(network, unfinished)
    await runLocal(local, ['config', URL_KEY, url])
    await runLocal(local, ['config', BRANCH_KEY, branch])
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Somebody else made it meanwhile: whoever opens it looks whether it is the clone that was asked for.
    if (!isTaken(error)) throw error
  }
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}

/** A clone keeps its format for ever, so the remote is asked first. An empty one does not say, and is taken for SHA-1. */
async function remoteFormat(network: GitContext): Promise<ObjectFormat> {
  const { stdout } = await runRemote(network, ['ls-remote', '--quiet', '--', REMOTE_NAME, 'HEAD', 'refs/heads/*'])
  return stdout.indexOf('\t') === 64 ? 'sha256' : 'sha1'
}

/** Only the file of the folder itself: what the environment brings is no mark of a clone. */
async function readConfig(network: GitContext, path: string): Promise<ReadonlyMap<string, string>> {
  const args = ['config', '--file', join(path, 'config'), '--no-includes', '--null', '--list']
  const output = await runLocal({ ...network, folder: dirname(path) }, args, { okCodes: [0, FATAL] })
  if (output.exitCode === FATAL) {
    if (NO_CONFIG.test(output.stderr)) return new Map()
    throw describeFailure('git config', output, network.redact)
  }
  const pairs = output.stdout
    .toString('utf8')
    .split('\0')
    .filter((pair) => pair.includes('\n'))
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('\n')), pair.slice(pair.indexOf('\n') + 1)]))
}
