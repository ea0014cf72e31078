/** Corners into which chance hardly ever drives anybody: each is set up whole. Played in schedules of their own. */
import type { FileEdit } from '../../../../lib/git/port.js'
import type { Oid } from '../../../../vault/oid.js'
import { mergePull, siteOf } from '../../forge/deeds.js'
import type { Host } from '../../host.js'
import type { World } from '../../world.js'
import { act, ambush, moment } from '../act.js'
import { actionBlob } from '../asking.js'
import { commitInFork, openFromFork } from '../forks.js'
import { freezeHost, unfreeze } from '../governing.js'
import { branchOf, isRewritten, place, usurp, write } from '../ground.js'
import { openRequests } from '../pulls.js'
import { mayRewrite, takeBack } from '../rewriting.js'
import { hasSwitches, throwSwitch } from '../switches.js'
import { meddle } from '../tampering.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'
import { MACHINE_MOMENTS } from './machine.js'
import { telling } from './rarest.js'
import { takenOver } from './records.js'

/** More than anybody tries anew. */
const RIVALS = 7

/** Somebody else's commit comes to main, again and again, before what a run ended with: it is pushed in vain. */
function crowd(world: World): void {
  world.rivals = RIVALS
}

interface Behind {
  readonly host: Host
  readonly claim: ClaimOnMain
  /** How many commits of main to take back, so that the claim is not on it. */
  readonly commits: number
}

/** Its run was started, and the view on its disk knows nothing of its claim. */
function behind(world: World): Behind | undefined {
  if (!mayRewrite(world)) return undefined
  const claims = claimsOnMain(world).filter(({ hasOutcome }) => !hasOutcome)
  const found = world.hosts.flatMap((host) =>
    claims.flatMap((claim): Behind[] => {
      const run = host.disk.runs.get(claim.nonce)
      const view = host.disk.files.get('state/view.json')
      if (run === undefined || run.truth === null || run.isLost || view === undefined) return []
      const { main } = JSON.parse(view) as { main: Oid }
      const path = `${claim.folder}/intent.json`
      if (world.server.entry(main, path) !== null) return []
      const line = world.server.graph.line(world.server.main)
      return [{ host, claim, commits: line.findIndex((commit) => world.server.entry(commit, path) === null) }]
    }),
  )
  return world.chance.pick(found)
}

function sighted({ hosts }: World): readonly Host[] {
  return hosts.filter(({ isBlind, process }) => !isBlind && process !== null)
}

/** First it cannot write down that it claimed something; then it dies, and when it comes back, its claim is not on main. */
function rewindBehind(world: World): void {
  const found = behind(world)
  if (found === undefined) {
    const host = world.chance.pick(sighted(world))
    if (host !== undefined) host.isBlind = true
    return
  }
  const { host, claim, commits } = found
  host.isBlind = false
  const run = host.disk.runs.get(claim.nonce)
  if (run !== undefined) world.end(run, 'succeeded')
  host.process?.crash()
  takeBack(world, commits)
  host.start()
}

/** Those that have a state folder. */
function joined({ hosts }: World): readonly Host[] {
  return hosts.filter(({ instance }) => instance !== null)
}

/** An operator throws the switch again and again, while the remote is away or a process dies over it. */
function throwSwitches(world: World): void {
  const { chance } = world
  const host = chance.pick(joined(world))!
  const throwOnce = () => {
    const isFrozen = host.disk.files.has('state/freeze.json')
    throwSwitch(world, host, isFrozen ? 'unfreeze' : 'freeze')
    if (isFrozen) unfreeze(world)
    else freezeHost(world, host)
    return !isFrozen
  }
  let isFrozen = false
  for (let left = 1 + chance.below(3); left > 0; left--) isFrozen = throwOnce()
  // Most often it goes on at once: a frozen dispatcher has little to do.
  if (isFrozen && chance.hit(0.8)) throwOnce()
  if (chance.hit(0.2)) host.isCut = true
}

const TELLING = ['git commit', 'git push main']

/** Called off as unheard of, and its own dispatcher, which has seen that, is about to tell the truth beside it. */
function aboutToTell(world: World): ClaimOnMain | undefined {
  return takenOver(world).find(({ instance }) => {
    const process = world.hosts.find((host) => host.instance === instance)?.process ?? null
    return process !== null && world.gate.waits(TELLING, process)
  })
}

/** Its dispatcher is away, and does not know it yet. */
function awayFrom(world: World): Host | undefined {
  const claims = takenOver(world)
  return world.hosts.find((host) => host.process === null && claims.some(({ instance }) => instance === host.instance))
}

/** Just then what the other one told is taken away: its place is not free for that (law 8). Before that, what leads there. */
function emptyPlace(world: World): void {
  const claim = aboutToTell(world)
  const away = awayFrom(world)
  if (claim !== undefined) meddle(world, [{ kind: 'delete', path: `${claim.folder}/outcome.json` }])
  else if (away !== undefined) away.start()
  else if (MACHINE_MOMENTS.goAway.isRipe?.(world) === true) MACHINE_MOMENTS.goAway.do(world)
}

/** Nothing else is begun while it is on the way there. */
function mayEmptyPlace(world: World): boolean {
  if ([aboutToTell, awayFrom].some((find) => find(world) !== undefined)) return true
  const isUnderWay = takenOver(world).length > 0 || isOverdue(world)
  return !isUnderWay && MACHINE_MOMENTS.goAway.isRipe?.(world) === true
}

/** Nobody is there to tell of it, and another one may. */
function isOverdue(world: World): boolean {
  const isGone = ({ instance, hasOutcome, takeoverAt }: ClaimOnMain) =>
    !hasOutcome &&
    world.time >= takeoverAt &&
    world.hosts.some((host) => host.instance === instance && host.process === null)
  return claimsOnMain(world).some(isGone)
}

const SEALED = /^vault\/(refused|ledger)\/|^vault\/fired\/.*\/outcome[^/]*\.json$/

/** Records that are no claims: what is signed for one place says nothing in another one, or of another file beside it. */
function sealedFiles({ server }: World) {
  return [...server.store.files(server.main)].filter(([path]) => SEALED.test(path))
}

/** No dispatcher's instance. */
export const NOBODY = '00000000-0000-4000-8000-999999999999'

function misplace(world: World): void {
  const { chance } = world
  const [path, { oid }] = chance.pick(sealedFiles(world))!
  const others = [
    path.replace(/\d{4}-\d{2}-\d{2}/, '2026-11-20'),
    path.replace(/act-\d+/, `act-${1 + chance.below(world.lastId + 2)}`),
    path.replace(/outcome[^/]*$/, `outcome-${NOBODY}.json`),
    path.replace(/decision\.json$/, 'action.toml'),
    path.replace(/-(freeze|unfreeze|incident)-/, '-trust-'),
  ].filter((other) => !world.server.store.files(world.server.main).has(other))
  const beside = path.replace(/[^/]+$/, 'action.toml')
  const edits: readonly FileEdit[] = [
    ...others.map((other) => place(other, oid)),
    ...(/refused/.test(path) ? [write(beside, `# ${world.truth.tick()}\n`)] : []),
    { kind: 'place', path, mode: '100755', oid },
    { kind: 'delete', path },
  ]
  const edit = chance.pick(edits)!
  const id = /act-\d+/.exec(edit.path)?.[0]
  if (id !== undefined) usurp(world, id)
  meddle(world, [edit])
}

const SWITCHING = ['rename switches', 'remove switches', 'git commit', 'git push main']

function failSwitch({ gate, chance }: World): void {
  gate.strike(chance, SWITCHING, ['fail', 'lost', 'crash_before', 'crash_after', 'crash_late', 'refused'])
}

function isSwitching({ gate, hosts }: World): boolean {
  return hosts.some(({ disk, process }) => hasSwitches(disk) && gate.waits(SWITCHING, process))
}

const PUSH = 'git push main'
const CLOSING = ['run close']

/** First it cannot be started; then something happens to what says so, on the disk or on its way to main. */
function refuseStart(world: World): void {
  const { gate, chance } = world
  if (gate.waits(CLOSING)) gate.strike(chance, CLOSING, ['fail', 'lost', 'crash_before', 'crash_after'])
  else if (telling(world).length > 0) gate.strike(chance, [PUSH], ['late'])
  else gate.strike(chance, ['run start'], ['supervisor_failed'])
}

function mayRefuseStart(world: World): boolean {
  return telling(world).length > 0 || world.gate.waits([...CLOSING, 'run start'])
}

/** Low, by somebody who may write: claimed, it has no branch here that could be deleted. */
function askFromFork(world: World): void {
  if (isRewritten(world)) return
  const id = world.newId()
  openFromFork(world, 'other', id, commitInFork(world, 'other', id, actionBlob(world, id, { formula: 'touch' })))
}

/** Commits with an intent that are about to be pushed. */
export function claiming({ gate, server: { store } }: World): readonly Oid[] {
  return gate.waitsAbout(PUSH).filter((commit) => /^Formula: /m.test(store.commit(commit)?.message ?? ''))
}

/**
 * First a dispatcher dies while its claim is on the way, and what it claimed is withdrawn, so that nobody claims it anew; then,
 * when it has come back and looked, the claim arrives: its note has to be there.
 */
function claimLate(world: World): void {
  const { gate, chance, server, truth } = world
  if (gate.hasLate(PUSH)) {
    gate.arrive(PUSH)
    return
  }
  const host = gate.strike(chance, [PUSH], ['crash_late'])?.host
  if (host === undefined) return
  gate.isSlow = true
  for (const request of truth.honest.values()) {
    request.isOff = true
    server.set(branchOf(request.id), null, { kind: 'person', name: 'agent' })
  }
  host.start()
}

function mayClaimLate(world: World): boolean {
  return world.gate.hasLate(PUSH) ? world.gate.isStill : claiming(world).length > 0
}

/** Merged by an admin who is one no more when anybody looks (law 1: permissions are those of the moment of decision). */
function mergeAndLeave(world: World): void {
  const site = siteOf(world)
  const picture = world.chance.pick(openRequests(world).filter(({ base, isDraft }) => base === 'main' && !isDraft))
  if (picture === undefined || isRewritten(world) || site.roleOf('amy', world.truth.now) !== 'admin') return
  mergePull(world, picture, 'amy')
  site.setRole('amy', world.chance.pick(['write', 'none', 'deleted'] as const)!)
}

function comeBack(world: World): void {
  if (siteOf(world).roleOf('amy', world.truth.now) !== 'deleted') siteOf(world).setRole('amy', 'admin')
}

export const CORNERS = {
  crowd: act(3, crowd),
  rewindBehind: ambush(6, (world) => sighted(world).length > 0 || behind(world) !== undefined, rewindBehind),
  emptyPlace: ambush(6, mayEmptyPlace, emptyPlace),
  misplace: ambush(5, (world) => !isRewritten(world) && sealedFiles(world).length > 0, misplace),
  throwSwitches: moment(2, (world) => joined(world).length > 0, throwSwitches),
  failSwitch: moment(2, isSwitching, failSwitch),
  refuseStart: moment(6, mayRefuseStart, refuseStart),
  claimLate: moment(5, mayClaimLate, claimLate),
  mergeAndLeave: ambush(3, (world) => openRequests(world).length > 0, mergeAndLeave, 'forge'),
  askFromFork: act(2, askFromFork, 'forge'),
  comeBack: act(1, comeBack, 'forge'),
} as const
