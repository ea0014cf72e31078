/** Law 9: what somebody left open when the dispatcher was started is not for runs. */
import { closeSync, readdirSync, readFileSync } from 'node:fs'
import { HAS_PROC } from './process-table.js'

const CLOSE_ON_EXEC = 0o2000000

/** Node keeps its own files to itself, and of those it inherited only the low numbers; this closes the others. */
export function closeInherited(): void {
  if (!HAS_PROC) return
  for (const fd of readdirSync('/proc/self/fd').map(Number)) if (fd > 2 && isPassedOn(fd)) closeSync(fd)
}

function isPassedOn(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1]
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0
  } catch {
    // The one by which the folder itself was read.
    return false
  }
}
