/** `countersign serve`: the daemon. SIGTERM and SIGINT drain, SIGHUP reads the configuration again. */
import { type ScheduledTask, schedule } from 'node-cron'
import type { Log } from '../../lib/log/port.js'
import { StateFolderGone } from '../../lib/state/instance-lock.js'
import type { Adapters } from '../adapters.js'
import { checkCron } from '../config/check-cron.js'
import { forgeOptions } from '../config/forge-options.js'
import { needed } from '../config/from-environment.js'
import { type Config, ConfigError, configPath, loadConfig } from '../config.js'
import { Daemon } from '../daemon.js'
import { type Dispatcher, openDispatcher } from '../dispatcher.js'
import { type Endpoint, openEndpoint } from '../serve/endpoint.js'
import { Grace } from '../serve/grace.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'

export interface ServeOptions {
  readonly config?: string
}

/** What a process is told from outside. */
export interface Signals {
  /** Resolves with each signal, in turn. */
  next(): Promise<'stop' | 'reload'>
  /** Aborted by the first `stop`, whether anybody asks for the next signal or not. */
  readonly stopped: AbortSignal
}

export async function serveCommand(
  options: ServeOptions,
  adapters: Adapters,
  terminal: Terminal,
  signals: Signals,
): Promise<ExitCode> {
  const log = await adapters.log({ pretty: terminal.isInteractive, level: 'info' })
  const path = configPath(options.config, adapters.environment)
  const start: Start = (config) => Service.start(config, adapters, log, new Grace(signals.stopped))
  try {
    let service = await start(await readUsable(path, adapters))
    let told = signals.next()
    for (;;) {
      const signal = await Promise.race([told, service.cloneGone])
      if (signal === 'clone_gone') {
        service = await service.withNewClone(start, log)
        continue
      }
      told = signals.next()
      log.info({ signal }, signal === 'stop' ? 'draining' : 'reading the configuration again')
      if (signal === 'stop') break
      service = await reload(service, start, path, adapters, log)
    }
    await service.stop()
  } catch (error) {
    // As all that a daemon says, once it is one.
    if (error instanceof StateFolderGone) {
      log.error({ error }, 'stopped')
      return EXIT.usage
    }
    // A start that was given up because of it is a stop like any other.
    if (!(error instanceof GivenUp)) throw error
    log.info({ error: error.cause }, 'told to stop while it was starting')
  }
  log.info({}, 'stopped; what still runs is with its supervisor')
  return EXIT.done
}

type Start = (config: Config) => Promise<Service>

/** It was told to stop before it had started, and waited no longer. */
class GivenUp extends Error {}

/** A configuration that cannot be used changes nothing: the one that works goes on. */
async function reload(service: Service, start: Start, path: string, adapters: Adapters, log: Log): Promise<Service> {
  const config = await usable(() => readUsable(path, adapters), log)
  if (config === null) return service
  await service.stop()
  return (await usable(() => start(config), log)) ?? (await start(service.config))
}

/** Null: it cannot be used, which was said. */
async function usable<T>(use: () => Promise<T>, log: Log): Promise<T | null> {
  try {
    return await use()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    log.error({ error }, 'the new configuration cannot be used; the old one stays')
    return null
  }
}

/** What would fail only later is asked for now: tokens and secrets of the environment. */
async function readUsable(path: string, { environment }: Adapters): Promise<Config> {
  const config = await loadConfig(path, environment)
  await checkCron(config)
  if (config.forge !== null) await forgeOptions(config.forge)
  if (config.webhook !== null) needed(config.webhook.secret)
  return config
}

class Service {
  private constructor(
    private readonly dispatcher: Dispatcher,
    private readonly daemon: Daemon,
    private readonly task: ScheduledTask,
    private readonly endpoint: Endpoint | null,
    private readonly grace: Grace,
    /** Somebody removed it, and perhaps all of the state folder. */
    readonly cloneGone: Promise<'clone_gone'>,
  ) {}

  get config(): Config {
    return this.dispatcher.config
  }

  static async start(config: Config, adapters: Adapters, log: Log, grace: Grace): Promise<Service> {
    let dispatcher: Dispatcher
    try {
      dispatcher = await openDispatcher(config, adapters, log, grace)
    } catch (error) {
      grace.end()
      throw grace.over.aborted ? new GivenUp('', { cause: error }) : error
    }
    let loseClone: () => void = () => undefined
    const cloneGone = new Promise<'clone_gone'>((resolve) => {
      loseClone = () => resolve('clone_gone')
    })
    const daemon = new Daemon(dispatcher, log, loseClone)
    const task = schedule(config.cron, () => daemon.wake(), {
      noOverlap: true,
      suppressMissedWarning: true,
      logger: quiet(log),
    })
    let endpoint: Endpoint | null
    try {
      endpoint = await openEndpoint(config, { daemon, task, adapters, log })
    } catch (error) {
      await task.destroy()
      await daemon.drain()
      await dispatcher.close()
      grace.end()
      throw error
    }
    log.info(
      {
        name: config.name,
        repo: redactUrl(config.url),
        cron: config.cron,
        instance: dispatcher.scribe.dispatcher.instance,
        ...(endpoint === null ? {} : { webhook: endpoint.url }),
      },
      'serving',
    )
    void daemon.wake()
    return new Service(dispatcher, daemon, task, endpoint, grace, cloneGone)
  }

  /** As a restart does it: the clone is a cache, and what main was is remembered beside it. */
  async withNewClone(start: Start, log: Log): Promise<Service> {
    const isAtHome = await this.dispatcher.isAtHome()
    if (isAtHome) log.warn({ clone: this.dispatcher.repository.path }, 'the clone was removed; it is made anew')
    await this.stop()
    if (!isAtHome) throw new StateFolderGone(this.config.stateDir)
    return start(this.config)
  }

  async stop(): Promise<void> {
    this.grace.begin()
    await this.endpoint?.close()
    await this.task.destroy()
    await this.daemon.drain()
    await this.dispatcher.close()
    this.grace.end()
  }
}

/** node-cron prints warnings of its own; they are ours to log. */
function quiet(log: Log) {
  const say = (message: unknown) => log.debug({ message: String(message) }, 'schedule')
  return { info: say, warn: say, error: say, debug: say }
}

function redactUrl(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//***@')
}
