/** `[forge]`: which forge holds the ops repo, and as whom we speak to it. */
import { resolve } from 'node:path'
import type { Environment } from '../../lib/git/environment.js'
import type { ForgeKind } from '../../vault/forge/fact.js'
import type { ConfigFile } from '../config-schema.js'
import { type FromEnvironment, fromEnvironment, type Source } from './from-environment.js'

export interface ForgeConfig {
  readonly kind: ForgeKind
  /** What people open in a browser, without a slash at its end. */
  readonly url: string
  /** `owner/name` */
  readonly repo: string
  readonly credential: ForgeCredential
}

export type ForgeCredential =
  | { readonly kind: 'token'; readonly variable: string; readonly token: FromEnvironment }
  | {
      readonly kind: 'app'
      readonly appId: number
      readonly installationId: number
      /** Absolute path of a PEM file. */
      readonly privateKeyPath: string
    }

export const FORGE_TOKEN_VARIABLE = 'COUNTERSIGN_FORGE_TOKEN'
const GITHUB = 'https://github.com'

/** Null: plain git. What belongs together was checked with the file's format. */
export function compileForge(
  forge: ConfigFile['forge'],
  folder: string,
  source: Source,
  environment: Environment,
): ForgeConfig | null {
  if (forge === undefined || forge.kind === undefined || forge.kind === 'git' || forge.repo === undefined) return null
  return {
    kind: forge.kind,
    url: (forge.url ?? GITHUB).replace(/\/+$/, ''),
    repo: forge.repo,
    credential: credentialOf(forge, folder, source, environment),
  }
}

function credentialOf(
  forge: NonNullable<ConfigFile['forge']>,
  folder: string,
  source: Source,
  environment: Environment,
): ForgeCredential {
  const { app_id: appId, installation_id: installationId, private_key_file: key } = forge
  if (appId !== undefined && installationId !== undefined && key !== undefined)
    return { kind: 'app', appId, installationId, privateKeyPath: resolve(folder, key) }
  const variable = forge.token_env ?? FORGE_TOKEN_VARIABLE
  const what = `the dispatcher's token of the forge`
  return {
    kind: 'token',
    variable,
    token: fromEnvironment(variable, what, ['forge', 'token_env'], source, environment),
  }
}
