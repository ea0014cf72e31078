/**
 * The processes of this machine, from /proc. Where there is none (macOS), the table is empty and runs are held by
 * their process groups alone.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { errno } from './errno.js'
import { PACE } from './runner-limits.js'

export interface ProcessRow {
  readonly pid: number
  readonly ppid: number
  readonly group: number
  readonly session: number
  /** Clock ticks between boot and its start: with the pid, the identity of a process within one boot. */
  readonly startTicks: number
  /** False for one that has ended and that nobody has waited for yet. */
  readonly isAlive: boolean
}

export const HAS_PROC: boolean = existsSync('/proc/self/stat')
const KERNEL_THREAD = 0x200000
const buffer = Buffer.alloc(4096)

export function readProcessTable(): readonly ProcessRow[] {
  return rowsOf(listPids())
}

/**
 * Only processes that were started when `firstPid` was or later, and not after `last`. Linux gives pids out in ascending
 * order and says which was the last, so that the sweep after a short run costs next to nothing on a machine with many
 * processes. Must not be asked when so much time has passed that pids may have wrapped around to `firstPid`.
 */
export function readProcessesBetween(firstPid: number, last: number): readonly ProcessRow[] {
  if (last >= firstPid && last - firstPid < PACE.fewPids) {
    const pids = Array.from({ length: last - firstPid + 1 }, (_, i) => firstPid + i)
    // Asking costs a third of what failing to open does.
    return rowsOf(pids.filter((pid) => existsSync(`/proc/${pid}`)))
  }
  const born = (pid: number) => (last < firstPid ? pid >= firstPid || pid <= last : pid >= firstPid && pid <= last)
  return rowsOf(listPids().filter(born))
}

/** Null for a process that is gone. Throws where that cannot be known: a run must not be called lost for want of a file. */
export function readProcess(pid: number): ProcessRow | null {
  const text = readSmall(`/proc/${pid}/stat`)
  return text === null ? null : parseStat(pid, text)
}

/** Fields of proc(5); the name of a program, which may hold spaces and brackets, ends at the last bracket. */
export function parseStat(pid: number, text: string): ProcessRow | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === undefined || (Number(fields[6]) & KERNEL_THREAD) !== 0) return null
  const [ppid, group, session, startTicks] = [fields[1], fields[2], fields[3], fields[19]].map(Number)
  if (ppid === undefined || group === undefined || session === undefined || startTicks === undefined) return null
  return Number.isNaN(startTicks) ? null : { pid, ppid, group, session, startTicks, isAlive: !'ZX'.includes(state) }
}

function rowsOf(pids: readonly number[]): readonly ProcessRow[] {
  return pids.map(readProcess).filter((row): row is ProcessRow => row?.isAlive === true)
}

function listPids(): readonly number[] {
  if (!HAS_PROC) return []
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

let isOfOthers = false

/** The pid that was given out last on this machine; 0 where that is not said. */
export function lastPid(): number {
  return isOfOthers ? 0 : Number(readSmall('/proc/loadavg')?.trim().split(' ').at(-1) ?? 0)
}

/**
 * Told of each child whose start stood between two looks. In some containers (lxcfs) that file is the host's, which gives
 * out other pids than we see: by those no process of a run would ever be found.
 */
export function heedStart(before: number, child: number): void {
  isOfOthers ||= !isBetween(before, child, lastPid())
}

/** Pids wrap around. */
export function isBetween(before: number, pid: number, last: number): boolean {
  return before <= last ? pid > before && pid <= last : pid > before || pid <= last
}

/** Null for a process that is gone, or hidden from us. Synchronous: these files are memory. */
function readSmall(path: string): string | null {
  let fd: number | null = null
  try {
    fd = openSync(path, 'r')
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0))
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errno(error))) return null
    throw error
  } finally {
    if (fd !== null) closeSync(fd)
  }
}
