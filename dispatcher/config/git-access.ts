/** How git reaches the ops repo: settings of the operator's, and the forge's token as a header (never in a URL, nor on a command line). */
import type { Environment, GitConfig } from '../../lib/git/environment.js'
import type { ConfigFile } from '../config-schema.js'
import { ConfigError } from './config-error.js'
import { at, type FromEnvironment, type Source } from './from-environment.js'

/** The login goes unread: both forges look at the password. */
const ANY_LOGIN = 'x-access-token'

/** Throws ConfigError where a header was named that is not there: without it git could not reach the remote anyway. */
export function compileGitSettings(
  repo: ConfigFile['repo'],
  url: string,
  source: Source,
  environment: Environment,
): GitConfig {
  const settings = Object.entries(repo.git_config ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  )
  return repo.http_header_env === undefined
    ? settings
    : [...settings, header(repo.http_header_env, url, source, environment)]
}

const HEADER = /^[A-Za-z0-9-]+: [\x20-\x7e]+$/

function header(name: string, url: string, source: Source, environment: Environment): readonly [string, string] {
  const value = environment[name] ?? ''
  const origin = httpOrigin(url)
  if (origin !== null && HEADER.test(value)) return [`http.${origin}/.extraHeader`, value]
  const why =
    origin === null
      ? '`repo.url` is not reached by http'
      : `the environment variable ${name} must hold a header such as \`Authorization: Bearer …\``
  throw new ConfigError(`${at(source, ['repo', 'http_header_env'])}: \`repo.http_header_env\`: ${why}`)
}

/**
 * The token goes to the forge itself and to no other server. A header of the operator's own, or a credential in the
 * URL, goes before it.
 */
export function tokenHeader(url: string, forgeUrl: string, token: FromEnvironment, settings: GitConfig): GitConfig {
  const origin = httpOrigin(url)
  const hasOwn = settings.some(([key, value]) => key.endsWith('.extraHeader') && /^authorization:/i.test(value))
  if (origin === null || origin !== httpOrigin(forgeUrl) || hasOwn || hasLogin(url) || token.kind === 'missing')
    return []
  const login = Buffer.from(`${ANY_LOGIN}:${token.value}`).toString('base64')
  return [[`http.${origin}/.extraHeader`, `Authorization: Basic ${login}`]]
}

function httpOrigin(url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.origin : null
}

function hasLogin(url: string): boolean {
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}
