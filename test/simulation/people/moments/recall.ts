/** What a dispatcher has to know again when it comes back. Played in schedules of their own. */
import type { ActionId } from '../../../../vault/action/id.js'
import type { Host } from '../../host.js'
import type { World } from '../../world.js'
import { ambush, moment } from '../act.js'
import { actionBlob } from '../asking.js'
import { isRewritten, usurp } from '../ground.js'
import { isSeenByAll, mayRewrite, takeBack } from '../rewriting.js'
import { intentIn, layIntent, layOutcome } from '../tampering.js'
import { claiming, NOBODY } from './corners.js'
import { type Kept, kept } from './kept.js'

const HOUR_MS = 3_600_000

function awake({ hosts }: World): readonly Host[] {
  return hosts.filter(({ process }) => process !== null)
}

/** Its machine comes back with a clock that is behind what it has written. */
function wakeBehind(world: World): void {
  const host = world.chance.pick(awake(world))!
  host.process?.crash()
  host.skew -= HOUR_MS
  host.start()
}

/** Its run may have ended meanwhile, and its clone lacks the very claim: what there is of the run is of use all the same. */
function lackClaim(world: World): void {
  comeBackWithout(world, world.chance.pick(kept(world))!)
}

const NOTED = ['remove noted.json']

/** It dies before it has written down that its claims arrived, and lacks them when it comes back. */
function lackNoted(world: World): void {
  const dying = world.gate.strike(world.chance, NOTED, ['crash_before'])?.host
  for (const { host, claim } of kept(world).filter((each) => each.host === dying))
    comeBackWithout(world, { host, claim })
  dying?.start()
}

function comeBackWithout(world: World, { host, claim }: Kept): void {
  const { chance, server } = world
  const intent = server.entry(server.main, `${claim.folder}/intent.json`)
  const run = world.running().find(({ nonce }) => nonce === claim.nonce)
  if (run !== undefined) world.end(run, chance.hit(0.7) ? 'succeeded' : 'vanished')
  host.process?.crash()
  if (intent !== null) host.lacks.add(intent.oid)
  host.start()
}

const FORGETTING = ['run forget']

/** A run is lost; then its dispatcher is killed, when that is told and nothing of it is needed any more. */
function killForgetting(world: World): void {
  const { gate, chance } = world
  if (gate.waits(FORGETTING)) gate.strike(chance, FORGETTING, ['crash_before'])?.host.start()
  else world.end(chance.pick(world.running())!, 'vanished')
}

function mayKillForgetting(world: World): boolean {
  if (world.gate.waits(FORGETTING)) return true
  const isLost = awake(world).some(({ disk }) => [...disk.runs.values()].some((run) => run.isLost))
  return !isLost && world.running().length > 0
}

/** Nobody hears of it until others may speak of it, and the place for that is taken, by nobody. */
function leaveLittered(world: World): void {
  const { host, claim } = world.chance.pick(kept(world))!
  host.process?.crash()
  world.time = Math.max(world.time, claim.takeoverAt + HOUR_MS)
  layOutcome(world, { folder: claim.folder, instance: NOBODY })
}

function mayLeaveLittered(world: World): boolean {
  return world.hosts.length > 1 && !isRewritten(world) && kept(world).length > 0
}

/** Somebody forges a claim that is out of time for long, with the nonce of a run of which nothing can be said yet (law 8). */
function stealNonce(world: World): void {
  const found = world.chance.pick(kept(world))!
  const model = intentIn(world, found.claim.folder)
  if (model === null) return
  const id = world.newId()
  usurp(world, id)
  const [claimed_at, start_by] = [0, 6 * HOUR_MS].map((later) =>
    new Date(Date.parse(model.claimed_at) - 48 * HOUR_MS + later).toISOString(),
  )
  const blob = actionBlob(world, id, { formula: model.formula })
  layIntent(world, { ...model, id: id as ActionId, claimed_at: claimed_at!, start_by: start_by! }, blob)
  comeBackWithout(world, found)
}

const PUSH = 'git push main'

/** The only push that is under way: it arrives, and whoever sent it dies. */
function mayClaimUnheard(world: World): boolean {
  const { gate, server } = world
  if (isRewritten(world) || gate.hasLate(PUSH) || !isSeenByAll(world)) return false
  return gate.waitsAbout(PUSH).length === 1 && claiming(world).length === 1 && server.graph.line(server.main).length > 1
}

/** With its claim main is taken away, and with what everybody had seen before; it comes back when nothing may start any more. */
function claimUnheard(world: World): void {
  const dying = world.gate.strike(world.chance, [PUSH], ['crash_after'])?.host
  takeBack(world, 2)
  world.time += 7 * HOUR_MS
  dying?.start()
}

const REMEMBERING = ['write seen.json']

function mayRewindHalfSeen(world: World): boolean {
  const { gate, server } = world
  return !isRewritten(world) && !gate.hasPush() && gate.waits(REMEMBERING) && server.main !== world.root
}

/** That main was seen comes to the disk, which says that it does not; and just then that main is taken away. */
function rewindHalfSeen(world: World): void {
  world.gate.strike(world.chance, REMEMBERING, ['lost'])
  if (mayRewrite(world)) takeBack(world, 1)
}

export const RECALL = {
  wakeBehind: moment(2, (world) => awake(world).length > 0, wakeBehind),
  lackNoted: moment(4, ({ gate }) => gate.waits(NOTED), lackNoted),
  lackClaim: moment(6, (world) => kept(world).length > 0, lackClaim),
  killForgetting: moment(5, mayKillForgetting, killForgetting),
  stealNonce: ambush(4, (world) => !isRewritten(world) && kept(world).length > 0, stealNonce),
  leaveLittered: ambush(4, mayLeaveLittered, leaveLittered),
} as const

const { leaveLittered: littered, ...earlier } = RECALL

/** And what needs a main that nobody could look at in between. */
export const RECALL_MORE = {
  ...earlier,
  claimUnheard: ambush(4, mayClaimUnheard, claimUnheard),
  leaveLittered: littered,
  rewindHalfSeen: ambush(4, mayRewindHalfSeen, rewindHalfSeen),
} as const
