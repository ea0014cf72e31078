/** `countersign unfreeze [--root COMMIT]`. */
import { readFile, realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/replace-file.js'
import { lockInstance } from '../../lib/state/instance-lock.js'
import { systemWords } from '../../lib/system-fault.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import type { Freeze } from '../../vault/plan/snapshot.js'
import type { Adapters } from '../adapters.js'
import { type Config, configPath, loadConfig } from '../config.js'
import { groundOf, trustAtRoot } from '../observe/trust-reader.js'
import { FreezeFile } from '../state/freeze-file.js'
import { SEEN_FILE, SeenFile } from '../state/seen-file.js'
import { VIEW_FILE } from '../state/view.js'
import { recordSwitch } from './record-switch.js'
import { EXIT, type ExitCode, refusedError, type Terminal, unverifiedError, usageError } from './terminal.js'
import { openWorkplace } from './workplace.js'

export interface UnfreezeOptions {
  readonly config?: string
  readonly root?: string
  readonly json?: boolean
}

export async function unfreezeCommand(
  options: UnfreezeOptions,
  adapters: Adapters,
  terminal: Terminal,
): Promise<ExitCode> {
  const config = await loadConfig(configPath(options.config, adapters.environment), adapters.environment)
  const file = new FreezeFile(config.stateDir)
  const freeze = await file.read()
  if (options.root !== undefined) await takeRoot(options.root, config, adapters)
  else if (freeze === null) return say(terminal, options, 'not frozen: nothing to do', true)
  else if (freeze.cause !== 'operator') await mainContinues(freeze, config, adapters)
  await file.clear()
  const root = options.root === undefined ? null : parseOid(options.root)
  const words = {
    reason: freeze === null ? 'a new trust root' : `lifted: ${freeze.reason}`,
    cause: freeze?.cause ?? 'operator',
    root,
  } as const
  const problem = await recordSwitch('unfreeze', words, await loadConfig(config.path, adapters.environment), adapters)
  if (problem !== null) terminal.err(`warning: it is lifted here, but could not be recorded on main: ${problem}`)
  return say(terminal, options, root === null ? 'unfrozen' : `unfrozen, with the trust root ${root}`, problem === null)
}

function say(terminal: Terminal, options: UnfreezeOptions, text: string, recorded: boolean): ExitCode {
  terminal.out(options.json === true ? JSON.stringify({ frozen: false, recorded }) : text)
  return EXIT.done
}

/** Lifted without a new root only when main is again what it was. */
async function mainContinues(freeze: Freeze, config: Config, adapters: Adapters): Promise<void> {
  const remedy = 'restore main, or accept it as it is with `countersign unfreeze --root COMMIT`'
  const seen = await new SeenFile(config.stateDir, config.root).read()
  const { repository } = await openWorkplace({ config: config.path }, adapters)
  try {
    const main = await fetchMain(repository, config)
    if (!(await repository.history.isOnFirstParentLine(seen ?? config.root, main)))
      throw refusedError(`${freeze.reason}; ${remedy}`)
  } finally {
    await repository.close()
  }
}

/** The ids that were used stay used: only what is known of main is forgotten. */
async function takeRoot(text: string, config: Config, adapters: Adapters): Promise<void> {
  const root = parseOid(text)
  if (root === null) throw usageError(`--root takes the full id of a commit on main, not ${JSON.stringify(text)}`)
  const instance = await lockInstance(config.stateDir)
  try {
    await checkRoot(root, config, adapters)
    await replaceRoot(config, root)
    for (const name of [VIEW_FILE, SEEN_FILE]) await rm(join(config.stateDir, name), { force: true })
    await rm(join(config.stateDir, 'repo.git'), { recursive: true, force: true })
  } finally {
    await instance.release()
  }
}

async function checkRoot(root: Oid, config: Config, adapters: Adapters): Promise<void> {
  const { repository } = await openWorkplace({ config: config.path }, adapters)
  try {
    const main = await fetchMain(repository, config)
    if (!(await repository.history.isOnFirstParentLine(root, main)))
      throw refusedError(`${root} is not on the first-parent line of ${config.branch}`)
    await trustAtRoot(repository, root, await groundOf(repository, root))
  } finally {
    await repository.close()
  }
}

async function fetchMain(
  repository: Awaited<ReturnType<typeof openWorkplace>>['repository'],
  config: Config,
): Promise<Oid> {
  const { main } = await repository.remote.list()
  if (main === null) throw unverifiedError(`the ops repo has no branch ${config.branch}`)
  if ((await repository.objects.commit(main)) === null) await repository.remote.fetch([`refs/heads/${config.branch}`])
  return main
}

/** The old root's full id stands in the file once; the operator's comments and order stay, and whose file it is. */
async function replaceRoot(config: Config, root: Oid): Promise<void> {
  const text = await readFile(config.path, 'utf8')
  if (text.split(config.root).length !== 2)
    throw usageError(
      `${config.path}: set [trust] root = "${root}" by hand: the old root does not stand there exactly once`,
    )
  try {
    const path = await realpath(config.path)
    const { mode, uid, gid } = await stat(path)
    const nature = { mode: mode & 0o777, owner: { uid, gid }, isDurable: true }
    await replaceFile(path, text.replace(config.root, root), nature)
  } catch (error) {
    throw usageError(`${config.path} stays as it was: ${systemWords(error)}`)
  }
}
