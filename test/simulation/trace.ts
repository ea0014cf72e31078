/** What happens in a world, in words, as it happens: to read how a seed went. */
import type { Log } from '../../lib/log/port.js'

export type Tell = (line: string) => void

export const NOBODY: Tell = () => undefined

/** A dispatcher's own words; nothing is put together where nobody listens. */
export function logTo(tell: Tell, who: string): Log {
  if (tell === NOBODY) return SILENT
  const say = (level: string) => (fields: object, message: string) =>
    tell(`    ${who} ${level}: ${message} ${JSON.stringify(fields, plain)}`)
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

const nothing = () => undefined
const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

function plain(_: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value
}
