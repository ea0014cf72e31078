/** What is done to main and its records just when a dispatcher goes by them. */
import type { FileEdit } from '../../../../lib/git/port.js'
import type { Oid } from '../../../../vault/oid.js'
import { trustOf } from '../../judge/trust.js'
import type { World } from '../../world.js'
import { act, ambush } from '../act.js'
import { mergeOpen, openToApprove } from '../approving.js'
import { actionBlob, pushRequest } from '../asking.js'
import { formulaEdit, PEOPLE } from '../cast.js'
import { freezeHost } from '../governing.js'
import { branchOf, isRewritten, pathOf, place, pushMain, usurp, write } from '../ground.js'
import { mayRewrite, takeBack } from '../rewriting.js'
import { layIntent, meddle, someIntent } from '../tampering.js'
import { bringTrust } from '../trust-pulls.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'
import { strayClaims } from './stray-claims.js'

/** More than any pool has room for. */
function burst(world: World, base: Oid = world.server.main): void {
  // A pool of one has to come to their end.
  if (isRewritten(world) || world.lastId > MOST_REQUESTS) return
  for (let left = 3 + world.chance.below(4); left > 0; left--) {
    const id = world.newId()
    const blob = actionBlob(world, id, { formula: world.chance.pick(['touch', 'sync'])! })
    const head = pushRequest(world, { id, blob, by: 'agent', base })
    world.truth.honest.set(id, { id, head, blob, isOff: false })
  }
}

/** While a dispatcher builds on the main that is taken away, or is about to go by it; its runs end just then. */
function rewindUnder(world: World): void {
  takeBack(world, 1 + world.chance.below(2))
  for (const run of world.running()) if (world.chance.hit(0.8)) world.end(run, 'succeeded')
}

/** What nobody has on disk is lost with the process that knew it. */
function rewindAndKill(world: World): void {
  const commits = world.chance.hit(0.6) ? 1 : 2 + world.chance.below(2)
  // So that there is something to write, for whoever does not see that main is not what it was.
  burst(world, world.server.graph.line(world.server.main).at(commits))
  takeBack(world, commits)
  for (const host of world.hosts) {
    host.process?.crash()
    host.start()
  }
}

function isLastOfDispatcher({ truth }: World): boolean {
  return truth.mainMoves.at(-1)?.by.kind === 'dispatcher'
}

/** Approved, edited, and put back as it was: what was approved is not what was brought last. */
function editAndPutBack(world: World): void {
  const open = openToApprove(world)
  if (open === undefined || isRewritten(world)) return
  usurp(world, open.id)
  mergeOpen(world, open, { by: 'alice' })
  const other = actionBlob(world, open.id, { formula: 'release' })
  for (const blob of [other, open.truth.blob]) {
    const commit = pushMain(world, { by: 'bob', edits: [place(pathOf(open.id), blob)] })
    world.truth.approvals.set(commit, {
      ...{ merge: commit, id: open.id, blob, head: open.head, by: PEOPLE.bob, isExact: false },
    })
  }
}

/** A file where a claim wants its folder, or wherever its end could be told. */
function litterInTheWay(world: World): void {
  if (isRewritten(world)) return
  const claim = world.chance.pick(claimsOnMain(world).filter(({ hasOutcome }) => !hasOutcome))
  const paths = claim !== undefined && world.chance.hit(0.4) ? placesOfEnd(claim) : folderWanted(world)
  const text = String(world.truth.tick())
  if (paths.length > 0)
    meddle(
      world,
      paths.map((path) => write(path, text)),
    )
}

function placesOfEnd({ folder, instance }: ClaimOnMain): string[] {
  return ['outcome', `outcome-${instance}`].map((name) => `${folder}/${name}.json`)
}

function folderWanted(world: World): string[] {
  const day = new Date(world.time).toISOString().slice(0, 10)
  const open = [...world.server.requests().keys()].filter((id) => world.server.ref(branchOf(id)) !== null)
  const id = world.chance.pick(open) ?? `act-${world.lastId + 1}`
  const taken = [...world.server.store.files(world.server.main).keys()]
  const path = world.chance.hit(0.8) ? `vault/fired/${day}/${id}` : `vault/fired/${day}`
  return taken.some((other) => other.startsWith(`${path}/`)) ? [] : [path]
}

/** Somebody called it off as unheard of; that is taken away before the one who knows better looks. */
function removeTakeover(world: World): void {
  const claim = takenOver(world)[0]!
  // Whoever is frozen undoes nothing, and records all the same how its runs ended.
  if (world.chance.hit(0.6)) for (const host of world.hosts) freezeHost(world, host)
  meddle(world, [{ kind: 'delete', path: `${claim.folder}/outcome.json` }])
  world.hosts.find(({ instance }) => instance === claim.instance)?.start()
}

export function takenOver(world: World) {
  if (isRewritten(world)) return []
  return claimsOnMain(world).filter(({ toldBy, instance, folder, nonce }) => {
    const host = world.hosts.find((one) => one.instance === instance)
    const late = world.server.entry(world.server.main, `${folder}/outcome-${instance}.json`)
    return toldBy !== null && toldBy !== instance && host?.disk.runs.has(nonce) === true && late === null
  })
}

/** A claim that never came to main is brought there by somebody, when what it was decided by does not stand any more. */
function bringStray(world: World): void {
  const stray = world.chance.pick(strayClaims(world))!
  bringTrust(world, 'alice', [formulaEdit(world, 'hidden', 2 + world.truth.tick())])
  const { id, folder, intent, action } = stray
  // Where her change took no force, it may be as right as on the day on which it was made.
  if (trustOf(world, world.server.main).inForce === stray.trustSet) return
  const edits: FileEdit[] = [place(`${folder}/action.toml`, action), place(`${folder}/intent.json`, intent)]
  usurp(world, id)
  world.truth.strayClaims.set(folder, stray.instance)
  world.truth.forgedClaims.add(id)
  meddle(world, edits)
}

/** Forged, on another day than the id was claimed on: the first claim is the one that counts. */
function claimAgain(world: World): void {
  const model = someIntent(world)
  if (model === null) return
  usurp(world, model.id)
  const at = Date.parse(model.claimed_at) - (1 + world.chance.below(3)) * DAY_MS
  const blob = actionBlob(world, model.id, { formula: model.formula })
  const [claimed_at, start_by] = [at, at + 6 * HOUR_MS].map((time) => new Date(time).toISOString())
  layIntent(world, { ...model, claimed_at: claimed_at!, start_by: start_by! }, blob)
}

const MOST_REQUESTS = 25
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const UNDER = ['git commit', 'run state']

export const RECORD_MOMENTS = {
  burst: act(1.5, (world) => burst(world)),
  rewindUnder: ambush(1, (world) => mayRewrite(world) && world.gate.waits(UNDER), rewindUnder),
  rewindAndKill: ambush(1.5, (world) => mayRewrite(world) && isLastOfDispatcher(world), rewindAndKill),
  editAndPutBack: ambush(0.7, (world) => openToApprove(world) !== undefined, editAndPutBack, 'keys'),
  litterInTheWay: ambush(0.7, (world) => world.server.requests().size > 0, litterInTheWay),
  removeTakeover: ambush(1, (world) => takenOver(world).length > 0, removeTakeover),
  claimAgain: ambush(1, (world) => claimsOnMain(world).some(({ hasOutcome }) => !hasOutcome), claimAgain),
  bringStray: ambush(1, (world) => !isRewritten(world) && strayClaims(world).length > 0, bringStray),
} as const
