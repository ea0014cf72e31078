/** Copies of a request in a fork, by somebody whom nobody can name any more; and of one that was claimed. */
import { mergePull, nowOf, openPull, siteOf } from '../../forge/deeds.js'
import type { PullPicture } from '../../forge/picture.js'
import type { World } from '../../world.js'
import { ambush, attack } from '../act.js'
import { actionBlob, pushRequest } from '../asking.js'
import { commitInFork, openFromFork } from '../forks.js'
import { isRewritten, usurp } from '../ground.js'
import { openRequests } from '../pulls.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'

/** That alice merges: it is not hers, and it does not fire by itself. */
function mergeable(world: World): PullPicture | undefined {
  const { truth, server } = world
  const open = openRequests(world).filter(({ head, pull, base, isDraft, wasRetargeted, pushes }) => {
    const blob = truth.heads.get(head)?.blob
    const formula = (blob === undefined ? undefined : truth.actions.get(blob)?.formula) ?? ''
    const isHers = pull.author === 'alice' || pushes.some(({ by }) => by === 'alice')
    const isUp = pull.isOurs && server.ref(pull.ref) === head && base === 'main' && !isDraft && !wasRetargeted
    return isUp && !isHers && ['release', 'rollout', 'hidden'].includes(formula)
  })
  return world.chance.pick(open)
}

function askOne(world: World): PullPicture {
  const id = world.newId()
  const blob = actionBlob(world, id, { formula: 'release' })
  const head = pushRequest(world, { id, blob, by: 'agent', base: world.server.main })
  world.truth.honest.set(id, { id, head, blob, isOff: false })
  return nowOf(world, openPull(world, 'agent', `vault/${id}`))
}

const onMergeable =
  (work: (world: World, picture: PullPicture, id: string) => void) =>
  (world: World): void => {
    if (isRewritten(world)) return
    const picture = mergeable(world) ?? askOne(world)
    work(world, picture, picture.pull.branch.slice('vault/'.length))
  }

/** The same head; then the fork's owner is gone, and what was copied is merged. Nothing is wrong with that. */
function copyAndMerge(world: World, picture: PullPicture, id: string): void {
  openFromFork(world, 'mallory', id, picture.head)
  siteOf(world).setRole('mallory', 'deleted')
  mergePull(world, picture, 'alice')
}

/** More than what was copied is merged, and whoever asked for that is gone. */
function buildOnAndMerge(world: World, { head }: PullPicture, id: string): void {
  usurp(world, id)
  const blob = actionBlob(world, id, { formula: 'release' })
  openFromFork(world, 'mallory', id, commitInFork(world, 'mallory', id, blob, head))
  const fork = siteOf(world).pulls.at(-1)!
  siteOf(world).setRole('mallory', 'deleted')
  mergePull(world, nowOf(world, fork), 'alice')
}

/** It ended, and its head is on no main: whoever opens a pull request of it asks for what was claimed. */
function endedUnmerged(world: World): ClaimOnMain | undefined {
  if (world.site === null || isRewritten(world)) return undefined
  const { server } = world
  const merged = server.graph.ancestors(server.main)
  const isFree = ({ head, hasOutcome }: ClaimOnMain) =>
    hasOutcome && server.store.commit(head) !== null && !merged.has(head)
  return world.chance.pick(claimsOnMain(world).filter(isFree))
}

function askForEnded(world: World): void {
  const { folder, head } = endedUnmerged(world)!
  const id = folder.slice(folder.lastIndexOf('/') + 1)
  openFromFork(world, world.chance.pick(['other', 'mallory'] as const)!, id, head)
}

export const COPIES = {
  copyAndMerge: attack(1.5, onMergeable(copyAndMerge), 'forge'),
  buildOnAndMerge: attack(1.5, onMergeable(buildOnAndMerge), 'forge'),
  askForEnded: ambush(2, (world) => endedUnmerged(world) !== undefined, askForEnded, 'forge'),
} as const
