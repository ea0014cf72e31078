/**
 * The processes of a run as they are written down for those who come after a crash of its supervisor. Short runs have
 * no such record: their processes are found by marker and folder. Not synced: after a crash of the machine there are none.
 */
import { closeSync, constants, openSync, writeFileSync } from 'node:fs'
import { LIMITS } from '../../vault/limits.js'
import type { Footprint } from './footprint.js'
import { readRegular } from './read-regular.js'
import type { RunLayout } from './run-layout.js'

// A run that puts a pipe or a link in its place blocks nobody, and writes nowhere else.
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK

export function recordProcesses(layout: RunLayout, run: Footprint): void {
  try {
    const fd = openSync(layout.processes, FLAGS, 0o600)
    const rows = [...run.leaders, ...run.seen]
    writeFileSync(fd, rows.map(([pid, startTicks]) => `${pid} ${startTicks}\n`).join(''))
    closeSync(fd)
  } catch {
    // A full disk: they are still found by marker and folder.
  }
}

export function recordedProcesses(layout: RunLayout): ReadonlyMap<number, number> {
  const rows = readRegular(layout.processes, 'start', LIMITS.processListBytes)
    .toString()
    .matchAll(/^(\d+) (\d+)$/gm)
  return new Map([...rows].map(([, pid, startTicks]) => [Number(pid), Number(startTicks)]))
}
