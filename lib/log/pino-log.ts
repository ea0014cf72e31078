import { type DestinationStream, destination, pino } from 'pino'
import { LIMITS } from '../../vault/limits.js'
import type { Log } from './port.js'

export interface LogOptions {
  /** For a terminal; JSON lines otherwise. */
  readonly pretty: boolean
  readonly level: string
  /** An error that is no bug, in words for the operator; null: its stack is needed. */
  readonly expectedWords: (error: unknown) => string | null
}

const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'silent'])
const STDERR = 2

/** Logs go to stderr: stdout carries what was asked for, and nothing else. */
export async function pinoLog(options: LogOptions): Promise<Log> {
  const level = LEVELS.has(options.level) ? options.level : 'info'
  const stderr = toStderr()
  // Loaded for a terminal only: it is as slow to load as all the rest of a log.
  const pretty = options.pretty ? (await import('pino-pretty')).default : null
  const stream: DestinationStream = pretty?.({ destination: stderr, sync: true }) ?? stderr
  // What a run or a request says is stored redacted already; these are the places where a token could stand in a field.
  const redact = ['*.token', '*.authorization', '*.password', 'env.*', '*.env.*']
  const serializers = { error: (error: unknown) => told(error, options.expectedWords(error)) }
  const log: Log = pino({ level, base: null, redact, serializers }, stream)
  return log
}

/** A daemon whose log has no room goes on with its work: the lines wait for the next one, the newest beyond a bound are lost. */
function toStderr() {
  const stream = destination({ dest: STDERR, sync: true, maxLength: LIMITS.unwrittenLogBytes })
  return stream.on('error', () => undefined)
}

function told(error: unknown, words: string | null): unknown {
  if (words === null) return pino.stdSerializers.err(error as Error)
  return { type: error instanceof Error ? error.name : typeof error, message: words }
}
