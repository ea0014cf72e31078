/** The dispatcher keys that count: those given on the command line, else those of the configuration. */
import { SigningError } from '../../lib/signing/signing-error.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import type { Config } from '../config.js'

export interface PinnedKeys {
  /** Each `ed25519:<base64>`. */
  readonly keys: readonly string[]
  readonly verifier: RecordVerifier
}

/** No key at all is a valid answer: then every key is unknown. */
export async function pinnedKeys(
  given: readonly string[],
  config: Config | null,
  adapters: Adapters,
): Promise<PinnedKeys> {
  const keys = given.length > 0 ? given : await configuredKeys(config, adapters)
  const unique = [...new Set(keys)]
  try {
    return { keys: unique, verifier: adapters.verifier(unique) }
  } catch (error) {
    throw error instanceof SigningError ? usageError(error.message) : error
  }
}

/** A dispatcher's own key is among its own; who only reads its configuration need not be able to read that. */
async function configuredKeys(config: Config | null, adapters: Adapters): Promise<readonly string[]> {
  if (config === null) return []
  try {
    return [...config.trustedKeys, (await adapters.signer(config.keyPath)).publicKey]
  } catch (error) {
    if (error instanceof SigningError) return config.trustedKeys
    throw error
  }
}
