/**
 * All is at rest, nothing fails any more, and one thing happens by itself: what dispatchers remember of a world that does not
 * move must not hide it from them. While much goes on, something else always makes them look again.
 */
import { Chance } from './chance.js'
import { openPull } from './forge/deeds.js'
import type { Fault } from './gate.js'
import type { Judge } from './judge/judge.js'
import { judgeLeftOver } from './judge/left-over.js'
import { actionBlob, pushRequest } from './people/asking.js'
import { freezeHost, unfreeze } from './people/governing.js'
import { pushMain, usurp } from './people/ground.js'
import { giveBack, mayRewrite, takeBack } from './people/rewriting.js'
import { throwSwitch } from './people/switches.js'
import type { Settings } from './schedule.js'
import { calm } from './settle.js'
import { quiet } from './simulate.js'
import type { World } from './world.js'

const HOUR_MS = 3_600_000

type Rest = () => Promise<void>

function ask(world: World, formula: string, expiresAt?: number): string {
  const id = world.newId()
  const blob = actionBlob(world, id, { formula, expiresAt })
  const head = pushRequest(world, { id, blob, by: 'agent', base: world.server.main })
  world.truth.honest.set(id, { id, head, blob, isOff: false })
  if (world.site !== null) openPull(world, 'agent', `vault/${id}`)
  return id
}

/** The same branch, with something else in it. */
async function amend(world: World, rest: Rest): Promise<void> {
  const id = ask(world, 'release')
  await rest()
  const request = world.truth.honest.get(id)!
  request.blob = actionBlob(world, id, { formula: 'rollout' })
  request.head = pushRequest(world, { id, blob: request.blob, by: 'agent', base: world.server.main })
}

async function expire(world: World, rest: Rest): Promise<void> {
  ask(world, 'release', world.time + HOUR_MS)
  await rest()
  // Later than any clock here is behind.
  world.time += 48 * HOUR_MS
}

/** Nobody can read it at first. */
async function miss(world: World): Promise<void> {
  ask(world, 'touch')
  await struck(world, 'git fetch', 'partly', 10)
}

/** Everybody looks, and what is waited for fails so many times. */
async function struck(world: World, effect: string, fault: Fault, times: number): Promise<void> {
  const { gate, hosts } = world
  for (const { process } of hosts) process?.wake()
  let left = times
  for (await quiet(); gate.size > 0; await quiet()) {
    if (left > 0 && gate.strike(world.chance, [effect], [fault]) !== null) left--
    else gate.deliverOne(world.chance, 0, new Set())
    world.time += 10
  }
}

async function holdAndLetGo(world: World, rest: Rest): Promise<void> {
  for (const host of world.hosts) freezeHost(world, host)
  ask(world, 'touch')
  await rest()
  unfreeze(world)
}

/** Whoever saw a main that was rewritten stays frozen when it is as it was, until an operator has looked (law 4). */
async function rewindAndGiveBack(world: World, rest: Rest): Promise<void> {
  if (!mayRewrite(world)) return
  takeBack(world, 1)
  await rest()
  for (const { name } of world.hosts) world.truth.freezes.push({ host: name, from: world.truth.tick(), to: null })
  giveBack(world)
  ask(world, 'touch')
  await rest()
  unfreeze(world)
}

async function takeReadme(world: World): Promise<void> {
  pushMain(world, { by: 'bob', edits: [{ kind: 'delete', path: 'vault/actions/README.md' }] })
  ask(world, 'touch')
}

/** More than fits into one commit, and what is made first cannot be written: each of them is tried apart. */
async function askMany(world: World): Promise<void> {
  for (let left = 5; left > 0; left--) ask(world, 'touch')
  await struck(world, 'git commit', 'fail', 1 + world.chance.below(2))
}

/** Its record is taken away while nobody looks; then all lose their disks, and it is asked for once more (field failure 39). */
async function removeAndJoin(world: World, rest: Rest): Promise<void> {
  // Whoever joins then could not tell what was no claim, and was undone.
  if (world.isTampered) return
  world.isTampered = true
  const id = ask(world, 'touch')
  await rest()
  const { blob } = world.truth.honest.get(id)!
  usurp(world, id)
  const { store, main } = world.server
  const gone = [...store.files(main).keys()].filter((path) => path.includes(`/${id}/`))
  for (const host of world.hosts) host.loseDisk()
  pushMain(world, { by: 'mallory', edits: gone.map((path) => ({ kind: 'delete', path })) })
  pushRequest(world, { id, blob, by: 'agent', base: world.server.main })
}

/** An operator freezes while the remote is away; that it was recorded is not heard at first. */
async function freezeAway(world: World, rest: Rest): Promise<void> {
  const host = world.chance.pick(world.hosts)!
  throwSwitch(world, host, 'freeze')
  freezeHost(world, host)
  await struck(world, 'git push main', world.chance.pick(['lost', 'crash_after', 'fail', 'refused'] as const)!, 1)
  await rest()
  throwSwitch(world, host, 'unfreeze')
  unfreeze(world)
}

const ALONE = { amend, expire, miss, holdAndLetGo, rewindAndGiveBack, takeReadme, askMany, removeAndJoin, freezeAway }

/**
 * It takes half as long as all that went before, and needs no luck to find what it is for: a part of the schedules is enough.
 * No multiple of what else goes by the seed, so that it comes with each forge and each kind of moment.
 */
const EVERY = 5
const AT = 1

export function hasAftermath({ seed }: Settings): boolean {
  return seed % EVERY === AT
}

/** Two of them; and at last everybody starts once more, in peace. */
export async function aftermath(world: World, judge: Judge): Promise<void> {
  world.chance = new Chance(world.settings.seed + 0xaf7e4)
  // Two: after their own words everybody looks once more.
  const rest = () => calm(world, judge, 2)
  for (let left = 2; left > 0 && judge.violations.length === 0; left--) {
    const [name, happen] = world.chance.pick(Object.entries(ALONE))!
    world.tell(`at rest: ${name}`)
    world.coverage.did(name)
    await happen(world, rest)
    await rest()
    // Before anything else happens, or anybody looks with fresh eyes.
    if (judge.violations.length === 0) judge.finish()
  }
  world.tell('everybody starts once more')
  for (const { process } of world.hosts) process?.crash()
  await rest()
  if (judge.violations.length === 0) judgeLeftOver(judge)
  if (judge.violations.length === 0) judge.finish()
}
