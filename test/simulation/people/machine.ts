/** What happens to machines: crashes, clocks, cables, runs. */
import type { Host } from '../host.js'
import { readRecord, textOf } from '../judge/record.js'
import type { Ending } from '../ports/runner.js'
import type { World } from '../world.js'
import { act } from './act.js'
import { firedFolders, isRewritten } from './ground.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const someHost = (work: (host: Host, world: World) => void) => (world: World) =>
  work(world.chance.pick(world.hosts)!, world)

function endRun(world: World): void {
  const run = world.chance.pick(world.running())
  if (run === undefined) return
  world.end(run, world.chance.weighted<Ending>({ succeeded: 6, failed: 2, vanished: 0, timed_out: 0 }))
}

/** The supervisor and all that it watches are killed: nobody knows how far it came. */
function vanish(world: World): void {
  const run = world.chance.pick(world.running())
  if (run !== undefined) world.end(run, 'vanished')
}

function loseDisk(host: Host, world: World): void {
  // With main taken back, a newcomer could not know what was claimed: that is a limit of the design.
  if (isRewritten(world) || host.instance === null) return
  if (world.isTampered && !world.settings.mixesNewcomers) return
  beginAnew(host, world)
}

/** On a new disk, which knows of no freeze. */
export function beginAnew(host: Host, world: World): void {
  host.loseDisk()
  for (const freeze of world.truth.freezes) if (freeze.host === host.name) freeze.to ??= world.truth.tick()
}

/** To about one of the moments at which something becomes due for a claim: its last start, and when others may take it over. */
function brink(world: World): void {
  const { server, chance } = world
  const folder = chance.pick(firedFolders(world))
  const entry = folder === undefined ? null : server.entry(server.main, `${folder}/intent.json`)
  const said = entry === null ? undefined : readRecord(server.store.text(entry.oid))?.predicate
  const claimedAt = Date.parse(textOf(said ?? {}, 'claimed_at'))
  const lastStart = claimedAt + 6 * HOUR_MS
  const lastEnd = lastStart + Number(said?.['timeout_minutes']) * MINUTE_MS
  const due = chance.pick([lastStart, lastEnd, lastEnd + 15 * MINUTE_MS])!
  const at = due + (chance.next() - 0.6) * 40 * MINUTE_MS
  if (at > world.time) world.time = Math.floor(at)
}

export const MACHINE = {
  wait: act(6, () => undefined),
  endRun: act(5, endRun),
  vanish: act(0.8, vanish),
  start: act(4, (world) => {
    for (const host of world.hosts) host.start()
  }),
  crash: act(
    1.5,
    someHost((host) => host.process?.crash()),
  ),
  drain: act(
    0.5,
    someHost((host) => void host.process?.drain()),
  ),
  loseDisk: act(0.35, someHost(loseDisk)),
  cut: act(
    0.4,
    someHost((host) => {
      host.isCut = true
    }),
  ),
  mend: act(0.8, (world) => {
    for (const host of world.hosts) host.isCut = false
  }),
  pass: act(1.5, (world) => {
    world.time += (1 + world.chance.below(90)) * MINUTE_MS
  }),
  leap: act(0.7, (world) => {
    world.time += Math.round((3 + 20 * world.chance.next()) * HOUR_MS)
  }),
  brink: act(0.7, brink),
  clockBack: act(
    0.5,
    someHost((host) => {
      host.skew -= HOUR_MS
    }),
  ),
  clockRight: act(
    0.5,
    someHost((host) => {
      host.skew = 0
    }),
  ),
} as const
