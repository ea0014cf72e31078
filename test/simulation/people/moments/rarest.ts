/** Two things at once, where chance hardly ever brings the one while the other holds. Played in schedules of their own. */
import type { Oid } from '../../../../vault/oid.js'
import { did } from '../../forge/deeds.js'
import { SELF } from '../../forge/site.js'
import type { Server } from '../../git/server.js'
import type { World } from '../../world.js'
import { ambush, moment } from '../act.js'
import { policyEdit } from '../cast.js'
import { policyNow } from '../governing.js'
import { isRewritten } from '../ground.js'
import { openRequests } from '../pulls.js'
import { bringTrust } from '../trust-pulls.js'

/** Commits that say how a run ended, and are about to be pushed. */
export function telling({ gate, server }: World): readonly Oid[] {
  return gate.waitsAbout('git push main').filter((commit) => isTelling(server, commit))
}

function isTelling({ store }: Server, commit: Oid): boolean {
  return /^Status: /m.test(store.commit(commit)?.message ?? '')
}

function mayTellLate(world: World): boolean {
  return world.gate.arrivesBefore === null && (telling(world).length > 0 || world.running().length > 0)
}

/** A run ends; then what is said of it is given up, and arrives when it is about to be said again. */
function tellLate(world: World): void {
  const { gate, server, chance } = world
  const parentOf = (commit: Oid) => server.store.commit(commit)?.parents[0]
  const bases = new Set(telling(world).map(parentOf))
  if (bases.size === 0) return void world.end(chance.pick(world.running())!, 'succeeded')
  gate.strike(chance, ['git push main'], ['late'])
  gate.arrivesBefore = (commit) => isTelling(server, commit) && bases.has(parentOf(commit))
}

/** Open pull requests with a word of ours. */
function toldOf(world: World) {
  if (world.site === null || isRewritten(world)) return []
  return openRequests(world).flatMap((picture) =>
    picture.comments.filter(({ by }) => by === SELF).map(({ id }) => ({ pull: picture.pull, comment: id })),
  )
}

/** The word is taken away, and all dispatchers have another one to say. */
function deleteWord(world: World): void {
  for (const { pull, comment } of toldOf(world)) did(world, pull, 'bob', { kind: 'deleted', comment })
  const policy = policyNow(world)
  const asked = ['dev', 'release', 'rollout'].map((name) => [name, policy.tiers[name] === 'medium' ? 'high' : 'medium'])
  bringTrust(world, 'alice', [
    policyEdit(world, { ...policy, tiers: { ...policy.tiers, ...Object.fromEntries(asked) } }),
  ])
}

export const RAREST = {
  tellLate: moment(6, mayTellLate, tellLate),
  deleteWord: ambush(8, (world) => world.hosts.length > 1 && toldOf(world).length > 0, deleteWord, 'forge'),
} as const
