/** One play: traffic and kills at once, then quiet, then the verdict. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Chance } from '../simulation/chance.js'
import { readEffects } from './effects.js'
import { Host, type OwnEnd } from './host.js'
import { findJunk, type Junk, locksOf } from './junk.js'
import { KillLog } from './kill-log.js'
import { Killer } from './killer.js'
import { PATIENCE_MS, patiently } from './patiently.js'
import { gone, processesAt, supervisorsOf } from './processes.js'
import { Records } from './records.js'
import { runsIn } from './run-folders.js'
import { SECRET_VALUE, type Stage } from './stage.js'
import { type Asked, Traffic } from './traffic.js'
import { endsAlone, type Facts, judge, type Violation } from './verdict.js'

export interface PlaySpec {
  readonly seed: number
  readonly kills: number
  /** Requests that may be open at once, about. */
  readonly mostOpen?: number
  /** Most milliseconds between two kills. */
  readonly pauseMs?: number
  /** Enough is killed: judge what there is. */
  readonly signal?: AbortSignal
  readonly onKill?: (log: KillLog, traffic: Traffic) => void
  /** What is going on, for people. */
  readonly say?: (words: string) => void
}

export interface Played {
  readonly facts: Facts
  readonly log: KillLog
  readonly violations: readonly Violation[]
  /** What is wrong beyond single requests. */
  readonly faults: readonly string[]
  readonly ownEnds: readonly OwnEnd[]
  readonly troubles: readonly string[]
  readonly junk: Junk
}

const MOST_PAUSE_MS = 1_200
/** So many kills come whatever state the daemons are in. */
const HASTY = 0.2
const LOOK_MS = 500
/** Two dispatchers work off about two runs a second on a small machine. */
const MOST_OPEN = 40

export async function play(stage: Stage, spec: PlaySpec): Promise<Played> {
  const { seed, kills, mostOpen = MOST_OPEN, pauseMs = MOST_PAUSE_MS, signal, onKill, say = () => undefined } = spec
  const chance = new Chance(seed)
  const hosts = stage.stations.map((station) => new Host(stage, station, new Chance(chance.seed()))) as [Host, Host]
  const records = new Records(stage)
  let open = 0
  const traffic = new Traffic(stage, new Chance(chance.seed()), () => open < mostOpen)
  const log = new KillLog()
  const killer = new Killer(hosts, new Chance(chance.seed()), log)
  for (const host of hosts) host.open()
  try {
    await Promise.all(hosts.map((host) => host.serving()))
    traffic.open()
    while (log.total < kills && signal?.aborted !== true) {
      await breathe(hosts, chance, pauseMs)
      if (await killer.strike()) onKill?.(log, traffic)
      open = (await openOf(records, traffic)).length
    }
    say('no more kills; waiting until all is quiet')
    await traffic.close()
    await quiet(records, traffic, say)
    // One that was killed last may not have been started again yet.
    await Promise.all(hosts.map((host) => host.serving()))
    say('quiet; stopping, starting once more, and judging')
    return await conclude({ stage, hosts, records, traffic }, log)
  } finally {
    await traffic.close()
    await Promise.all(hosts.map((host) => host.close()))
  }
}

/** Mostly, one is at work before the next kill: who is killed faster than they start does nothing that could go wrong. */
async function breathe(hosts: readonly Host[], chance: Chance, pauseMs: number): Promise<void> {
  const isHasty = chance.hit(HASTY)
  if (!isHasty) await patiently(() => hosts.some((host) => host.isServing))
  await sleep(chance.next() * Math.max(pauseMs, ...hosts.map(({ startMs }) => startMs / 4)))
}

/** Requests that end by themselves, and have not. */
async function openOf(records: Records, { asked }: Traffic): Promise<readonly Asked[]> {
  const known = await records.read()
  return [...asked.values()].filter((each) => endsAlone(each) && (known.get(each.id)?.outcomes.length ?? 0) === 0)
}

/** Until all that ends by itself has ended, or main has not moved for very long. */
async function quiet(records: Records, traffic: Traffic, say: (words: string) => void): Promise<void> {
  let [head, since] = ['', performance.now()]
  for (;;) {
    const open = await openOf(records, traffic)
    if (open.length === 0) return
    const now = await records.head()
    if (now !== head) [head, since] = [now, performance.now()]
    if (performance.now() - since > PATIENCE_MS) return say(`stuck: ${open.map(({ id }) => id).join(', ')}`)
    await sleep(LOOK_MS)
  }
}

interface Scene {
  readonly stage: Stage
  readonly hosts: readonly Host[]
  readonly records: Records
  readonly traffic: Traffic
}

async function conclude(scene: Scene, log: KillLog): Promise<Played> {
  const { stage, hosts, records, traffic } = scene
  const faults: string[] = []
  const ownEnds = hosts.flatMap((host) => host.ownEnds)
  // By systemd's unit it would not be started again: no kill makes a configuration wrong.
  for (const { host, code, words } of ownEnds) if (code === 2) faults.push(`${host} gave up: ${words}`)
  await stop(hosts, faults)
  await nextMorning(scene)
  const states = await statesOf(stage, faults)
  await stop(hosts, faults)
  for (const { stateFolder } of stage.stations) for (const each of supervisorsOf(stateFolder)) await gone(each)
  faults.push(...processesAt(stage.folder).map(({ pid, args }) => `still alive: ${pid} ${args.join(' ')}`))
  await verify(stage, faults)
  await secretsStayed(stage, faults)
  const facts: Facts = {
    asked: [...traffic.asked.values()],
    records: await records.read(),
    states,
    effects: await readEffects(stage.effects),
    lost: log.lost,
    hurt: log.hurt,
  }
  const junk = findJunk(stage)
  faults.push(...junk.left.map((path) => `left behind: ${path}`))
  return { facts, log, violations: judge(facts), faults, ownEnds, troubles: traffic.troubles, junk }
}

async function stop(hosts: readonly Host[], faults: string[]): Promise<void> {
  for (const host of hosts) {
    const ran = await host.close()
    if (ran?.code !== 0) faults.push(`${host.station.name} did not stop in order: ${ran ?? 'it was not there'}`)
  }
}

/** A start in peace, and a request that moves main: whatever was left half done goes by then. What does not is told by name. */
async function nextMorning({ stage, hosts, records, traffic }: Scene): Promise<void> {
  for (const host of hosts) host.open()
  await Promise.all(hosts.map((host) => host.serving()))
  await traffic.askOne()
  const isNoneLeft = () => stage.stations.every(({ stateFolder }) => runsIn(stateFolder).length === 0)
  await patiently(async () => isNoneLeft() && (await openOf(records, traffic)).length === 0)
  // One goes when it is old enough, and somebody has stumbled over it.
  await patiently(() => locksOf(stage.repo).length === 0)
}

async function statesOf(stage: Stage, faults: string[]): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>()
  for (const { config, name } of stage.stations) {
    const ran = await stage.type(stage.operator, 'status', '--json', '--config', config)
    if (ran.code !== 0) faults.push(`status of ${name}: ${ran}`)
    else {
      const { actions, frozen } = ran.json() as unknown as { actions: { id: string; state: string }[]; frozen: unknown }
      if (frozen !== false && frozen !== null) faults.push(`${name} is frozen: ${JSON.stringify(frozen)}`)
      for (const { id, state } of actions) states.set(id, state)
    }
  }
  return states
}

async function verify(stage: Stage, faults: string[]): Promise<void> {
  const { operator, stations, repo } = stage
  const pinned = ['--repo', repo, ...stations.flatMap(({ key }) => ['--key', key])]
  for (const options of [pinned, ...stations.map(({ config }) => ['--config', config])]) {
    const ran = await stage.type(operator, 'verify', ...options)
    if (ran.code !== 0) faults.push(`${ran}`)
  }
}

/** Records are base64 within: they are looked for as they are read. */
async function secretsStayed(stage: Stage, faults: string[]): Promise<void> {
  const listing = await stage.git('ls-tree', '-r', 'main', '--', 'vault')
  for (const line of listing.split('\n').filter((each) => each.includes('tell-') && each.endsWith('.json'))) {
    const text = await stage.git('cat-file', 'blob', line.split(/[ \t]/)[2]!)
    const { payload } = JSON.parse(text) as { payload: string }
    const plain = Buffer.from(payload, 'base64').toString()
    if (plain.includes(SECRET_VALUE)) faults.push(`a secret is in ${line}`)
  }
}
