/** What a dispatcher lacks just when a run is to begin: room, time, its old disk; and what is only to be tried. */
import type { Host } from '../../host.js'
import { isFresh } from '../../ports/runner.js'
import type { World } from '../../world.js'
import { type Act, act, moment } from '../act.js'
import { actionBlob, pushRequest } from '../asking.js'
import { formulaEdit, policyEdit, SURVEY } from '../cast.js'
import { policyNow } from '../governing.js'
import { isRewritten } from '../ground.js'
import { beginAnew } from '../machine.js'
import { bringTrust } from '../trust-pulls.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'
import { type Kept, kept } from './kept.js'
import { repeatable } from './machine.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** By a formula some of whose steps are done then too. */
function askDry(world: World): void {
  if (isRewritten(world)) return
  const { server, truth } = world
  const policy = policyNow(world)
  if (!server.store.files(server.main).has(`formulas/${SURVEY}.toml`))
    bringTrust(world, 'alice', [
      formulaEdit(world, SURVEY, 1),
      policyEdit(world, { ...policy, tiers: { ...policy.tiers, [SURVEY]: 'low' } }),
    ])
  const id = world.newId()
  const blob = actionBlob(world, id, { formula: SURVEY, isDryRun: world.chance.hit(0.8) })
  const head = pushRequest(world, { id, blob, by: 'agent', base: server.main })
  // Who brings the set back to what it was takes its formula away: nothing is owed to it.
  truth.honest.set(id, { id, head, blob, isOff: true })
}

/** Those that have noted what they have not started. */
function aboutToStart({ hosts }: World): readonly Host[] {
  return hosts.filter(({ process, disk }) => process !== null && [...disk.runs.values()].some(isFresh))
}

const START = ['run start']

/** Those that have all that it takes, and are at it. */
function starting({ hosts, gate }: World): readonly Host[] {
  return hosts.filter(({ process }) => process !== null && gate.waits(START, process))
}

const fill =
  (hosts: (world: World) => readonly Host[]): Act['do'] =>
  (world) => {
    world.chance.pick(hosts(world))!.fullFor = 1 + world.chance.below(2)
  }

function isSecond({ gate, hosts }: World): boolean {
  const isRepeating = ({ disk }: Host) => [...disk.files.keys()].some((path) => path.startsWith('state/repeated/'))
  return hosts.some((host) => isRepeating(host) && host.process !== null && gate.waits(START, host.process))
}

/** A run is lost; then what is to come in its place cannot be started. */
function failSecond(world: World): void {
  if (isSecond(world)) world.gate.strike(world.chance, START, ['start_failed', 'supervisor_failed'])
  else loseAndWake(world, () => undefined)
}

function loseAndWake(world: World, meanwhile: (host: Host) => void): void {
  const run = repeatable(world)!
  world.end(run, 'vanished')
  const host = world.hosts.find(({ name }) => name === run.truth?.host)!
  host.process?.crash()
  meanwhile(host)
  host.start()
}

/** It comes back when its lost run may not begin anew any more, and nobody else has spoken of it. */
function wakeLate(world: World): void {
  loseAndWake(world, ({ disk }) => {
    const claim = claimsOnMain(world).find(({ nonce, hasOutcome }) => !hasOutcome && disk.runs.get(nonce)?.isLost)
    if (claim !== undefined) world.time = Math.max(world.time, claim.takeoverAt - 10 * MINUTE_MS)
  })
}

/** Its clock steps back while it waits after a failure. */
function stepBack(world: World): void {
  world.chance.pick(failing(world))!.skew -= 3 * HOUR_MS
}

function failing({ hosts }: World): readonly Host[] {
  return hosts.filter(({ process }) => process !== null && process.failures > 0)
}

/** Of a run that was started, and whose disk may be put aside. */
function lendable(world: World): readonly Kept[] {
  if (world.isTampered || isRewritten(world)) return []
  return kept(world).filter(({ host, claim }) => host.aside === null && host.disk.runs.get(claim.nonce)?.truth != null)
}

/** Claims of the disk that lies aside, of which the one on which its host began anew has spoken. */
function spokenFor(world: World): readonly { readonly host: Host; readonly claim: ClaimOnMain }[] {
  if (isRewritten(world)) return []
  return world.hosts.flatMap((host) =>
    claimsOnMain(world)
      .filter(({ nonce, toldBy }) => host.aside?.runs.has(nonce) === true && toldBy === host.instance)
      .map((claim) => ({ host, claim })),
  )
}

/** First it begins anew on another disk, with the same key; when it has spoken there of what it did before, the old one is found. */
function findDisk(world: World): void {
  const [found] = spokenFor(world)
  if (found !== undefined) found.host.takeBack()
  else {
    const { host, claim } = world.chance.pick(lendable(world))!
    host.aside = host.disk
    beginAnew(host, world)
    world.time = Math.max(world.time, claim.takeoverAt + HOUR_MS)
    host.start()
  }
}

export const WANT = {
  askDry: act(3, askDry),
  fill: moment(5, (world) => aboutToStart(world).length > 0, fill(aboutToStart)),
  fillAtStart: moment(5, (world) => starting(world).length > 0, fill(starting)),
  failSecond: moment(4, (world) => isSecond(world) || repeatable(world) !== undefined, failSecond),
  wakeLate: moment(4, (world) => repeatable(world) !== undefined, wakeLate),
  stepBack: moment(3, (world) => failing(world).length > 0, stepBack),
  findDisk: moment(3, (world) => spokenFor(world).length > 0 || lendable(world).length > 0, findDisk),
} as const
