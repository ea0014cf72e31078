/** Ends all processes of a run: asks (SIGTERM), then kills, until none is found any more or a bound is reached. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import { findMembers } from './find-members.js'
import type { Footprint } from './footprint.js'
import { HAS_PROC, type ProcessRow } from './process-table.js'
import { PACE } from './runner-limits.js'

/** How many processes there were when it began, and how many could not be ended. */
export interface Ended {
  readonly found: number
  readonly left: number
}

export async function endProcesses(run: Footprint, graceMs: number): Promise<Ended> {
  if (!HAS_PROC) return endGroups(run, graceMs)
  const first = findMembers(run, null)
  if (first.length === 0) return { found: 0, left: 0 }
  await ask(run, first, graceMs)
  return { found: first.length, left: await kill(run) }
}

/** SIGTERM once for each process, also for those that appear meanwhile. */
async function ask(run: Footprint, first: readonly ProcessRow[], graceMs: number): Promise<void> {
  const until = performance.now() + graceMs
  const asked = new Set<number>()
  for (let members = first, pauseMs: number = PACE.askMs.first; members.length > 0 && performance.now() < until; ) {
    for (const { pid } of members) if (!asked.has(pid)) signal(pid, 'SIGTERM')
    for (const { pid } of members) asked.add(pid)
    await sleep(Math.min(pauseMs, Math.max(until - performance.now(), 1)))
    pauseMs = Math.min(pauseMs * 2, PACE.askMs.last)
    members = findMembers(run, null)
  }
}

/**
 * Each is killed when it is found: later, one that forks and ends is somebody else. Whole groups too, which no fork
 * escapes. Only two looks in a row that find nothing count: for a moment of its `exec` a process has no environment.
 */
async function kill(run: Footprint): Promise<number> {
  const until = performance.now() + LIMITS.killMs
  for (let quiet = 0, pauseMs: number = PACE.killMs.first; ; pauseMs = Math.min(pauseMs * 2, PACE.killMs.last)) {
    const members = findMembers(run, null, ({ pid }) => signal(pid, 'SIGKILL'))
    quiet = members.length === 0 ? quiet + 1 : 0
    if (quiet === 2 || performance.now() > until) return members.length
    const pids = new Set(members.map(({ pid }) => pid))
    // A group is the run's own where its leader is: the id of a group may be that of a foreign one by now otherwise.
    for (const { group } of members) if (pids.has(group) || run.leaders.has(group)) signal(-group, 'SIGKILL')
    await sleep(pauseMs)
  }
}

/** Without /proc, what leaves its group is out of sight. */
async function endGroups(run: Footprint, graceMs: number): Promise<Ended> {
  const alive = () => [...run.leaders.keys()].filter((group) => signal(-group, 0))
  const found = alive().length
  if (found === 0) return { found, left: 0 }
  for (const group of alive()) signal(-group, 'SIGTERM')
  for (const until = performance.now() + graceMs; alive().length > 0 && performance.now() < until; )
    await sleep(PACE.groupMs)
  for (const group of alive()) signal(-group, 'SIGKILL')
  for (const until = performance.now() + LIMITS.killMs; alive().length > 0 && performance.now() < until; )
    await sleep(PACE.groupMs)
  return { found, left: alive().length }
}

/** False where there is no such process (any more). */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  // To the system these are everybody, and our own group.
  if (pid === -1 || pid === 0) return false
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
