/** Changes of the trust set, with and without authority, and the switches of operators. */
import type { FileEdit } from '../../../lib/git/port.js'
import type { Host } from '../host.js'
import { type TrustState, trustOf } from '../judge/trust.js'
import type { PolicyModel } from '../truth.js'
import type { World } from '../world.js'
import { act, attack } from './act.js'
import { formulaEdit, type Person, policyEdit, signersEdit, standardSet } from './cast.js'
import { isRewritten, pushMain, write } from './ground.js'
import { bringTrust, smuggleTrust } from './trust-pulls.js'

function inForce(world: World): TrustState {
  return trustOf(world, world.server.main)
}

export function policyNow(world: World): PolicyModel {
  return inForce(world).policy
}

/** Changes that an admin may wish for; none of them takes alice's own key away. */
function changed(world: World, policy: PolicyModel): PolicyModel {
  const { chance } = world
  const changes: readonly (() => Partial<PolicyModel>)[] = [
    () => ({ writeEnabled: !policy.writeEnabled }),
    () => ({ tiers: { ...policy.tiers, touch: policy.tiers['touch'] === 'low' ? 'medium' : 'low' } }),
    () => ({ tiers: { ...policy.tiers, release: policy.tiers['release'] === 'high' ? 'medium' : 'high' } }),
    () => ({ tiers: { ...policy.tiers, dev: policy.tiers['dev'] === 'medium' ? 'high' : 'medium' } }),
    () => ({ roles: { ...policy.roles, bob: policy.roles['bob'] === 'write' ? 'request' : 'write' } }),
    () => ({ roles: { ...policy.roles, amy: policy.roles['amy'] === 'admin' ? 'write' : 'admin' } }),
    () => ({ never: policy.never.includes('amy') ? ['bot'] : ['bot', 'amy'] }),
    () => ({ pinnedAdmins: policy.pinnedAdmins === null ? ['alice'] : null }),
    () => ({ allowSelfMedium: !policy.allowSelfMedium }),
    ...(world.site === null ? [] : Array(3).fill(() => ({ windowMinutes: policy.windowMinutes === null ? 10 : null }))),
  ]
  return { ...policy, ...chance.pick(changes)!() }
}

function changePolicy(world: World): void {
  if (isRewritten(world)) return
  const by = world.chance.weighted({ alice: 3, amy: 1 })
  bringTrust(world, by, [policyEdit(world, changed(world, policyNow(world)))])
}

function changeFormula(world: World): void {
  if (isRewritten(world)) return
  const name = world.chance.pick(['touch', 'dev', 'release', 'sync'])!
  bringTrust(world, 'alice', [formulaEdit(world, name, 2 + world.chance.below(3))])
}

/** Whoever removes a key takes back what it approved and is not claimed yet. A role without a key breaks the set. */
function changeSigners(world: World): void {
  if (isRewritten(world)) return
  const names: Person[] = ['alice', 'amy', 'bob', 'wendy', 'bot', 'agent', 'other']
  const gone = world.chance.pick(['bob', 'amy', 'other', 'nobody'])!
  const policy = policyNow(world)
  const roles = Object.fromEntries(Object.entries(policy.roles).filter(([name]) => name !== gone))
  const edits = [
    signersEdit(
      world,
      names.filter((name) => name !== gone && (name in roles || gone === 'nobody')),
    ),
  ]
  const isWhole = world.chance.hit(0.7)
  bringTrust(world, 'alice', isWhole ? [...edits, policyEdit(world, { ...policy, roles })] : edits)
}

/** Puts back what is in force, and then the standard set. */
function repairTrust(world: World): void {
  if (isRewritten(world)) return
  const { authorised } = inForce(world)
  const { store } = world.server
  const now = [...store.files(world.server.main).keys()].filter((path) => isTrustPath(path))
  const kept = [...store.files(authorised)].filter(([path]) => isTrustPath(path))
  const edits: FileEdit[] = [
    ...now.map((path): FileEdit => ({ kind: 'delete', path })),
    ...kept.map(([path, { mode, oid }]): FileEdit => ({ kind: 'place', path, mode, oid })),
  ]
  bringTrust(world, 'alice', edits)
  if (!world.chance.hit(0.5)) return
  bringTrust(world, 'alice', standardSet(world))
}

function isTrustPath(path: string): boolean {
  return path === 'policy.toml' || path === 'allowed_signers' || path.startsWith('formulas/')
}

/** Would make its author an admin, or let a release run by itself. */
function coup(world: World): FileEdit[] {
  const policy = policyNow(world)
  const { chance } = world
  const seizure = (): FileEdit[] => [
    policyEdit(world, { ...policy, roles: { ...policy.roles, mallory: 'admin', bob: 'admin' } }),
    signersEdit(world, ['alice', 'amy', 'bob', 'wendy', 'bot', 'agent', 'other', 'mallory']),
  ]
  const lowered = (): FileEdit[] => [
    policyEdit(world, {
      ...policy,
      writeEnabled: true,
      tiers: { ...policy.tiers, release: 'low', dev: 'low', rollout: 'low' },
    }),
  ]
  const formula = (): FileEdit[] => [formulaEdit(world, 'touch', 100 + chance.below(10))]
  return chance.pick([seizure, lowered, formula])!()
}

function attackPolicy(world: World): void {
  if (isRewritten(world)) return
  const { chance } = world
  const by = chance.pick(['bob', 'agent', 'mallory', 'bot'] as const)!
  if (world.site !== null && chance.hit(0.7)) {
    smuggleTrust(world, coup(world))
    return
  }
  const signature = chance.hit(0.3)
    ? ({ kind: 'unsigned' } as const)
    : chance.hit(0.2)
      ? ({ kind: 'invalid', why: 'forged' } as const)
      : undefined
  pushMain(world, { by, edits: coup(world), ...(signature === undefined ? {} : { signature }) })
}

/** Field failure 40: an admin's harmless change on top of somebody's coup. */
function launder(world: World): void {
  attackPolicy(world)
  changeFormula(world)
}

/** Field failure 49: a typo of an admin. */
function breakPolicy(world: World): void {
  if (isRewritten(world)) return
  bringTrust(world, 'alice', [write('policy.toml', `version = = ${world.truth.tick()}\n`)])
}

function freeze(world: World): void {
  freezeHost(world, world.chance.pick(world.hosts)!)
}

export function freezeHost(world: World, host: Host): void {
  const path = 'state/freeze.json'
  if (host.instance === null || host.disk.files.has(path)) return
  host.disk.files.set(path, JSON.stringify({ reason: 'look', cause: 'operator', since: host.clock }))
  world.truth.freezes.push({ host: host.name, from: world.truth.tick(), to: null })
}

export function unfreeze(world: World): void {
  for (const host of world.hosts) {
    const path = 'state/freeze.json'
    const text = host.disk.files.get(path)
    if (text === undefined) continue
    const { cause } = JSON.parse(text) as { cause: string }
    const seen = host.disk.files.get('state/seen.json')
    const last = seen === undefined ? world.root : (JSON.parse(seen) as { main: string }).main
    const isWhole = world.server.graph.line(world.server.main).some((commit) => commit === last)
    if (cause !== 'operator' && !isWhole) continue
    host.disk.files.delete(path)
    for (const period of world.truth.freezes) if (period.host === host.name) period.to ??= world.truth.tick()
  }
}

/** For the end: everything as it was at first, by an admin. */
export function restoreStandard(world: World): void {
  repairTrust(world)
  bringTrust(world, 'alice', standardSet(world))
}

export const GOVERNING = {
  changePolicy: act(1, changePolicy),
  changeFormula: act(0.4, changeFormula),
  changeSigners: act(0.3, changeSigners),
  repairTrust: act(1.2, repairTrust),
  freeze: act(0.6, freeze),
  unfreeze: act(0.8, unfreeze),
  breakPolicy: act(0.3, breakPolicy),
  attackPolicy: attack(0.9, attackPolicy),
  launder: attack(0.5, launder),
} as const
