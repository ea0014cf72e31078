/** Finds the processes of a run also while they multiply. */
import { type Footprint, membersOf } from './footprint.js'
import { lastPid, type ProcessRow, readProcessesBetween, readProcessTable } from './process-table.js'
import { PACE } from './runner-limits.js'

/**
 * All that are alive when it returns. To read the table takes milliseconds, in which a process that was listed may end and
 * leave behind a child that was not: one that hops like this is missed by any number of looks. So young ones are looked at
 * again until none is new and no pid was given out meanwhile. Then none is hidden: a child that cannot be seen yet has a
 * parent that can.
 *
 * `firstPid`: the first one that a process of the run can have; null where pids may have wrapped around since.
 * `found` hears of each as soon as it is known: after the look, one that hops is gone.
 */
export function findMembers(
  run: Footprint,
  firstPid: number | null,
  found: (row: ProcessRow) => void = () => undefined,
): readonly ProcessRow[] {
  // A little before: one that is about to be born is given its pid first.
  const from = firstPid ?? Math.max(1, lastPid() - PACE.fewPids / 2)
  const members = new Map<number, ProcessRow>()
  const judged = new Set<number>()
  const judge = (rows: readonly ProcessRow[]) => {
    for (const { pid } of rows) judged.add(pid)
    // Those that are known already say whose child is one.
    for (const row of membersOf(run, [...members.values(), ...rows])) {
      if (!members.has(row.pid)) found(row)
      members.set(row.pid, row)
    }
  }
  if (firstPid === null) judge(readProcessTable())
  for (let round = 0, before = 0; round < PACE.chases; round++) {
    const last = lastPid()
    const rows = readProcessesBetween(from, last).filter(({ pid }) => !judged.has(pid))
    if (rows.length === 0 && (last === before || judged.size === 0)) break
    judge(rows)
    before = last
  }
  return [...members.values()]
}
