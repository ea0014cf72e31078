/**
 * Which processes belong to a run. Steps have a session for themselves, but a process may leave it (setsid, double
 * fork), and its parent may be gone. So a process belongs to a run when any of these holds: it is in that session; its environment carries the run's marker; its working folder is one of the run's; it was seen before; its parent
 * belongs to the run. What clears its environment, leaves session and folder and loses its parent before it was ever
 * seen escapes: only a pid namespace holds that, and Node cannot make itself a subreaper.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { lastPid, type ProcessRow, readProcess } from './process-table.js'

/** The environment variable by which a run's processes are found. */
export const MARKER = 'COUNTERSIGN_RUN'

export interface Footprint {
  readonly nonce: string
  /** Real path of what the run may write. Not of our own part of its folder, where an operator may read its log. */
  readonly folder: string
  /** No process of the run started before this many ticks after boot. */
  notBefore: number
  /** Leaders of the sessions in which steps run, with their start ticks. */
  readonly leaders: Map<number, number>
  /** The shell in whose session its steps run, if there is one: not itself of the run. */
  launcher: number | null
  /** The first pid that a process of the run can have. */
  firstPid: number | null
  readonly seen: Map<number, number>
  /**
   * Whether this process watches the run itself. If not, pids may have been used again since: then a session whose
   * leader is gone proves nothing.
   */
  readonly watched: boolean
}

export function watchedFootprint(nonce: string, folder: string): Footprint {
  const notBefore = Number.POSITIVE_INFINITY
  const leaders = new Map<number, number>()
  return { nonce, folder, notBefore, leaders, launcher: null, firstPid: null, seen: new Map(), watched: true }
}

/** Must be called right after the start: one that died at once stays in the table until the next turn of the loop. */
export function addLeader(run: Footprint, pid: number): void {
  const startTicks = startTicksOf(pid)
  run.leaders.set(pid, startTicks)
  run.notBefore = Math.min(run.notBefore, startTicks)
  run.firstPid ??= pid
}

/** Before the first step is started by it. */
export function setLauncher(run: Footprint, pid: number, startTicks: number): void {
  run.leaders.set(pid, startTicks)
  run.notBefore = Math.min(run.notBefore, startTicks)
  run.launcher = pid
  run.firstPid ??= lastPid() + 1
}

function startTicksOf(pid: number): number {
  try {
    return readProcess(pid)?.startTicks ?? 0
  } catch {
    // No file to be had: the step is still found as leader of its session.
    return 0
  }
}

/** Remembers whom it finds, so that they are known also when they have left their parents. */
export function membersOf(run: Footprint, table: readonly ProcessRow[]): readonly ProcessRow[] {
  // By its start time too: a launcher that its run killed leaves a pid that the run may get again.
  const isLauncher = (row: ProcessRow) => row.pid === run.launcher && row.startTicks === run.leaders.get(row.pid)
  const young = table.filter((row) => row.startTicks >= run.notBefore && row.pid !== process.pid && !isLauncher(row))
  const byPid = new Map(young.map((row) => [row.pid, row]))
  const members = new Map<number, ProcessRow>()
  for (const row of young) if (isMarked(run, row, byPid)) members.set(row.pid, row)
  for (let before = -1; before !== members.size; ) {
    before = members.size
    for (const row of young) if (members.has(row.ppid)) members.set(row.pid, row)
  }
  for (const row of members.values()) run.seen.set(row.pid, row.startTicks)
  return [...members.values()]
}

/** Forgets those who are gone, which a run of a day may have many of. */
export function refresh(run: Footprint, wholeTable: readonly ProcessRow[]): void {
  const alive = new Set(membersOf(run, wholeTable).map(({ pid }) => pid))
  for (const pid of run.seen.keys()) if (!alive.has(pid)) run.seen.delete(pid)
}

function isMarked(run: Footprint, row: ProcessRow, table: ReadonlyMap<number, ProcessRow>): boolean {
  if (run.leaders.get(row.pid) === row.startTicks || run.seen.get(row.pid) === row.startTicks) return true
  return inSession(run, row, table) || carriesMarker(run, row.pid) || worksInside(run, row.pid)
}

function inSession(run: Footprint, row: ProcessRow, table: ReadonlyMap<number, ProcessRow>): boolean {
  const ticks = run.leaders.get(row.session)
  if (ticks === undefined) return false
  const leader = table.get(row.session)
  return leader === undefined ? run.watched : leader.startTicks === ticks
}

/** Processes of other users cannot be read, and are not ours. */
function carriesMarker(run: Footprint, pid: number): boolean {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`
    return environment.includes(`\0${MARKER}=${run.nonce}\0`)
  } catch {
    return false
  }
}

function worksInside(run: Footprint, pid: number): boolean {
  try {
    return `${readlinkSync(`/proc/${pid}/cwd`)}/`.startsWith(`${run.folder}/`)
  } catch {
    return false
  }
}
