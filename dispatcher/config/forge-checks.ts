/** What `[forge]` and `[webhook]` must hold together, beyond the shape of each key. */

import type { Finding } from '../../vault/format/finding.js'
import type { Check } from '../../vault/format/format.js'
import { isLoopback, parseListen } from './listen-address.js'

type Table = Readonly<Record<string, unknown>>

const APP_KEYS = ['app_id', 'installation_id', 'private_key_file'] as const

export const checkForge: Check = (file) => {
  const forge = tableOf(file['forge'])
  if (forge === null) return []
  const kind = forge['kind']
  if (kind === undefined || kind === 'git') return inPlainGit(forge)
  if (kind !== 'forgejo' && kind !== 'github') return []
  return [...missing(forge, kind), ...credential(forge, kind), ...address(forge)]
}

export const checkWebhook: Check = (file) => {
  const webhook = tableOf(file['webhook'])
  const listen = webhook?.['listen']
  if (webhook === null || typeof listen !== 'string') return []
  const parsed = parseListen(listen)
  if (parsed === null)
    return [
      bad(['webhook', 'listen'], '`webhook.listen` must be `host:port`, such as "127.0.0.1:8787" or "[::1]:8787".'),
    ]
  if (isLoopback(parsed.host) || webhook['public'] === true) return []
  return [
    bad(
      ['webhook', 'listen'],
      '`webhook.listen` can be reached from other machines there. Bind 127.0.0.1 behind a proxy with TLS, or say `public = true` if you mean it.',
    ),
  ]
}

function inPlainGit(forge: Table): Finding[] {
  return Object.keys(forge)
    .filter((key) => key !== 'kind' && key !== 'token')
    .map((key) =>
      bad(['forge', key], `\`forge.${key}\` is for a forge. Name it: \`kind = "forgejo"\` or \`kind = "github"\`.`),
    )
}

function missing(forge: Table, kind: string): Finding[] {
  const keys = [
    ...(forge['repo'] === undefined ? ['repo'] : []),
    ...(kind === 'forgejo' && forge['url'] === undefined ? ['url'] : []),
  ]
  const example: Readonly<Record<string, string>> = { repo: 'repo = "acme/ops"', url: 'url = "https://forge.example"' }
  return keys.map((key) => ({
    path: ['forge', key],
    code: 'missing_key',
    message: `\`forge.${key}\` is missing: kind = "${kind}" needs it. Add it, such as \`${example[key]}\`.`,
  }))
}

function credential(forge: Table, kind: string): Finding[] {
  const present = APP_KEYS.filter((key) => forge[key] !== undefined)
  const [first] = present
  if (first === undefined) return []
  if (kind !== 'github')
    return [bad(['forge', first], `\`forge.${first}\` is for GitHub Apps; ${kind} takes a token (\`token_env\`).`)]
  if (forge['token_env'] !== undefined)
    return [
      bad(['forge', 'token_env'], '`forge.token_env` beside a GitHub App: which one is meant? Remove one of them.'),
    ]
  return APP_KEYS.filter((key) => forge[key] === undefined).map((key) => ({
    path: ['forge', key],
    code: 'missing_key',
    message: `\`forge.${key}\` is missing: a GitHub App needs app_id, installation_id and private_key_file. Add it.`,
  }))
}

function address(forge: Table): Finding[] {
  const text = forge['url']
  if (typeof text !== 'string') return []
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    return [
      bad(['forge', 'url'], '`forge.url` must be what people open in a browser, such as "https://forge.example".'),
    ]
  if (url.username !== '' || url.password !== '')
    return [bad(['forge', 'url'], '`forge.url` carries a credential. Take it out, and name a token by `token_env`.')]
  if (url.search !== '' || url.hash !== '')
    return [bad(['forge', 'url'], '`forge.url` must end with its path. Remove what begins with `?` or `#`.')]
  return []
}

function bad(path: Finding['path'], message: string): Finding {
  return { path, code: 'bad_value', message }
}

function tableOf(value: unknown): Table | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : null
}
