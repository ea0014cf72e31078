import { resolve } from 'node:path'
import { GitError } from './git-error.js'
import { redactUrls } from './redact.js'

export interface RemoteUrl {
  /** Without credentials: it goes on command lines of git's own helpers. */
  readonly url: string
  /** The header that carries them instead, with the configuration key that limits it to this server. */
  readonly header: { readonly key: string; readonly value: string } | null
}

// `ext::sh -c …` and other remote helpers are commands behind a URL; a leading dash is an option.
const HELPER = /^[A-Za-z0-9][A-Za-z0-9+.-]*::/
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//
const SCHEMES = new Set(['https', 'http', 'ssh', 'git', 'file', 'git+ssh', 'ssh+git'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character in a URL is an attack on what prints or splits it
const CONTROL = /[\u0000-\u001f\u007f]/

/** Refuses what git would take for an option or a command, and takes credentials out of the URL. */
export function parseRemoteUrl(text: string): RemoteUrl {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase()
  const isHelper = HELPER.test(text) || (scheme !== undefined && !SCHEMES.has(scheme))
  if (text === '' || text.startsWith('-') || CONTROL.test(text) || isHelper) {
    throw new GitError('failed', `this is not the URL of a git repository: ${redactUrls(text).slice(0, 200)}`)
  }
  if (scheme === 'https' || scheme === 'http') return splitCredentials(text)
  return { url: isLocalPath(text, scheme) ? resolve(text) : text, header: null }
}

/** `host:path` is ssh to git. A path is made absolute, because git runs in folders of its own. */
function isLocalPath(text: string, scheme: string | undefined): boolean {
  return scheme === undefined && !/^[^/]*:/.test(text)
}

function splitCredentials(text: string): RemoteUrl {
  let parsed: URL
  try {
    parsed = new URL(text)
  } catch {
    throw new GitError('failed', `this is not a URL: ${redactUrls(text).slice(0, 200)}`)
  }
  if (parsed.username === '' && parsed.password === '') return { url: text, header: null }
  const login = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  parsed.username = ''
  parsed.password = ''
  const value = `Authorization: Basic ${Buffer.from(login).toString('base64')}`
  return { url: parsed.href, header: { key: `http.${parsed.origin}/.extraHeader`, value } }
}
