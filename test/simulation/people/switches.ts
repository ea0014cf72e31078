/** What `countersign freeze` and `unfreeze` leave to the daemon when the remote is away. */
import type { Host } from '../host.js'
import type { World } from '../world.js'

export function throwSwitch(world: World, host: Host, event: 'freeze' | 'unfreeze'): void {
  const { files } = host.disk
  const path = 'state/switches.json'
  const reason = `switch ${world.truth.tick()}`
  const waiting = JSON.parse(files.get(path) ?? '[]') as unknown[]
  const added = { event, reason, cause: 'operator', root: null, at: host.clock, main: null }
  files.set(path, JSON.stringify([...waiting, added]))
  world.truth.switches.push({ host: host.name, instance: host.instance ?? '', event, reason })
}
