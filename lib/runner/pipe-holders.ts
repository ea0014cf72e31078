/** Who still holds a run's output open when all that is known of it has ended: a process that escaped, but kept it. */
import { readdirSync, readlinkSync } from 'node:fs'
import { type ProcessRow, readProcessTable } from './process-table.js'

/** A look at every open file of the machine: only for when a pipe does not end. */
export function holdersOf(pipe: string): readonly ProcessRow[] {
  try {
    return readProcessTable().filter(({ pid }) => pid !== process.pid && holds(pid, pipe))
  } catch {
    // No file to be had: then they are not found.
    return []
  }
}

function holds(pid: number, pipe: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === pipe)
  } catch {
    // It ended, or belongs to somebody else.
    return false
  }
}
