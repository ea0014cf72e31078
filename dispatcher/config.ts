/** The dispatcher's configuration, and the only place that reads the environment. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { checkDocument } from '../vault/format/check-document.js'
import { LIMITS } from '../vault/limits.js'
import { type Oid, parseOid } from '../vault/oid.js'
import type { Parsed } from '../vault/problem.js'
import { parseTomlFile } from '../vault/toml/parse.js'
import { CONFIG_DEFAULTS, CONFIG_FORMAT, type ConfigFile } from './config-schema.js'

export type Environment = Readonly<Record<string, string>>

export function readEnvironment(): Environment {
  const pairs = Object.entries(process.env)
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

/** Usage or configuration is wrong: exit code 2. The message says which file, what, and the remedy. */
export class ConfigError extends Error {}

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
  return compileConfig(path, parsed.value, environment)
}

async function readConfig(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new ConfigError(`${path} cannot be read: ${message}`)
    throw new ConfigError(
      `there is no configuration at ${path}; name one with --config FILE or COUNTERSIGN_CONFIG, or make one with \`countersign init\``,
    )
  }
}

function parseConfig(bytes: Uint8Array): Parsed<ConfigFile> {
  const document = parseTomlFile(bytes, LIMITS.trustFileBytes)
  return document.ok ? checkDocument(document.value, CONFIG_FORMAT) : document
}

function compileConfig(path: string, file: ConfigFile, environment: Environment): Config {
  const folder = dirname(path)
  const root = parseOid(file.trust.root)
  if (root === null) throw new ConfigError(`${path}: [trust] root is not a commit id`)
  return {
    path,
    url: locate(file.repo.url, folder),
    branch: file.repo.branch ?? CONFIG_DEFAULTS.branch,
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

/** Neither `scheme://…` nor `host:path`. */
export function isPath(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^[^/]+:/.test(url)
}
