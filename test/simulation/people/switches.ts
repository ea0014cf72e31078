/** What `countersign freeze` and `unfreeze` leave to the daemon when the remote is away. */
import type { Disk, Host } from '../host.js'
import type { World } from '../world.js'

/** As a dispatcher keeps them: a file each. */
const FOLDER = 'state/switches/'
const ANY = '00000000-0000-4000-8000-000000000000'

export function throwSwitch(world: World, host: Host, event: 'freeze' | 'unfreeze'): void {
  const serial = world.truth.tick()
  const reason = `switch ${serial}`
  const path = `${FOLDER}${String(serial).padStart(15, '0')}-${ANY}.json`
  host.disk.files.set(path, JSON.stringify({ event, reason, cause: 'operator', root: null, at: host.clock }))
  world.truth.switches.push({ host: host.name, instance: host.instance ?? '', event, reason })
}

/** Some wait to be recorded. */
export function hasSwitches({ files }: Disk): boolean {
  return [...files.keys()].some((path) => path.startsWith(FOLDER))
}
