/** What is done to the place of a record just as it is about to be written. */
import type { Oid } from '../../../../vault/oid.js'
import type { RunOnDisk } from '../../ports/runner.js'
import type { World } from '../../world.js'
import { ambush } from '../act.js'
import { isRewritten, write } from '../ground.js'
import { hasSwitches } from '../switches.js'
import { layOutcome, meddle } from '../tampering.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'
import { CORNERS, NOBODY } from './corners.js'
import { telling } from './rarest.js'

const PUSH = 'git push main'

/** Folders of the claims whose end is about to be told, in a file like this. */
export function toldFolders(world: World, file: RegExp): readonly string[] {
  const { graph } = world.server
  const paths = telling(world).flatMap((commit) => graph.changesOf(commit).map(({ path }) => path))
  return paths.flatMap((path) => {
    const [, folder, name] = /^(vault\/fired\/.+)\/([^/]+)$/.exec(path) ?? []
    return folder !== undefined && file.test(name ?? '') ? [folder] : []
  })
}

const FIRST = /^outcome\.json$/
export const BESIDE = /^outcome-/

/** The place of its end is taken, by nobody, and its own dispatcher has not told it yet. */
function taken(world: World): readonly ClaimOnMain[] {
  const { server } = world
  const isUntold = ({ folder, instance }: ClaimOnMain) =>
    server.entry(server.main, `${folder}/outcome-${instance}.json`) === null
  return claimsOnMain(world).filter((claim) => claim.toldBy === NOBODY && isUntold(claim))
}

/** Of one of those, and it goes on. */
export function runningBehind(world: World): RunOnDisk | undefined {
  const nonces = new Set(taken(world).map(({ nonce }) => nonce))
  return world.running().find(({ nonce }) => nonces.has(nonce))
}

/** First the place of an end is taken; then, when the true one is about to be laid beside that, it is emptied: it is not free (law 8). */
function takeAndEmpty(world: World): void {
  const { server, chance } = world
  const [beside, run] = [chance.pick(toldFolders(world, BESIDE)), runningBehind(world)]
  const first = `${beside}/outcome.json`
  if (beside === undefined && run === undefined)
    layOutcome(world, { folder: chance.pick(inFlight(world))!, instance: NOBODY })
  else if (beside === undefined) world.end(run!, 'succeeded')
  else if (server.entry(server.main, first) !== null) meddle(world, [{ kind: 'delete', path: first }])
}

/** Whose run goes on. */
function inFlight(world: World): readonly string[] {
  const nonces = new Set(world.running().map(({ nonce }) => nonce))
  return claimsOnMain(world).flatMap(({ folder, nonce, hasOutcome }) =>
    hasOutcome || !nonces.has(nonce) ? [] : [folder],
  )
}

function mayTakeAndEmpty(world: World): boolean {
  if (isRewritten(world)) return false
  if (toldFolders(world, BESIDE).length > 0 || runningBehind(world) !== undefined) return true
  return taken(world).length === 0 && inFlight(world).length > 0
}

/** All of the claim is taken away, and a file lies where its folder was. */
function fileForFolder(world: World): void {
  const { server, chance, truth } = world
  const folder = chance.pick(toldFolders(world, FIRST))!
  const files = [...server.store.files(server.main).keys()].filter((path) => path.startsWith(`${folder}/`))
  meddle(world, [...files.map((path) => ({ kind: 'delete' as const, path })), write(folder, String(truth.tick()))])
}

/** Commits that say that a switch was thrown, and are about to be pushed. */
function switching({ gate, server: { graph } }: World): readonly Oid[] {
  return gate.waitsAbout(PUSH).filter((commit) => switchesIn(graph.changesOf(commit)).length > 0)
}

function switchesIn(changes: readonly { readonly path: string }[]): readonly string[] {
  return changes.flatMap(({ path }) => (/^vault\/ledger\/.*-(freeze|unfreeze)-/.test(path) ? [path] : []))
}

/** First one is thrown; then whoever records it dies over that, and what it recorded is taken away before it comes back. */
function removeSwitch(world: World): void {
  if (switching(world).length === 0) CORNERS.throwSwitches.do(world)
  else dieAndRemove(world)
}

function dieAndRemove(world: World): void {
  const { gate, chance, server } = world
  const host = gate.strike(chance, [PUSH], ['crash_after'])?.host
  const gone = switchesIn(server.graph.changesOf(server.main))
  meddle(
    world,
    gone.map((path) => ({ kind: 'delete', path })),
  )
  host?.start()
}

function mayRemoveSwitch(world: World): boolean {
  if (isRewritten(world)) return false
  const isThrown = world.hosts.some(({ disk }) => hasSwitches(disk))
  return switching(world).length > 0 || (!isThrown && CORNERS.throwSwitches.isRipe?.(world) === true)
}

export const PLACES = {
  takeAndEmpty: ambush(5, mayTakeAndEmpty, takeAndEmpty),
  fileForFolder: ambush(4, (world) => !isRewritten(world) && toldFolders(world, FIRST).length > 0, fileForFolder),
  removeSwitch: ambush(4, mayRemoveSwitch, removeSwitch),
} as const
