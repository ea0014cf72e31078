/** What a forge lets people do that must not count. */
import type { Oid } from '../../../vault/oid.js'
import { did, mergePull, openPull } from '../forge/deeds.js'
import type { PullPicture } from '../forge/picture.js'
import { SELF } from '../forge/site.js'
import type { World } from '../world.js'
import { attack } from './act.js'
import { actionBlob, pushRequest } from './asking.js'
import { PEOPLE, type Person } from './cast.js'
import { commitInFork, openFromFork } from './forks.js'
import { branchOf, isRewritten, pathOf, place, usurp, write } from './ground.js'
import { asked, comment, openRequests, review, toReview } from './pulls.js'

const onAsked =
  (work: (world: World, picture: PullPicture) => void) =>
  (world: World): void => {
    const picture = world.chance.hit(0.5) ? asked(world) : toReview(world)
    if (picture !== undefined && !isRewritten(world)) work(world, picture)
  }

function idOf({ pull }: PullPicture): string {
  return pull.branch.slice('vault/'.length)
}

function isLive(world: World, picture: PullPicture): boolean {
  return picture.pull.isOurs && world.server.ref(picture.pull.ref) === picture.head
}

/** Other content on the branch once it was approved: by force, by somebody. */
function moveHead(world: World, picture: PullPicture, by: Person): void {
  const id = idOf(picture)
  if (!isLive(world, picture)) return
  usurp(world, id)
  const formula = world.chance.pick(['release', 'dev', 'touch'])!
  pushRequest(world, { id, blob: actionBlob(world, id, { formula }), by, base: world.server.main })
}

/** Swapped after the approval; sometimes swapped back. */
function swapHead(world: World): void {
  const approved = openRequests(world).filter(({ reviews }) => reviews.some(({ state }) => state === 'approved'))
  const picture = world.chance.pick(approved)
  if (picture === undefined || isRewritten(world) || !isLive(world, picture)) return
  const { head, pull } = picture
  moveHead(world, picture, world.chance.pick(['agent', 'mallory'] as const)!)
  if (world.chance.hit(0.3)) world.server.set(pull.ref, head, { kind: 'person', name: 'agent' })
}

/** Law 6: who pushed to it approves it, under somebody else's pull request. */
function pushAndApprove(world: World, picture: PullPicture): void {
  const { chance } = world
  const by = chance.pick(['bob', 'alice', 'wendy'] as const)!
  const id = idOf(picture)
  if (!isLive(world, picture)) return
  const before = world.truth.heads.get(picture.head)
  const mode = world.server.entry(picture.head, pathOf(id))?.mode
  if (before === undefined || mode === undefined) return
  usurp(world, id)
  // The same file in a new commit, signed by nobody: only the push says whose it is.
  const head = world.commit({
    by,
    parents: [picture.head],
    edits: [{ kind: 'place', path: pathOf(id), mode, oid: before.blob }],
    signature: { kind: 'unsigned' },
  })
  world.truth.heads.set(head, { ...before, signers: null })
  world.server.set(picture.pull.ref, head, { kind: 'person', name: by })
  const now = { ...picture, head }
  if (chance.hit(0.5)) review(world, now, by, 'approved')
  else mergePull(world, now, by)
}

/** Law 6: bob signed the commit, the agent pushed and opened it, and bob approves. */
function signAndApprove(world: World): void {
  if (isRewritten(world) || world.site === null) return
  const id = world.newId()
  const by = world.chance.pick(['bob', 'amy'] as const)!
  const blob = actionBlob(world, id, { formula: world.chance.pick(['dev', 'release'])! })
  const head = world.commit({ by, parents: [world.server.main], edits: [place(pathOf(id), blob)] })
  world.truth.heads.set(head, { suffix: id, blob, isExact: true, signers: [PEOPLE[by]] })
  world.server.set(branchOf(id), head, { kind: 'person', name: 'agent' })
  const pull = openPull(world, 'agent', `vault/${id}`)
  const picture = openRequests(world).find((one) => one.pull === pull)
  if (picture === undefined) return
  if (world.chance.hit(0.5)) review(world, picture, by, 'approved')
  else mergePull(world, picture, by)
}

/** Law 6: one's own request under a second pull request of the same head, opened by somebody else. */
function secondPull(world: World, picture: PullPicture): void {
  const by = world.chance.pick(['bob', 'alice'] as const)!
  if (!isLive(world, picture)) return
  openPull(world, by, picture.pull.branch)
  if (world.chance.hit(0.5)) review(world, picture, by, 'approved')
}

/** The commit of a review is chosen by the one who reviews. */
function reviewOther(world: World, picture: PullPicture): void {
  const { server, chance } = world
  const older = server.store.commit(picture.head)?.parents[0] ?? server.main
  const commits = [older, server.main, ...picture.pushes.flatMap(({ before }) => before ?? [])]
  review(world, picture, chance.pick(['bob', 'wendy'] as const)!, 'approved', chance.pick(commits)!)
}

/** Whoever may not, or never. */
function wrongApprover(world: World, picture: PullPicture): void {
  const by = world.chance.pick(['bot', 'mallory', 'agent', 'bob'] as const)!
  if (world.chance.hit(0.5)) review(world, picture, by, 'approved')
  else mergePull(world, picture, by)
}

function squash(world: World, picture: PullPicture): void {
  mergePull(world, picture, world.chance.pick(['alice', 'bob'] as const)!, { isSquash: true })
}

/** Content slipped in while merging. */
function evilMerge(world: World, picture: PullPicture): void {
  const { chance } = world
  const id = idOf(picture)
  const other = () => place(pathOf(id), actionBlob(world, id, { formula: chance.pick(['release', 'touch'])! }))
  usurp(world, id)
  const more = chance.hit(0.5) ? other() : write('README.md', String(world.truth.tick()))
  mergePull(world, picture, 'alice', { more: [more] })
}

/** Reviewed against one branch, and turned to main. */
function retarget(world: World, picture: PullPicture): void {
  const { pull, base } = picture
  const turn = (to: string) => did(world, pull, pull.author, { kind: 'retargeted', base: to })
  if (base === 'main') {
    turn('elsewhere')
    if (world.chance.hit(0.7)) review(world, picture, 'bob', 'approved')
  }
  if (base !== 'main' || world.chance.hit(0.7)) turn('main')
}

/** Field failure 44: a merge that happens by itself, on whatever the head is then. */
function schedule(world: World, picture: PullPicture): void {
  did(world, picture.pull, world.chance.weighted({ alice: 3, bob: 1 }), { kind: 'scheduled' })
  if (world.chance.hit(0.5)) moveHead(world, picture, 'agent')
}

/** Law 3: from a fork, by somebody who may not write; also with the head of somebody's branch. */
function strangerPull(world: World): void {
  if (isRewritten(world) || world.site === null) return
  const { chance } = world
  const theirs = chance.hit(0.4) ? chance.pick(openRequests(world)) : undefined
  const id = theirs === undefined ? world.newId() : idOf(theirs)
  const wish = () => actionBlob(world, id, { formula: chance.pick(['touch', 'dev', 'release'])! })
  const ref = openFromFork(world, 'mallory', id, theirs?.head ?? commitInFork(world, 'mallory', id, wish()))
  if (theirs !== undefined && chance.hit(0.15)) buildOn(world, ref, id, theirs.head)
}

/** Law 6: more than what was copied. Whoever merges it merges what is below it, too. */
function buildOn(world: World, ref: string, id: string, below: Oid): void {
  const blob = actionBlob(world, id, { formula: world.chance.pick(['dev', 'release'])! })
  world.server.set(ref, commitInFork(world, 'mallory', id, blob, below), { kind: 'person', name: 'mallory' })
}

/** A stranger puts their name to a request of the ops repo's own branch. */
function claimAuthorship(world: World): void {
  if (world.site === null) return
  const { server, chance } = world
  const withPull = new Set(openRequests(world).map(({ pull }) => pull.ref))
  const bare = [...server.requests()].filter(
    ([suffix, head]) => !withPull.has(branchOf(suffix)) && !server.graph.ancestors(server.main).has(head),
  )
  const found = chance.pick(bare)
  if (found !== undefined) openPull(world, 'mallory', `vault/${found[0]}`)
}

/** Writers can edit and delete the dispatcher's comments. */
function tamperComment(world: World): void {
  const own = openRequests(world).flatMap((picture) =>
    picture.comments.filter(({ by }) => by === SELF).map(({ id, body }) => ({ ...picture, id, body })),
  )
  const found = world.chance.pick(own)
  if (found === undefined) return
  const { pull, id, body } = found
  const ways = [
    () => did(world, pull, 'bob', { kind: 'deleted', comment: id }),
    () => did(world, pull, 'bob', { kind: 'edited', comment: id, body: 'nothing to see' }),
    () => comment(world, found, 'mallory', body),
  ]
  world.chance.pick(ways)!()
}

export const PULL_ATTACKS = {
  swapHead: attack(1.5, swapHead, 'forge'),
  pushAndApprove: attack(1.2, onAsked(pushAndApprove), 'forge'),
  signAndApprove: attack(0.6, signAndApprove, 'forge'),
  secondPull: attack(0.8, onAsked(secondPull), 'forge'),
  reviewOther: attack(1, onAsked(reviewOther), 'forge'),
  wrongApprover: attack(1.2, onAsked(wrongApprover), 'forge'),
  squash: attack(0.7, onAsked(squash), 'forge'),
  evilMerge: attack(0.7, onAsked(evilMerge), 'forge'),
  retarget: attack(0.9, onAsked(retarget), 'forge'),
  schedule: attack(0.8, onAsked(schedule), 'forge'),
  strangerPull: attack(0.8, strangerPull, 'forge'),
  claimAuthorship: attack(0.5, claimAuthorship, 'forge'),
  tamperComment: attack(0.7, tamperComment, 'forge'),
} as const
