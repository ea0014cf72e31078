/** The webhook endpoint of a daemon: it wakes the tick, and says whether the daemon lives. */
import type { ScheduledTask } from 'node-cron'
import type { WebhookServer } from '../../lib/http/webhook-server.js'
import type { Log } from '../../lib/log/port.js'
import type { Adapters } from '../adapters.js'
import { needed } from '../config/from-environment.js'
import type { WebhookConfig } from '../config/webhook-config.js'
import { type Config, ConfigError } from '../config.js'
import type { Daemon } from '../daemon.js'
import { healthOf, longestPauseMs } from './health.js'
import { Waker } from './waker.js'

export interface Endpoint {
  readonly url: string
  close(): Promise<void>
}

interface Parts {
  readonly daemon: Daemon
  readonly task: ScheduledTask
  readonly adapters: Adapters
  readonly log: Log
}

const RUNS_TO_LOOK_AT = 10

/** Null: none is configured. Rejects with ConfigError where the address cannot be had. */
export async function openEndpoint({ path, webhook }: Config, parts: Parts): Promise<Endpoint | null> {
  if (webhook === null) return null
  const { daemon, task, adapters } = parts
  const { now } = adapters
  const waker = new Waker(() => void daemon.wake(), now)
  const pauseMs = longestPauseMs(task.getNextRuns(RUNS_TO_LOOK_AT))
  const server = await listen(path, webhook, {
    ...parts,
    wake: () => waker.wake(),
    health: () => healthOf(daemon.pulse, pauseMs, now()),
  })
  const close = () => {
    waker.stop()
    return server.close()
  }
  return { url: server.url, close }
}

async function listen(
  path: string,
  { host, port, secret }: WebhookConfig,
  { adapters, log, wake, health }: Parts & { wake: () => void; health: () => ReturnType<typeof healthOf> },
): Promise<WebhookServer> {
  const value = needed(secret)
  try {
    return await adapters.startWebhookServer({
      host,
      port,
      secret: value,
      wake,
      health,
      now: adapters.now,
      log: (message, fields) => log.warn(fields, message),
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new ConfigError(`${path}: [webhook] listen: nothing can listen on ${host}:${port} (${code})`)
  }
}
