/** The shape of `countersign.toml` (DESIGN section 4). Secrets are never in it. */
import * as z from 'zod'
import { FORGE_KINDS } from '../vault/forge/fact.js'
import type { Format, RefusedKey } from '../vault/format/format.js'
import { flag, integer, list, named, oneOf, TABLE, text } from '../vault/format/leaf.js'
import { LIMITS } from '../vault/limits.js'
import { checkForge, checkWebhook } from './config/forge-checks.js'
import { checkGitSettings, GIT_SETTINGS } from './config/git-settings.js'

const line = () => text(1_000)
const NAME = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, words: 'a name of letters, digits, `.`, `_` and `-`' }
const COMMIT = { pattern: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, words: 'the full id of a commit' }
const PUBLIC_KEY = {
  pattern: /^ed25519:[A-Za-z0-9+/]{43}=$/,
  words: 'a public key `ed25519:…`, as `countersign init` prints it',
}

const FULL_NAME = {
  pattern: /^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/,
  words: '`owner/name`, such as "acme/ops"',
}
const VARIABLE = { pattern: /^[A-Za-z_][A-Za-z0-9_]{0,99}$/, words: 'the name of an environment variable' }
const MOST_IDS = Number.MAX_SAFE_INTEGER

const repo = z.strictObject(
  {
    url: line(),
    branch: line().optional(),
    git_config: z
      .strictObject(Object.fromEntries(GIT_SETTINGS.map((key) => [key, line().optional()])), TABLE)
      .optional(),
    http_header_env: named(VARIABLE).optional(),
  },
  TABLE,
)

const forge = z.strictObject(
  {
    kind: oneOf(['git', ...FORGE_KINDS]).optional(),
    url: line().optional(),
    repo: named(FULL_NAME).optional(),
    token_env: named(VARIABLE).optional(),
    app_id: integer(1, MOST_IDS).optional(),
    installation_id: integer(1, MOST_IDS).optional(),
    private_key_file: line().optional(),
  },
  TABLE,
)

const webhook = z.strictObject(
  { listen: line().optional(), secret_env: named(VARIABLE).optional(), public: flag().optional() },
  TABLE,
)

const schema = z.strictObject(
  {
    repo,
    forge: forge.optional(),
    webhook: webhook.optional(),
    identity: z.strictObject({ name: named(NAME), key: line() }, TABLE),
    schedule: z.strictObject({ cron: line().optional() }, TABLE).optional(),
    runner: z.strictObject(
      {
        kind: oneOf(['process']).optional(),
        concurrency: integer(1, 256).optional(),
        state_dir: line(),
        path: line().optional(),
      },
      TABLE,
    ),
    trust: z.strictObject({ root: named(COMMIT), keys: list(named(PUBLIC_KEY), 'public keys').optional() }, TABLE),
    agent: z
      .strictObject(
        {
          command: list(line(), 'words: the program and its arguments').min(1, 'a list with at least the program'),
          models: list(line(), 'names of models').optional(),
          tools: list(line(), 'names of tools').optional(),
          model_argument: line().optional(),
          tool_argument: line().optional(),
        },
        TABLE,
      )
      .optional(),
    secrets: z.strictObject({ dir: line() }, TABLE).optional(),
  },
  TABLE,
)

export type ConfigFile = z.infer<typeof schema>

const inline = (name: string, remedy: string): RefusedKey => ({
  code: 'unknown_key',
  words: `would put the ${name} itself into this file. ${remedy}`,
})
const TOKEN_REMEDY =
  'Put it into an environment variable, and that one\'s name here: `token_env = "COUNTERSIGN_FORGE_TOKEN"`.'

/** Secrets are never inline (DESIGN section 4). */
const REFUSED_KEYS = new Map([
  ['forge.token', inline('token', TOKEN_REMEDY)],
  ['forge.password', inline('password', TOKEN_REMEDY)],
  ['forge.private_key', inline('private key', 'Name its file: `private_key_file = "app.pem"`.')],
  [
    'webhook.secret',
    inline(
      'secret',
      'Put it into an environment variable, and that one\'s name here: `secret_env = "COUNTERSIGN_WEBHOOK_SECRET"`.',
    ),
  ],
])

export const CONFIG_FORMAT: Format<ConfigFile> = {
  name: 'a configuration',
  schema,
  refusedKeys: REFUSED_KEYS,
  checks: [checkForge, checkWebhook, checkGitSettings],
}

/** What counts where the file says nothing. */
export const CONFIG_DEFAULTS = {
  branch: 'main',
  /** Six fields, seconds first. */
  cron: '*/10 * * * * *',
  concurrency: LIMITS.concurrency,
  modelArgument: '--model',
  toolArgument: '--tool',
} as const
