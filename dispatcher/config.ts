/** The dispatcher's configuration, and the only place that reads the environment. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import type { Environment, GitConfig } from '../lib/git/environment.js'
import { systemWords } from '../lib/system-fault.js'
import { checkDocument } from '../vault/format/check-document.js'
import { LIMITS } from '../vault/limits.js'
import { type Oid, parseOid } from '../vault/oid.js'
import type { Parsed } from '../vault/problem.js'
import type { Locate } from '../vault/toml/document.js'
import { parseTomlFile } from '../vault/toml/parse.js'
import { ConfigError } from './config/config-error.js'
import { compileForge, type ForgeConfig } from './config/forge-config.js'
import type { Source } from './config/from-environment.js'
import { compileGitSettings, tokenHeader } from './config/git-access.js'
import { isPath } from './config/is-path.js'
import { compileWebhook, type WebhookConfig } from './config/webhook-config.js'
import { CONFIG_DEFAULTS, CONFIG_FORMAT, type ConfigFile } from './config-schema.js'

export type { Environment }
export { ConfigError, isPath }

/** Empty, as a shell or a CI system takes one back, they name nothing; as a path it would be the current folder. */
const PLACES: readonly string[] = ['COUNTERSIGN_REPO', 'COUNTERSIGN_CONFIG']

export function readEnvironment(): Environment {
  const isSet = (name: string, value: string) => value !== '' || !PLACES.includes(name)
  const pairs = Object.entries(process.env)
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (value !== undefined && isSet(name, value) ? [[name, value]] : [])),
  )
}

/** The agent command of prompt steps: model and tools go behind it as arguments, from lists that formula and configuration allow. */
export interface AgentConfig {
  readonly command: readonly string[]
  readonly models: readonly string[]
  readonly tools: readonly string[]
  readonly modelArgument: string
  readonly toolArgument: string
}

export interface Config {
  readonly path: string
  readonly url: string
  readonly branch: string
  /** Settings of git for reaching the remote. Holds secrets: never logged. */
  readonly gitConfig: GitConfig
  /** Null: plain git. */
  readonly forge: ForgeConfig | null
  /** Null: nothing listens. */
  readonly webhook: WebhookConfig | null
  readonly name: string
  readonly keyPath: string
  readonly cron: string
  readonly concurrency: number
  readonly stateDir: string
  /** PATH of the runs. */
  readonly runPath: string
  readonly root: Oid
  readonly trustedKeys: readonly string[]
  readonly agent: AgentConfig | null
  readonly secretsDir: string | null
}

/** `--config FILE`, else `COUNTERSIGN_CONFIG`, else `./countersign.toml`. */
export function configPath(option: string | undefined, environment: Environment): string {
  return resolve(option ?? environment['COUNTERSIGN_CONFIG'] ?? 'countersign.toml')
}

/** Rejects with ConfigError. */
export async function loadConfig(path: string, environment: Environment): Promise<Config> {
  const parsed = parseConfig(await readConfig(path))
  if (!parsed.ok) {
    throw new ConfigError(
      parsed.problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`).join('\n'),
    )
  }
  const { file, locate } = parsed.value
  return compileConfig({ path, locate }, file, environment)
}

async function readConfig(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new ConfigError(`${path} cannot be read: ${systemWords(error)}`)
    throw new ConfigError(
      `there is no configuration at ${path}; name one with --config FILE or COUNTERSIGN_CONFIG, or make one with \`countersign init\``,
    )
  }
}

function parseConfig(bytes: Uint8Array): Parsed<{ readonly file: ConfigFile; readonly locate: Locate }> {
  const document = parseTomlFile(bytes, LIMITS.trustFileBytes)
  if (!document.ok) return document
  const checked = checkDocument(document.value, CONFIG_FORMAT)
  return checked.ok ? { ok: true, value: { file: checked.value, locate: document.value.locate } } : checked
}

function compileConfig(source: Source, file: ConfigFile, environment: Environment): Config {
  const { path } = source
  const folder = dirname(path)
  const root = parseOid(file.trust.root)
  if (root === null) throw new ConfigError(`${path}: [trust] root is not a commit id`)
  const url = locate(file.repo.url, folder)
  const forge = compileForge(file.forge, folder, source, environment)
  return {
    path,
    url,
    branch: file.repo.branch ?? CONFIG_DEFAULTS.branch,
    gitConfig: compileGit(file, url, forge, source, environment),
    forge,
    webhook: compileWebhook(file.webhook, source, environment),
    name: file.identity.name,
    keyPath: resolve(folder, file.identity.key),
    cron: file.schedule?.cron ?? CONFIG_DEFAULTS.cron,
    concurrency: file.runner.concurrency ?? CONFIG_DEFAULTS.concurrency,
    stateDir: resolve(folder, file.runner.state_dir),
    runPath: file.runner.path ?? environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    root,
    trustedKeys: file.trust.keys ?? [],
    agent: file.agent === undefined ? null : compileAgent(file.agent),
    secretsDir: file.secrets === undefined ? null : resolve(folder, file.secrets.dir),
  }
}

function compileGit(
  file: ConfigFile,
  url: string,
  forge: ForgeConfig | null,
  source: Source,
  environment: Environment,
): GitConfig {
  const settings = compileGitSettings(file.repo, url, source, environment)
  if (forge?.credential.kind !== 'token') return settings
  return [...settings, ...tokenHeader(url, forge.url, forge.credential.token, settings)]
}

function compileAgent(agent: NonNullable<ConfigFile['agent']>): AgentConfig {
  return {
    command: agent.command,
    models: agent.models ?? [],
    tools: agent.tools ?? [],
    modelArgument: agent.model_argument ?? CONFIG_DEFAULTS.modelArgument,
    toolArgument: agent.tool_argument ?? CONFIG_DEFAULTS.toolArgument,
  }
}

/** A relative path is relative to the configuration, not to where somebody happens to stand. */
function locate(url: string, folder: string): string {
  return isPath(url) && !isAbsolute(url) ? resolve(folder, url) : url
}
