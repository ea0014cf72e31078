/** `countersign tick`: one tick, and the end of every run that it started. */

import pc from 'picocolors'
import { plain } from '../../vault/prose/plain.js'
import { REASONS, type ReasonCode } from '../../vault/reasons.js'
import type { Adapters } from '../adapters.js'
import type { Launched } from '../apply/launcher.js'
import { checkCron } from '../config/check-cron.js'
import { configPath, loadConfig } from '../config.js'
import { type Dispatcher, openDispatcher } from '../dispatcher.js'
import { Grace } from '../serve/grace.js'
import { lookOnly, type Ticked, tick } from '../tick.js'
import { EXIT, type ExitCode, type Terminal } from './terminal.js'
import { type TickLine, tickLines } from './tick-line.js'
import { brokenSetMessage } from './trust-message.js'

export interface TickOptions {
  readonly config?: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** @param stopped SIGTERM and SIGINT: nothing more is claimed, and what runs is left to its supervisor, as by the daemon */
export async function tickCommand(
  options: TickOptions,
  adapters: Adapters,
  terminal: Terminal,
  stopped: AbortSignal = new AbortController().signal,
): Promise<ExitCode> {
  const config = await loadConfig(configPath(options.config, adapters.environment), adapters.environment)
  await checkCron(config)
  const grace = new Grace(stopped)
  try {
    const log = await adapters.log({ pretty: terminal.isInteractive, level: 'warn' })
    const dispatcher = await openDispatcher(config, adapters, log, grace)
    const drain = () => dispatcher.launcher.drain()
    stopped.addEventListener('abort', drain)
    if (stopped.aborted) drain()
    try {
      const exitCode = await tickOnce(dispatcher, options, terminal)
      return stopped.aborted ? tellStopped(terminal) : exitCode
    } finally {
      stopped.removeEventListener('abort', drain)
      await dispatcher.close()
    }
  } catch (error) {
    // What was given up because of it is no fault.
    if (!stopped.aborted) throw error
    return tellStopped(terminal)
  } finally {
    grace.end()
  }
}

function tellStopped(terminal: Terminal): ExitCode {
  terminal.err('told to stop: what runs goes on with its supervisor, and the next tick records how it ended')
  return EXIT.unverified
}

async function tickOnce(dispatcher: Dispatcher, options: TickOptions, terminal: Terminal): Promise<ExitCode> {
  const ticked = options.dryRun === true ? await lookOnly(dispatcher) : await tickWhole(dispatcher)
  const lines = await tickLines(ticked)
  await dispatcher.applier.tidy()
  const colours = pc.createColors(terminal.hasColour)
  for (const line of lines) terminal.out(options.json === true ? JSON.stringify(line) : renderLine(line, colours))
  if (lines.length === 0 && options.json !== true) terminal.out('nothing to decide: no request is open')
  return exitCodeOf(ticked, terminal)
}

/** What a tick took in hand before it failed is in hand: whoever comes next must not find it half prepared. */
async function tickWhole(dispatcher: Dispatcher): Promise<Ticked> {
  const launched = new Map<string, Promise<Launched>>()
  try {
    return await tick(dispatcher, new Set(), launched)
  } catch (error) {
    dispatcher.launcher.drain()
    await Promise.all(launched.values())
    throw error
  }
}

/** 0 whatever the verdicts on single requests; a broken trust set is the operator's to repair, a freeze is said. */
function exitCodeOf({ snapshot }: Ticked, terminal: Terminal): ExitCode {
  const { trust, freeze } = snapshot
  if (trust.offending !== null)
    terminal.err(
      `warning: commit ${trust.offending.commit} changed the trust set without authority (${trust.offending.reason}: ${plain(trust.offending.detail)}); the last set in force stays. Restore it, then change it with an admin's second key.`,
    )
  if (freeze !== null) {
    terminal.err(`frozen (${freeze.cause}): ${plain(freeze.reason)}`)
    return EXIT.unverified
  }
  if (trust.broken === null) return EXIT.done
  terminal.err(brokenSetMessage(trust.broken))
  return EXIT.usage
}

type Colours = ReturnType<typeof pc.createColors>

/** How a verdict looks on a terminal. */
const COLOUR = { fire: 'green', wait: 'yellow', refuse: 'red', unverifiable: 'magenta' } as const

function renderLine(line: TickLine, colours: Colours): string {
  const meaning = REASONS[line.reason as ReasonCode].meaning
  const tail = [
    line.status === undefined ? '' : `: ${line.status}`,
    line.until === undefined ? '' : ` until ${line.until}`,
    line.record === undefined ? '' : ` (${line.record})`,
  ]
  return `${plain(line.id, 120)}  ${line.tier}  ${colours[COLOUR[line.verdict]](line.verdict)} ${line.reason}${tail.join('')}${line.verdict === 'fire' ? '' : `\n    ${line.detail === undefined ? meaning : plain(line.detail)}`}`
}
