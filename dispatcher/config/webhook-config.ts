/** `[webhook]`: where the forge may wake the dispatcher. */
import type { Environment } from '../../lib/git/environment.js'
import type { ConfigFile } from '../config-schema.js'
import { type FromEnvironment, fromEnvironment, type Source } from './from-environment.js'
import { parseListen } from './listen-address.js'

export interface WebhookConfig {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly secret: FromEnvironment
}

const WEBHOOK_SECRET_VARIABLE = 'COUNTERSIGN_WEBHOOK_SECRET'
const DEFAULT_LISTEN = '127.0.0.1:8787'

export function compileWebhook(
  webhook: ConfigFile['webhook'],
  source: Source,
  environment: Environment,
): WebhookConfig | null {
  const address = webhook === undefined ? null : parseListen(webhook.listen ?? DEFAULT_LISTEN)
  if (webhook === undefined || address === null) return null
  const variable = webhook.secret_env ?? WEBHOOK_SECRET_VARIABLE
  const what = 'the secret that the forge signs its webhooks with'
  return { ...address, secret: fromEnvironment(variable, what, ['webhook', 'secret_env'], source, environment) }
}
