/** Freezes and their ends that a daemon was left to record. */
import type { Judge } from './judge.js'
import { readRecord, textOf } from './record.js'

export function judgeSwitches(judge: Judge): void {
  const { truth, server, hosts } = judge.scene
  if (truth.switches.length === 0) return
  const records = [...server.store.files(server.main)]
    .filter(([path]) => /^vault\/ledger\/.*-(freeze|unfreeze)-/.test(path))
    .map(([path, { oid }]) => ({ path, said: readRecord(server.store.text(oid))?.predicate ?? {} }))
  const latest = new Map<string, number>()
  for (const { host, instance, event, reason } of truth.switches) {
    const told = records.filter(({ said }) => textOf(said, 'reason') === reason)
    const what = `${event} of ${host} (${reason})`
    // What went with a disk nobody can record any more.
    if (told.length === 0 && truth.lostInstances.has(instance)) continue
    if (told.length !== 1 || textOf(told[0]!.said, 'event') !== event) {
      judge.blame('switch_told', `${what} is recorded ${told.length} times`)
      continue
    }
    const at = placeOf(judge, told[0]!.path)
    if (at < (latest.get(instance) ?? 0))
      judge.blame('switch_told', `${what} is recorded before one that was made earlier`)
    latest.set(instance, at)
  }
  for (const { name, process, disk } of hosts)
    if (process !== null && [...disk.files.keys()].some((path) => path.startsWith('state/switches/')))
      judge.blame('left_over', `a switch that is recorded stays on the disk of ${name}`)
}

/** Which commit of main brought it. */
function placeOf({ scene: { server } }: Judge, path: string): number {
  const line = [...server.graph.line(server.main)].reverse()
  return line.findIndex((commit) => server.store.entry(commit, path) !== null)
}
