/**
 * Which process, for ever: a pid is used again some day, with its start time it is one process of one boot, and the
 * boot id tells that from a process after a reboot.
 */
import { readFileSync } from 'node:fs'
import { HAS_PROC, readProcess } from './process-table.js'

export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
  readonly boot: string
}

export function ownIdentity(): ProcessIdentity {
  const row = readProcess(process.pid)
  // By a wrong one the runs of a supervisor that lives would be called lost.
  if (row === null && HAS_PROC) throw new Error('this process cannot be found in /proc')
  return { pid: process.pid, startTicks: row?.startTicks ?? 0, boot: bootId() }
}

/** Short enough to be stored inside the inode of a symbolic link: 59 bytes on ext4. */
export function renderIdentity(identity: ProcessIdentity): string {
  return `${identity.pid}.${identity.startTicks}.${identity.boot}`
}

export function parseIdentity(text: string): ProcessIdentity | null {
  const [, pid, startTicks, boot] = /^(\d+)\.(\d+)\.([0-9a-z-]+)$/.exec(text) ?? []
  if (pid === undefined || startTicks === undefined || boot === undefined) return null
  return { pid: Number(pid), startTicks: Number(startTicks), boot }
}

export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.boot !== bootId()) return false
  // Without /proc nothing tells a pid that was used again: such a run may be called `running` for too long, never `lost` wrongly.
  if (!HAS_PROC) return answersSignals(identity.pid)
  const row = readProcess(identity.pid)
  return row?.isAlive === true && row.startTicks === identity.startTicks
}

export function bootId(): string {
  if (!HAS_PROC) return 'none'
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
