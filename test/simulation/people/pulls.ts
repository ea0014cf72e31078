/** What honest people do at a forge: open, review, merge, think again. */
import { did, mergePull, mergeScheduled, nowOf, openPull, openPulls, siteOf } from '../forge/deeds.js'
import type { PullPicture } from '../forge/picture.js'
import type { World } from '../world.js'
import { act } from './act.js'
import type { Person } from './cast.js'
import { branchOf, isRewritten } from './ground.js'

/** Open pull requests of requests. */
export function openRequests(world: World): PullPicture[] {
  return openPulls(world).filter(({ pull }) => pull.branch.startsWith('vault/'))
}

/** What people are asked about comes first: nobody looks at what fires by itself. */
export function asked(world: World): PullPicture | undefined {
  return world.chance.hit(0.9) ? pickOf(world, (formula) => !['touch', 'sync'].includes(formula)) : pickOf(world)
}

/** One of those whose formula is wanted; of all, where there is none. */
function pickOf(world: World, isWanted: (formula: string) => boolean = () => true): PullPicture | undefined {
  const { truth, chance } = world
  const open = openRequests(world)
  const wanted = open.filter(({ head }) => {
    const blob = truth.heads.get(head)?.blob
    return isWanted((blob === undefined ? undefined : truth.actions.get(blob)?.formula) ?? '')
  })
  return chance.pick(wanted.length > 0 ? wanted : open)
}

/** Mostly what a review lets through. */
export function toReview(world: World): PullPicture | undefined {
  return world.chance.hit(0.8) ? pickOf(world, (formula) => formula === 'dev') : asked(world)
}

/** Somebody opens the pull request that a branch lacks. */
function openMissing(world: World): void {
  if (world.site === null) return
  const withPull = new Set(openRequests(world).map(({ pull }) => pull.ref))
  const { server, chance } = world
  const bare = [...world.truth.honest.values()].filter(({ id, head }) => {
    const isThere = server.ref(branchOf(id)) === head && !server.graph.ancestors(server.main).has(head)
    return isThere && !withPull.has(branchOf(id))
  })
  const request = chance.pick(bare)
  if (request === undefined) return
  openPull(world, chance.weighted({ agent: 5, other: 2, bob: 0.5 }), `vault/${request.id}`)
}

export function review(
  world: World,
  { pull, head }: PullPicture,
  by: Person,
  state: 'approved' | 'changes_requested',
  commit = head,
): void {
  // Forges let nobody review what they opened themselves.
  if (pull.author === by) return
  did(world, pull, by, {
    kind: 'reviewed',
    id: siteOf(world).nextId(),
    state,
    commit,
  })
  if (state === 'approved') mergeScheduled(world, pull)
}

function approvePull(world: World): void {
  const picture = toReview(world)
  if (picture === undefined) return
  review(world, picture, world.chance.weighted({ bob: 5, wendy: 3, alice: 2, amy: 1, other: 0.5 }), 'approved')
}

function requestChanges(world: World): void {
  const picture = toReview(world)
  if (picture === undefined) return
  review(world, picture, world.chance.weighted({ bob: 3, wendy: 2, alice: 1, mallory: 1 }), 'changes_requested')
}

/** Medium is reviewed, most often. */
function toMerge(world: World): PullPicture | undefined {
  return world.chance.hit(0.7)
    ? pickOf(world, (formula) => ['release', 'rollout', 'hidden'].includes(formula))
    : asked(world)
}

function merge(world: World): void {
  const picture = toMerge(world)
  if (picture === undefined || isRewritten(world) || picture.base !== 'main' || picture.isDraft) return
  mergePull(world, picture, world.chance.weighted({ alice: 5, amy: 3, bob: 2, wendy: 1 }))
}

function dismiss(world: World): void {
  const open = openRequests(world).filter(({ reviews }) => reviews.some(({ isDismissed }) => !isDismissed))
  const picture = world.chance.pick(open)
  const one = world.chance.pick(picture?.reviews.filter(({ isDismissed }) => !isDismissed) ?? [])
  if (picture !== undefined && one !== undefined)
    did(world, picture.pull, world.chance.pick(['alice', 'bob'] as const)!, {
      kind: 'dismissed',
      review: one.id,
    })
}

function closePull(world: World): void {
  const picture = world.chance.pick(openRequests(world))
  if (picture === undefined) return
  did(world, picture.pull, world.chance.pick(['bob', picture.pull.author, 'alice'] as const)!, { kind: 'closed' })
}

function reopen(world: World): void {
  if (world.site === null) return
  const closed = world.site.pulls
    .map((pull) => nowOf(world, pull))
    .filter(({ isOpen, merged, hasBranch, closedBy }) => !isOpen && merged === null && hasBranch && closedBy.length > 0)
  const picture = world.chance.pick(closed)
  if (picture !== undefined) did(world, picture.pull, picture.pull.author, { kind: 'reopened' })
}

function turnDraft(world: World): void {
  const open = openRequests(world)
  const picture = open.find(({ isDraft }) => isDraft) ?? world.chance.pick(open)
  if (picture === undefined) return
  did(world, picture.pull, picture.pull.author, {
    kind: 'drafted',
    isDraft: !picture.isDraft,
  })
}

export function comment(world: World, { pull }: PullPicture, by: Person, body: string): void {
  did(world, pull, by, {
    kind: 'commented',
    comment: siteOf(world).nextId(),
    body,
  })
}

function talk(world: World): void {
  const picture = world.chance.pick(openRequests(world))
  if (picture !== undefined) comment(world, picture, 'wendy', 'I do not mind. To stop it one would say /veto here.')
}

function veto(world: World): void {
  const picture = asked(world)
  if (picture !== undefined) comment(world, picture, world.chance.pick(['bob', 'mallory'] as const)!, '/veto not now')
}

/** Some minutes in which nobody does anything. */
function linger(world: World): void {
  world.time += (2 + world.chance.below(7)) * 60_000
}

/** Alice stays an admin, so that what she brought of the trust set stays authorised for whoever asks later. */
function changeRole(world: World): void {
  if (world.site === null) return
  const who = world.chance.pick(['amy', 'bob', 'wendy', 'agent', 'other'] as const)!
  const roles = who === 'amy' ? (['admin', 'write'] as const) : (['write', 'write', 'read', 'none'] as const)
  if (world.site.roleOf(who, world.truth.now) !== 'deleted') world.site.setRole(who, world.chance.pick(roles)!)
}

function deleteAccount(world: World): void {
  if (world.site !== null) world.site.setRole(world.chance.pick(['other', 'wendy', 'mallory'] as const)!, 'deleted')
}

export const PULLS = {
  openPull: act(3, openMissing, 'forge'),
  approvePull: act(5, approvePull, 'forge'),
  mergePull: act(5, merge, 'forge'),
  requestChanges: act(0.8, requestChanges, 'forge'),
  dismissReview: act(1, dismiss, 'forge'),
  closePull: act(0.4, closePull, 'forge'),
  reopenPull: act(0.6, reopen, 'forge'),
  turnDraft: act(0.5, turnDraft, 'forge'),
  talk: act(0.5, talk, 'forge'),
  veto: act(0.4, veto, 'forge'),
  linger: act(2, linger, 'forge'),
  changeRole: act(0.8, changeRole, 'forge'),
  deleteAccount: act(0.15, deleteAccount, 'forge'),
} as const
