/** Machines that fail at the worst moment, and clocks that pass one. */
import type { Oid } from '../../../../vault/oid.js'
import type { Host } from '../../host.js'
import { isFresh, type RunOnDisk } from '../../ports/runner.js'
import type { World } from '../../world.js'
import { moment } from '../act.js'
import { formulaEdit, policyEdit } from '../cast.js'
import { freezeHost, policyNow } from '../governing.js'
import { isRewritten, pushMain, write } from '../ground.js'
import { bringTrust } from '../trust-pulls.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Between which a claim is made, run, and told of. */
const STEPS = [
  'git commit',
  'git push main',
  'write seen.json',
  'write view.json',
  'write noted.json',
  'remove noted.json',
  'append used',
  'run note',
  'run start',
  'run close',
  'run end',
  'run forget',
  'write repeated',
  'write pulls.json',
]
const PUSHING = ['git commit', 'git push main']
const MEMORY = ['write view.json', 'write seen.json']
const READING = ['write view.json', 'write seen.json', 'git list', 'git fetch', 'run state', 'run attach']

function killBetween({ gate, chance }: World): void {
  gate.strike(chance, STEPS, ['crash_before', 'crash_after', 'crash_late'])
  if (chance.hit(0.5)) gate.isSlow = true
}

/** Most often the cable is broken, so that nobody can look whether it arrived. */
function loseAnswer({ gate, chance }: World): void {
  const process = gate.strike(chance, ['git push main'], ['lost', 'late'])
  if (process !== null && chance.hit(0.5)) process.host.isCut = true
  if (chance.hit(0.5)) gate.isSlow = true
}

/** A push that was given up, while its sender is at the next. */
function isOnItsWay({ gate }: World): boolean {
  return gate.hasLate('git push main') && gate.waits(PUSHING)
}

/** First it is given up; and when another one is about to follow it, it arrives. What it claims may be out of time by then. */
function pushLate(world: World): void {
  const { gate, chance } = world
  if (isOnItsWay(world)) gate.arrive('git push main')
  else {
    gate.strike(chance, ['git push main'], ['late'])
    gate.isSlow = true
    if (chance.hit(0.3)) world.time += 7 * HOUR_MS
  }
}

function failStep({ gate, chance }: World): void {
  gate.strike(chance, chance.hit(0.5) ? STEPS : READING, ['fail', 'lost', 'start_failed', 'supervisor_failed'])
}

/** The disk takes nothing, of what a main that moved on said. */
function failMemory({ gate, chance }: World): void {
  gate.strike(chance, MEMORY, ['fail'])
}

function comeBetween(world: World): void {
  if (!isRewritten(world)) pushMain(world, { by: 'bob', edits: [write('README.md', String(world.truth.tick()))] })
}

function notedOn({ disk }: Host): RunOnDisk[] {
  return [...disk.runs.values()].filter((run) => isFresh(run) && !run.isUnstartable)
}

function runningOn(world: World, { name }: Host): RunOnDisk[] {
  return world.running().filter(({ truth }) => truth?.host === name)
}

/** A claim that is on main, and whose run was not started. */
function notStarted(world: World): { readonly host: Host; readonly claim: ClaimOnMain } | undefined {
  const claims = claimsOnMain(world)
  const found = world.hosts.flatMap((host) => {
    const nonces = new Set(notedOn(host).map(({ nonce }) => nonce))
    return claims.filter(({ nonce }) => nonces.has(nonce)).map((claim) => ({ host, claim }))
  })
  return world.chance.pick(found)
}

const hasNotStarted = (world: World) => notStarted(world) !== undefined

function mostCrowded(world: World): Host | undefined {
  const { concurrency } = world.settings
  const full = world.hosts.filter(
    (host) => host.process !== null && runningOn(world, host).length >= concurrency && notedOn(host).length > 0,
  )
  return world.chance.pick(full)
}

function stopNoted(world: World, stop: (host: Host) => void): void {
  const { host } = notStarted(world)!
  host.process?.crash()
  stop(host)
  host.start()
}

function turnOff(world: World): void {
  if (!isRewritten(world)) bringTrust(world, 'alice', [policyEdit(world, { ...policyNow(world), writeEnabled: false })])
}

/** Its machine is away until others may have taken it over, and its clock is behind when it comes back. */
function sleepOver(world: World): void {
  const { host, claim } = notStarted(world)!
  host.process?.crash()
  host.skew -= HOUR_MS
  passBy(world, claim.takeoverAt)
}

function changeSet(world: World): void {
  if (!isRewritten(world)) bringTrust(world, 'alice', [formulaEdit(world, 'hidden', 2 + world.truth.tick())])
}

function passBy(world: World, due: number): void {
  const at = due + (1 + world.chance.below(12)) * MINUTE_MS
  if (at > world.time) world.time = at
}

/** One that goes on, or has ended and is not told of yet. */
function untold(world: World): { readonly host: Host; readonly claim: ClaimOnMain } | undefined {
  const claims = claimsOnMain(world).filter(({ hasOutcome }) => !hasOutcome)
  const found = world.hosts.flatMap((host) => {
    const started = [...host.disk.runs.values()].filter(({ truth }) => truth !== null)
    const nonces = new Set(started.map(({ nonce }) => nonce))
    return claims.filter(({ nonce }) => nonces.has(nonce)).map((claim) => ({ host, claim }))
  })
  return world.chance.pick(found)
}

function goAway(world: World): void {
  const { host, claim } = untold(world)!
  const { chance } = world
  host.process?.crash()
  const isEarly = chance.hit(0.3)
  passBy(world, isEarly ? claim.takeoverAt - (14 + chance.below(30)) * MINUTE_MS : claim.takeoverAt)
  if (!chance.hit(0.3)) return
  host.skew -= HOUR_MS
  for (const run of runningOn(world, host)) world.end(run, 'vanished')
}

/** Of an idempotent formula, so that it may begin anew. */
export function repeatable(world: World): RunOnDisk | undefined {
  const again = world.running().filter(({ truth }) => ['sync', 'rollout'].includes(truth?.formula ?? ''))
  return world.chance.pick(again)
}

function vanishAndRestart(world: World): void {
  const run = repeatable(world)!
  world.end(run, 'vanished')
  const host = world.hosts.find(({ name }) => name === run.truth?.host)
  host?.process?.crash()
  host?.start()
}

interface Repeated {
  readonly host: Host
  readonly claim: ClaimOnMain
}

/** Second runs that are to come: the first one is forgotten, or about to be, and they were not started. */
function repeated(world: World): readonly Repeated[] {
  return world.hosts.flatMap((host) =>
    claimsOnMain(world).flatMap((claim): Repeated[] => {
      const run = host.disk.runs.get(claim.nonce)
      const isOpen = run === undefined || (isFresh(run) && !run.isUnstartable)
      return isOpen && host.disk.files.has(`state/repeated/${claim.nonce}`) ? [{ host, claim }] : []
    }),
  )
}

function secondComing(world: World): Repeated | undefined {
  return repeated(world).find(({ host, claim }) => host.process !== null && !claim.hasOutcome)
}

/** Whose machine is away until another one may speak of it. */
function secondAway(world: World): Repeated | undefined {
  return repeated(world).find(({ host, claim }) => host.process === null && world.time >= claim.takeoverAt)
}

/** Its machine is killed before that starts, and may be away until it may not start any more, or another one spoke of it. */
function outlast(world: World, { host, claim }: Repeated): void {
  const { chance } = world
  host.process?.crash()
  const isAway = world.hosts.length > 1 && chance.hit(0.5)
  if (isAway) world.time = Math.max(world.time, claim.takeoverAt + HOUR_MS)
  else if (chance.hit(0.6)) world.time += 7 * HOUR_MS
  if (!isAway) host.start()
}

/** Each time one step further into it. */
function secondRun(world: World): void {
  const [away, coming] = [secondAway(world), secondComing(world)]
  if (away !== undefined) away.host.start()
  else if (coming !== undefined) outlast(world, coming)
  else vanishAndRestart(world)
}

function mayRunSecond(world: World): boolean {
  const away = secondAway(world)
  if (away !== undefined) return away.claim.hasOutcome
  if (secondComing(world) !== undefined) return true
  return !isLostInFlight(world) && repeatable(world) !== undefined
}

/** Somebody is about to see to it. */
function isLostInFlight(world: World): boolean {
  const open = claimsOnMain(world).filter(({ hasOutcome }) => !hasOutcome)
  return world.hosts.some(
    ({ process, disk }) => process !== null && open.some(({ nonce }) => disk.runs.get(nonce)?.isLost === true),
  )
}

/** Intents of claims that a host has taken in. */
function takenIn({ hosts }: World): readonly { readonly host: Host; readonly intent: Oid }[] {
  return hosts.flatMap((host) => {
    const text = host.disk.files.get('state/view.json')
    if (text === undefined) return []
    const { inFlight } = JSON.parse(text) as { inFlight: Readonly<Record<string, { readonly intent: Oid }>> }
    return Object.values(inFlight).map(({ intent }) => ({ host, intent }))
  })
}

/** A clone lacks one of them when its host comes back: what becomes of that claim is not known until it has it again. */
function lackIntent(world: World): void {
  const { host, intent } = world.chance.pick(takenIn(world))!
  host.process?.crash()
  host.lacks.add(intent)
  host.start()
}

export const MACHINE_MOMENTS = {
  killBetween: moment(2, ({ gate }) => gate.waits(STEPS), killBetween),
  loseAnswer: moment(2, ({ gate }) => gate.waits(['git push main']), loseAnswer),
  failStep: moment(2, ({ gate }) => gate.waits([...STEPS, ...READING]), failStep),
  comeBetween: moment(1.5, ({ gate }) => gate.waits(PUSHING), comeBetween),
  failMemory: moment(1, ({ gate }) => gate.waits(MEMORY), failMemory),
  changeSetUnheard: moment(1, hasNotStarted, changeSet),
  pushLate: moment(1.5, (world) => isOnItsWay(world) || world.gate.waits(['git push main']), pushLate),
  drainCrowded: moment(
    1,
    (world) => mostCrowded(world) !== undefined,
    (world) => void mostCrowded(world)?.process?.drain(),
  ),
  freezeNoted: moment(0.6, hasNotStarted, (world) => stopNoted(world, (host) => freezeHost(world, host))),
  turnOffNoted: moment(0.6, hasNotStarted, (world) => stopNoted(world, () => turnOff(world))),
  sleepOver: moment(1, (world) => world.hosts.length > 1 && hasNotStarted(world), sleepOver),
  goAway: moment(1, (world) => world.hosts.length > 1 && untold(world) !== undefined, goAway),
  lackIntent: moment(1, (world) => takenIn(world).length > 0, lackIntent),
  secondRun: moment(2.5, mayRunSecond, secondRun),
} as const
