/** The folder of one dispatcher: configuration, key, state and secrets. Nothing in it is ever overwritten. */
import { mkdir, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import { loadConfig } from '../config.js'
import { type ConfigValues, renderConfig } from './config-text.js'

export interface DispatcherFolder {
  readonly path: string
  readonly configPath: string
  readonly keyPath: string
  /** For records and logs; the instance id is what tells two of one name apart. */
  readonly name: string
  /** It lies within a git work tree, where somebody could commit the key. */
  readonly isInWorkTree: boolean
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const [CONFIG, KEY, STATE, SECRETS] = ['countersign.toml', 'dispatcher.key', 'state', 'secrets']

/** Looks only: a mistake is told before anything is made. */
export async function planFolder(named: string): Promise<DispatcherFolder> {
  const path = resolve(named)
  const [configPath, keyPath] = [join(path, CONFIG), join(path, KEY)]
  if (await exists(configPath))
    throw usageError(`${configPath} exists and is not overwritten; name another folder with --dir`)
  if (await exists(keyPath))
    throw usageError(`${keyPath} exists and is not overwritten; move it away, or name another folder with --dir`)
  return { path, configPath, keyPath, name: nameOf(path), isInWorkTree: await isInWorkTree(path) }
}

/** Before anything is pushed: a folder that cannot be written to would leave a repo without its dispatcher. */
export async function makeFolder({ path }: DispatcherFolder): Promise<void> {
  for (const folder of [path, join(path, STATE), join(path, SECRETS)])
    await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** @returns the public key of the dispatcher's new key */
export async function fillFolder(
  folder: DispatcherFolder,
  values: Pick<ConfigValues, 'url' | 'branch' | 'root' | 'trustedKeys' | 'forge'>,
  adapters: Adapters,
): Promise<string> {
  const { publicKey } = await adapters.createSigner(folder.keyPath)
  const text = renderConfig({ ...values, name: folder.name, key: KEY, stateDir: STATE, secretsDir: SECRETS })
  await writeFile(folder.configPath, text, { flag: 'wx', mode: 0o600 })
  await loadConfig(folder.configPath, adapters.environment)
  return publicKey
}

function nameOf(path: string): string {
  const made = [basename(path), hostname()].map((text) =>
    text
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 64),
  )
  return made.find((name) => NAME.test(name)) ?? 'dispatcher'
}

async function isInWorkTree(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return true
    if (folder === dirname(folder)) return false
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
