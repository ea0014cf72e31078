/** The secrets of DESIGN section 4: `COUNTERSIGN_SECRET_<NAME>` in the environment, then a file `<dir>/<NAME>`. */
import { isRedactable } from '../../vault/redact.js'
import type { SecretListing, SecretStore } from './port.js'
import { SecretError } from './secret-error.js'
import { MAX_SECRET_BYTES, namesInFolder, readSecretFile } from './secret-file.js'

const NAME = /^[A-Z][A-Z0-9_]{0,63}$/
const PREFIX = 'COUNTERSIGN_SECRET_'

export interface SecretSources {
  /** Null: the environment alone. */
  readonly dir: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
}

export function secretStore({ dir, environment }: SecretSources): SecretStore {
  const get = async (name: string): Promise<string | null> => {
    if (!NAME.test(name))
      throw new SecretError(
        'secret_name_invalid',
        `${JSON.stringify(name)} is no name of a secret; names match ${NAME.source}`,
      )
    const value = environment[PREFIX + name] ?? (dir === null ? null : await readSecretFile(dir, name))
    return value === null ? null : checked(name, value)
  }
  return { get, list: () => listing(dir, environment, get) }
}

/** What could not be kept out of a log, or not be handed to a process, is no secret that a run may have. */
function checked(name: string, value: string): string {
  if (!isRedactable(value)) {
    throw new SecretError(
      'secret_too_short',
      `the secret ${name} is shorter than 4 characters, so it could not be kept out of logs; use a longer one`,
    )
  }
  if (new TextEncoder().encode(value).length > MAX_SECRET_BYTES) {
    throw new SecretError('secret_too_large', `the secret ${name} has more than ${MAX_SECRET_BYTES} bytes`)
  }
  if (value.includes('\0'))
    throw new SecretError('secret_not_text', `the secret ${name} holds a NUL byte, which no environment can carry`)
  return value
}

async function listing(
  dir: string | null,
  environment: SecretSources['environment'],
  get: SecretStore['get'],
): Promise<SecretListing> {
  const set = Object.keys(environment).filter((key) => key.startsWith(PREFIX) && environment[key] !== undefined)
  const names = new Set([
    ...set.map((key) => key.slice(PREFIX.length)),
    ...(dir === null ? [] : await namesInFolder(dir)),
  ])
  const usable = new Set<string>()
  const refused = new Map<string, string>()
  // Other names in the folder (README, lost+found, ..data of Kubernetes) are nobody's secrets.
  for (const name of [...names].filter((name) => NAME.test(name)).sort()) {
    const refusal = await get(name).then(() => null, refusalOf)
    if (refusal === null) usable.add(name)
    else refused.set(name, refusal)
  }
  return { usable, refused }
}

function refusalOf(error: unknown): string {
  if (error instanceof SecretError) return error.message
  throw error
}
