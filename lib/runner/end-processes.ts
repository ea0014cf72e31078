/** Ends all processes of a run: asks (SIGTERM), then kills, until none is found any more or a bound is reached. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Footprint, membersOf } from './footprint.js'
import { HAS_PROC, type ProcessRow, readProcessTable } from './process-table.js'

/** How long processes are looked for after SIGKILL: one in uninterruptible sleep may outlive any bound. */
const KILL_MS = 5_000

/** How many processes there were when it began, and how many could not be ended. */
export interface Ended {
  readonly found: number
  readonly left: number
}

export async function endProcesses(run: Footprint, graceMs: number): Promise<Ended> {
  if (!HAS_PROC) return endGroups(run, graceMs)
  const first = membersOf(run, readProcessTable())
  if (first.length === 0) return { found: 0, left: 0 }
  await ask(run, first, graceMs)
  return { found: first.length, left: await kill(run) }
}

/** SIGTERM once for each process, also for those that appear meanwhile. */
async function ask(run: Footprint, first: readonly ProcessRow[], graceMs: number): Promise<void> {
  const until = performance.now() + graceMs
  const asked = new Set<number>()
  for (let members = first, pauseMs = 5; members.length > 0 && performance.now() < until; ) {
    for (const { pid } of members) if (!asked.has(pid)) signal(pid, 'SIGTERM')
    for (const { pid } of members) asked.add(pid)
    await sleep(Math.min(pauseMs, Math.max(until - performance.now(), 1)))
    pauseMs = Math.min(pauseMs * 2, 100)
    members = membersOf(run, readProcessTable())
  }
}

/**
 * A process that forks faster than it is found hides between two looks: whole groups are killed first, which no fork
 * escapes, and only two looks in a row that find nothing count.
 */
async function kill(run: Footprint): Promise<number> {
  const until = performance.now() + KILL_MS
  for (let quiet = 0, pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const members = membersOf(run, readProcessTable())
    quiet = members.length === 0 ? quiet + 1 : 0
    if (quiet === 2 || performance.now() > until) return members.length
    const pids = new Set(members.map(({ pid }) => pid))
    // A group is the run's own where its leader is: the id of a group may be that of a foreign one by now otherwise.
    for (const { group } of members) if (pids.has(group) || run.leaders.has(group)) signal(-group, 'SIGKILL')
    for (const pid of pids) signal(pid, 'SIGKILL')
    await sleep(pauseMs)
  }
}

/** Without /proc, what leaves its group is out of sight. */
async function endGroups(run: Footprint, graceMs: number): Promise<Ended> {
  const alive = () => [...run.leaders.keys()].filter((group) => signal(-group, 0))
  const found = alive().length
  if (found === 0) return { found, left: 0 }
  for (const group of alive()) signal(-group, 'SIGTERM')
  for (const until = performance.now() + graceMs; alive().length > 0 && performance.now() < until; ) await sleep(20)
  for (const group of alive()) signal(-group, 'SIGKILL')
  for (const until = performance.now() + KILL_MS; alive().length > 0 && performance.now() < until; ) await sleep(20)
  return { found, left: alive().length }
}

/** False where there is no such process (any more). */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
