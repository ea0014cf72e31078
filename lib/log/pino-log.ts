import { type DestinationStream, destination, pino } from 'pino'
import pretty from 'pino-pretty'
import type { Log } from './port.js'

export interface LogOptions {
  /** For a terminal; JSON lines otherwise. */
  readonly pretty: boolean
  readonly level: string
}

const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'silent'])
const STDERR = 2

/** Logs go to stderr: stdout carries what was asked for, and nothing else. */
export function pinoLog(options: LogOptions): Log {
  const level = LEVELS.has(options.level) ? options.level : 'info'
  const stream: DestinationStream = options.pretty
    ? pretty({ destination: STDERR, sync: true })
    : destination({ dest: STDERR, sync: true })
  // What a run or a request says is stored redacted already; these are the places where a token could stand in a field.
  const redact = ['*.token', '*.authorization', '*.password', 'env.*', '*.env.*']
  return pino({ level, base: null, redact, serializers: { error: pino.stdSerializers.err } }, stream)
}
