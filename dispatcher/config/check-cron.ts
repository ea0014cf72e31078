/** The schedule of `serve`. Who sets up a dispatcher asks too: what works now must not fail on the day it is served. */

import type { Config } from '../config.js'
import { CONFIG_DEFAULTS } from '../config-schema.js'
import { ConfigError } from './config-error.js'

const FIELDS = 6
const EXAMPLE = '"*/10 * * * * *", every ten seconds'

/** Rejects with ConfigError. The scheduler is loaded only for a schedule that somebody wrote: it is a tenth of a short command. */
export async function checkCron({ path, cron }: Pick<Config, 'path' | 'cron'>): Promise<void> {
  if (cron === CONFIG_DEFAULTS.cron) return
  const { validateDetailed } = await import('node-cron')
  const { valid, errors } = validateDetailed(cron)
  const isSix = cron.trim().split(/\s+/).length === FIELDS
  if (valid && isSix) return
  const why = isSix ? (errors[0]?.message ?? 'it is no schedule') : 'it needs six fields, seconds first'
  throw new ConfigError(`${path}: [schedule] cron = ${JSON.stringify(cron)} cannot be used: ${why}; such as ${EXAMPLE}`)
}
