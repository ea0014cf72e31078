/** Requests from forks: only their pull requests tell of them. */
import type { Oid } from '../../../vault/oid.js'
import { siteOf } from '../forge/deeds.js'
import type { World } from '../world.js'
import { PEOPLE, type Person } from './cast.js'
import { pathOf, place } from './ground.js'

/** @returns the head in the fork of somebody who asks for this */
export function commitInFork(world: World, by: Person, id: string, blob: Oid, below = world.server.main): Oid {
  const head = world.commit({ by, parents: [below], edits: [place(pathOf(id), blob)] })
  world.truth.heads.set(head, { suffix: id, blob, isExact: true, signers: [PEOPLE[by]] })
  return head
}

/** @returns its ref, which moves with the fork */
export function openFromFork(world: World, by: Person, id: string, head: Oid): string {
  const site = siteOf(world)
  const ref = `refs/pull/${site.pulls.length + 1}/head`
  world.server.set(ref, head, { kind: 'person', name: by })
  site.open({ author: by, isOurs: false, branch: `vault/${id}`, ref })
  return ref
}
