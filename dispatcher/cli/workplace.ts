/** A clone to read from, for commands that have no state folder of their own: kept in the user's cache, so that the second look is quick. */
import { createHash } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { UNREACHED_FORGE } from '../../lib/forge/unreached-forge.js'
import type { Repository } from '../../lib/git/port.js'
import { UsedIds } from '../../lib/state/used-ids.js'
import { systemWords } from '../../lib/system-fault.js'
import type { Oid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Adapters } from '../adapters.js'
import type { AgentForgeOptions } from '../config/agent-forge.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { type Config, configPath, type Environment, isPath, loadConfig } from '../config.js'
import { ForgeObserver } from '../observe/forge-observer.js'
import { CONFIGURED_ROOT, EmptyRemote, Observer, RootMissing } from '../observe/observer.js'
import { groundOf } from '../observe/trust-reader.js'
import { SEEN_FILE, SeenFile } from '../state/seen-file.js'
import { VIEW_FILE, ViewFile } from '../state/view.js'
import { reach } from './forge-of.js'
import { ownView } from './own-view.js'
import { usageError } from './terminal.js'

export interface RepoOptions extends AgentForgeOptions {
  readonly config?: string | undefined
  readonly repo?: string | undefined
  readonly branch?: string | undefined
  readonly root?: string | undefined
}

export interface Workplace {
  readonly repository: Repository
  readonly url: string
  readonly branch: string
  readonly folder: string
  /** Null with `--repo` alone. */
  readonly config: Config | null
  /** Null: plain git, or nothing was said of a forge. */
  readonly forge: ForgeConfig | null
}

/** `--repo`, else `--config`, else COUNTERSIGN_REPO, else COUNTERSIGN_CONFIG or its default file. */
export async function openWorkplace(options: RepoOptions, adapters: Adapters): Promise<Workplace> {
  const { environment } = adapters
  const named = options.repo ?? (options.config === undefined ? environment['COUNTERSIGN_REPO'] : undefined)
  const config = named === undefined ? await configOf(options, environment) : null
  const url = named === undefined ? (config?.url ?? '') : locateRepo(named)
  const branch = options.branch ?? config?.branch ?? 'main'
  if (url === '') throw usageError('name the ops repo with --repo URL, COUNTERSIGN_REPO, or a configuration')
  const { forge, gitConfig } = reach(url, config, options, environment)
  // Of each configuration: what one may take from records depends on the keys that it pins.
  const folder = await makeCacheFolder(
    environment,
    createHash('sha256')
      .update(`${url}\n${branch}\n${config?.root ?? ''}\n${config?.path ?? ''}`)
      .digest('hex')
      .slice(0, 24),
  )
  const repository = await adapters.openClone({
    path: join(folder, 'repo.git'),
    url,
    branch,
    as: 'person',
    gitConfig,
  })
  return { repository, url, branch, folder, config, forge }
}

/**
 * What a dispatcher would see now, without being one: nothing is written but the cache. A main that was rewritten shows
 * as frozen beside a configuration; without one there is nothing to hold it against, and it is read anew.
 */
export async function look(workplace: Workplace, root: Oid, adapters: Adapters): Promise<Snapshot> {
  const snapshot = await (await observerOf(workplace, root, adapters)).observe(adapters.now())
  if (workplace.config !== null) return snapshot
  // Who pins no key knows none: that is not worth a warning.
  if (snapshot.freeze === null) return { ...snapshot, unknownKeys: [] }
  for (const name of [VIEW_FILE, SEEN_FILE]) await rm(join(workplace.folder, name), { force: true })
  const anew = await (await observerOf(workplace, root, adapters)).observe(adapters.now())
  return { ...anew, unknownKeys: [] }
}

async function observerOf(workplace: Workplace, root: Oid, adapters: Adapters): Promise<Observer> {
  const { repository, branch, folder, config } = workplace
  const keys = config === null ? [] : [...config.trustedKeys, (await adapters.signer(config.keyPath)).publicKey]
  const verifier = adapters.verifier(keys)
  return new Observer({
    repository,
    branch,
    root,
    rootPlaces: rootPlaces(config),
    instance: '',
    key: null,
    verifier,
    runs: { state: async () => ({ kind: 'unknown' }), left: async () => [] },
    usedIds: new UsedIds(join(folder, 'used')),
    viewFile: new ViewFile(folder),
    seenFile: new SeenFile(folder, root),
    freezeSwitch: { read: async () => null, write: async () => undefined },
    forge: await forgeToAsk(workplace, root, adapters, verifier),
    stock: async () =>
      config === null ? null : { agent: config.agent, secrets: (await adapters.secrets(config).list()).usable },
  })
}

/** Null: plain git. An ops repo that is approved in a forge, without a way to it here, has verdicts that nobody can verify. */
async function forgeToAsk(
  { repository, branch, forge, config }: Workplace,
  root: Oid,
  adapters: Adapters,
  verifier: RecordVerifier,
): Promise<ForgeObserver | null> {
  if (forge === null) {
    // A clone that is new has nothing yet.
    if ((await repository.objects.commit(root)) === null) await fetchRoot(repository, branch, root, config)
    const { adminsFrom } = await groundOf(repository, root)
    if (adminsFrom === 'signers') return null
  }
  return new ForgeObserver({
    forge: forge === null ? UNREACHED_FORGE : await ownView(forge, adapters),
    ...{ branch, objects: repository.objects, verifier },
    pulls: { all: async () => new Map(), revision: 0 },
    usedIds: { dayOf: async () => null },
    windows: async () => [],
    elapsed: adapters.elapsed,
    isLook: config === null,
  })
}

async function fetchRoot(
  { remote, objects }: Repository,
  branch: string,
  root: Oid,
  config: Config | null,
): Promise<void> {
  await remote.fetch([`refs/heads/${branch}`])
  if ((await objects.commit(root)) !== null) return
  if ((await remote.list()).main === null) throw new EmptyRemote(branch)
  throw new RootMissing(`the trust root ${root.slice(0, 12)} is not on ${branch}; correct ${rootPlaces(config)}`)
}

/** Where a wrong root may have been said. */
function rootPlaces(config: Config | null): string {
  return config === null ? '--root or --repo' : CONFIGURED_ROOT
}

/** Whoever named nothing may be an agent or an auditor, who have no configuration and need none. */
async function configOf({ config }: RepoOptions, environment: Environment): Promise<Config> {
  const path = configPath(config, environment)
  const isNamed = config !== undefined || environment['COUNTERSIGN_CONFIG'] !== undefined
  if (!isNamed && !(await isThere(path)))
    throw usageError(
      `which ops repo? Name it with --repo URL or COUNTERSIGN_REPO, or a dispatcher's configuration with --config FILE or COUNTERSIGN_CONFIG (there is none at ${path})`,
    )
  return loadConfig(path, environment)
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function locateRepo(named: string): string {
  return named !== '' && isPath(named) ? resolve(named) : named
}

/** Never a folder that others may write: whoever lays a clone there beforehand would say what git runs, and what is seen. */
export function cacheHome(environment: Environment): string {
  return environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache')
}

async function makeCacheFolder(environment: Environment, name: string): Promise<string> {
  try {
    const folder = join(cacheHome(environment), 'countersign', name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch (error) {
    const path = (error as NodeJS.ErrnoException).path ?? 'the folder of this user'
    throw usageError(
      `a clone to look at has no place: ${path}: ${systemWords(error)}; or name a folder of your own in XDG_CACHE_HOME`,
    )
  }
}
