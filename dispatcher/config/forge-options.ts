/** From the configuration to what a forge's adapter takes; here the private key of a GitHub App is read. */
import { basename, dirname } from 'node:path'
import type { ForgeAuth, ForgeOptions } from '../../lib/forge/forge-options.js'
import { readSecretFile } from '../../lib/secrets/secret-file.js'
import { ConfigError } from './config-error.js'
import type { ForgeConfig, ForgeCredential } from './forge-config.js'
import { needed } from './from-environment.js'

/** Rejects with ConfigError where token or key are not there, with SecretError where the key is open to others. */
export async function forgeOptions({ kind, url, repo, credential }: ForgeConfig): Promise<ForgeOptions> {
  return { kind, url, repo, auth: await authOf(credential), now: () => Date.now() }
}

async function authOf(credential: ForgeCredential): Promise<ForgeAuth> {
  if (credential.kind === 'token') return { kind: 'token', token: needed(credential.token) }
  const { appId, installationId, privateKeyPath } = credential
  const privateKey = await readSecretFile(dirname(privateKeyPath), basename(privateKeyPath))
  if (privateKey === null)
    throw new ConfigError(`there is no private key of the GitHub App at ${privateKeyPath} ([forge] private_key_file)`)
  return { kind: 'app', appId, installationId, privateKey }
}
