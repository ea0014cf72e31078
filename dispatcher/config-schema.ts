/** The shape of `countersign.toml` (DESIGN section 4). Secrets are never in it. */
import * as z from 'zod'
import type { Format } from '../vault/format/format.js'
import { integer, list, named, oneOf, TABLE, text } from '../vault/format/leaf.js'
import { LIMITS } from '../vault/limits.js'

const line = () => text(1_000)
const NAME = { pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, words: 'a name of letters, digits, `.`, `_` and `-`' }
const COMMIT = { pattern: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, words: 'the full id of a commit' }
const PUBLIC_KEY = {
  pattern: /^ed25519:[A-Za-z0-9+/]{43}=$/,
  words: 'a public key `ed25519:…`, as `countersign init` prints it',
}

const schema = z.strictObject(
  {
    repo: z.strictObject({ url: line(), branch: line().optional() }, TABLE),
    forge: z.strictObject({ kind: oneOf(['git']).optional() }, TABLE).optional(),
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

export const CONFIG_FORMAT: Format<ConfigFile> = { name: 'a configuration', schema, refusedKeys: new Map(), checks: [] }

/** What counts where the file says nothing. */
export const CONFIG_DEFAULTS = {
  branch: 'main',
  /** Six fields, seconds first. */
  cron: '*/10 * * * * *',
  concurrency: LIMITS.concurrency,
  modelArgument: '--model',
  toolArgument: '--tool',
} as const
