/**
 * The one place that says in which environment git runs. Nothing is inherited but what is listed: a GIT_DIR, a
 * GIT_CONFIG_PARAMETERS or a GIT_EXTERNAL_DIFF of the caller's shell would change what git reads or runs.
 */
export type Environment = Readonly<Record<string, string>>

/** Configuration of git as pairs; a key may repeat. Values may be secret: they never go on a command line. */
export type GitConfig = readonly (readonly [key: string, value: string])[]

const KEPT = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'SSH_AUTH_SOCK'],
  ...['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH'],
])

/** What a person's own git needs besides: where the configuration is, who they are, how they are asked. */
const KEPT_FOR_PERSON = new Set([
  ...['XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'],
  ...['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'EMAIL'],
  ...['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE'],
  ...['TERM', 'DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
])

/** Replacement refs swap an object for another one behind its id (field failure 37): nobody's git may see them here. */
const ALWAYS: Environment = {
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  // Otherwise rev-list and log write each commit by itself, which takes most of the time of a long walk.
  GIT_FLUSH: '0',
  LC_ALL: 'C',
}

const ISOLATED: Environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
}

/** For all that the dispatcher does, and for all reads: neither system nor global configuration. */
export function isolatedEnvironment(base: Environment, config: GitConfig): Environment {
  return { ...keep(base, KEPT), ...ALWAYS, ...ISOLATED, ...configVariables(config) }
}

/** For what a person does in their own name: their key, identity and credentials come from their git configuration. */
export function personEnvironment(base: Environment, config: GitConfig): Environment {
  const kept = { ...keep(base, KEPT), ...keep(base, KEPT_FOR_PERSON) }
  return { ...kept, ...ALWAYS, ...configVariables([...inheritedConfig(base), ...config]) }
}

/** By environment rather than `-c`, so that no header or URL shows in the list of processes. */
function configVariables(config: GitConfig): Environment {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(config.length) }
  for (const [index, [key, value]] of config.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key
    variables[`GIT_CONFIG_VALUE_${index}`] = value
  }
  return variables
}

function inheritedConfig(base: Environment): GitConfig {
  const count = Number(base['GIT_CONFIG_COUNT'] ?? 0)
  const pairs: [string, string][] = []
  for (let index = 0; index < count; index++) {
    const key = base[`GIT_CONFIG_KEY_${index}`]
    if (key !== undefined) pairs.push([key, base[`GIT_CONFIG_VALUE_${index}`] ?? ''])
  }
  return pairs
}

function keep(base: Environment, names: ReadonlySet<string>): Environment {
  return Object.fromEntries(Object.entries(base).filter(([name]) => names.has(name)))
}
