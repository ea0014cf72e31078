/** This machine: the key, the state folder, the configuration's secrets and those of runs. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Adapters } from '../adapters.js'
import { isLoopback } from '../config/listen-address.js'
import type { Config } from '../config.js'
import { error, type Finding, note, ok, warning } from './finding.js'

const OTHERS = 0o077
/** Characters of a webhook secret under which it can be guessed from one delivery that was seen. */
const LEAST_SECRET = 16

export async function checkMachine(config: Config, adapters: Adapters): Promise<readonly Finding[]> {
  return [
    await checkKey(config, adapters),
    await checkState(config),
    await checkConfigFile(config),
    ...(await checkSecrets(config, adapters)),
    ...checkWebhook(config),
  ]
}

async function checkKey({ keyPath }: Config, { signer }: Adapters): Promise<Finding> {
  try {
    const { publicKey } = await signer(keyPath)
    return ok('dispatcher_key', 7, `the key ${keyPath} signs as ${publicKey}`)
  } catch (cause) {
    return error(
      'dispatcher_key',
      7,
      `the dispatcher's key cannot be used: ${said(cause)}`,
      'Repair the file that [identity] key names.',
    )
  }
}

async function checkState({ stateDir }: Config): Promise<Finding> {
  // The folder itself is made at the first start.
  const found = (await exists(stateDir)) ? stateDir : dirname(stateDir)
  try {
    await access(found, constants.W_OK | constants.X_OK)
    return ok('state_dir', 8, `${stateDir} can be written to`)
  } catch {
    return error('state_dir', 8, `${stateDir} cannot be written to`, 'Give it to the user that runs the dispatcher.')
  }
}

/** A credential in the URL makes the file a secret. */
async function checkConfigFile({ path, url }: Config): Promise<Finding> {
  const { mode } = await stat(path)
  const hasCredential = /^https?:\/\/[^/@]+@/.test(url)
  if (!hasCredential || (mode & OTHERS) === 0)
    return ok('config_file', 10, `${path} holds no secret that others can read`)
  return error(
    'config_file',
    10,
    `${path} holds a credential in repo.url, and other users may read it`,
    `chmod 600 ${path}, and put the credential elsewhere.`,
  )
}

/** To a request a secret that may not be used is one that is missing: only here somebody learns why. */
async function checkSecrets(config: Config, adapters: Adapters): Promise<readonly Finding[]> {
  try {
    const { usable, refused } = await adapters.secrets(config).list()
    if (refused.size === 0) return [ok('secrets', 10, `secrets for runs: ${[...usable].join(', ') || 'none'}`)]
    return [...refused.values()].map((why) => error('secrets', 10, why, 'Until then actions that ask for it wait.'))
  } catch (cause) {
    return [error('secrets', 10, said(cause), 'Repair the folder that [secrets] dir names.')]
  }
}

function checkWebhook({ webhook }: Config): readonly Finding[] {
  if (webhook === null) return [note('webhook', null, 'no [webhook]: the dispatcher looks when its schedule says')]
  const { secret, host } = webhook
  if (secret.kind === 'missing')
    return [error('webhook', null, secret.message, 'Set it where the service gets its environment.')]
  const findings = [
    secret.value.length < LEAST_SECRET
      ? warning(
          'webhook',
          null,
          `the webhook's secret has only ${secret.value.length} characters`,
          'Make a new one: openssl rand -hex 32',
        )
      : ok('webhook', null, 'the webhook has a secret'),
  ]
  return isLoopback(host)
    ? findings
    : [...findings, note('webhook_public', null, `the webhook listens on ${host}, where others can reach it`)]
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

export function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
