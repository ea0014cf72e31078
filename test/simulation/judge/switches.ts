/** Freezes and their ends that a daemon was left to record. */
import type { Judge } from './judge.js'
import { readRecord, textOf } from './record.js'

export function judgeSwitches(judge: Judge): void {
  const { truth, server } = judge.scene
  if (truth.switches.length === 0) return
  const records = [...server.store.files(server.main)]
    .filter(([path]) => /^vault\/ledger\/.*-(freeze|unfreeze)-/.test(path))
    .map(([, { oid }]) => readRecord(server.store.text(oid))?.predicate ?? {})
  for (const { host, event, reason } of truth.switches) {
    const said = records.filter((predicate) => textOf(predicate, 'reason') === reason)
    if (said.length !== 1 || textOf(said[0]!, 'event') !== event)
      judge.blame('switch_told', `${event} of ${host} (${reason}) is recorded ${said.length} times`)
  }
}
