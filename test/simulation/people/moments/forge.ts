/** What people do at a forge in one breath, so that a dispatcher sees all of it or nothing. */
import { did, mergePull, openPull, siteOf } from '../../forge/deeds.js'
import type { PullPicture } from '../../forge/picture.js'
import type { Fault } from '../../gate.js'
import type { World } from '../../world.js'
import { ambush, moment } from '../act.js'
import { actionBlob, pushRequest } from '../asking.js'
import { formulaEdit, policyEdit } from '../cast.js'
import { commitInFork, openFromFork } from '../forks.js'
import { policyNow } from '../governing.js'
import { branchOf, isRewritten, usurp } from '../ground.js'
import { openRequests, review } from '../pulls.js'
import { bringTrust } from '../trust-pulls.js'

const isAtForge = ({ site }: World) => site !== null

/** One that a review lets through. */
function reviewable(world: World): PullPicture | undefined {
  if (!isAtForge(world) || isRewritten(world)) return undefined
  const open = openRequests(world).filter(({ head, pull, base, isDraft }) => {
    const blob = world.truth.heads.get(head)?.blob
    const formula = blob === undefined ? '' : world.truth.actions.get(blob)?.formula
    return formula === 'dev' && pull.isOurs && base === 'main' && !isDraft && world.server.ref(pull.ref) === head
  })
  return world.chance.pick(open)
}

const hasReviewable = (world: World) => reviewable(world) !== undefined

const onReviewable =
  (work: (world: World, picture: PullPicture) => void) =>
  (world: World): void => {
    const picture = reviewable(world)
    if (picture !== undefined) work(world, picture)
  }

function opposeAndApprove(world: World, picture: PullPicture): void {
  review(world, picture, 'wendy', 'changes_requested')
  review(world, picture, 'bob', 'approved')
}

/** Against another branch it was another change. */
function turnAndApprove(world: World, { pull, ...picture }: PullPicture): void {
  for (const base of ['elsewhere', 'main']) did(world, pull, pull.author, { kind: 'retargeted', base })
  review(world, { pull, ...picture }, 'bob', 'approved')
}

/** The policy takes a person's word out, and that person approves. */
function excludeAndApprove(world: World, picture: PullPicture): void {
  bringTrust(world, 'alice', [policyEdit(world, { ...policyNow(world), never: ['bot', 'bob'] })])
  review(world, picture, 'bob', 'approved')
}

/** The forge does not say who pushed last, and somebody approves it. */
function pushUnnamed(world: World, { pull, ...picture }: PullPicture): void {
  const id = pull.branch.slice('vault/'.length)
  usurp(world, id)
  const blob = actionBlob(world, id, { formula: 'dev' })
  const head = pushRequest(world, { id, blob, by: 'agent', base: world.server.main })
  const pushes = siteOf(world).pushesTo(branchOf(id))
  pushes.push({ ...pushes.pop()!, isNamed: false })
  review(world, { ...picture, pull, head }, 'bob', 'approved')
}

/** Law 6: asks by a second pull request of the head, and approves under the first. */
function askBesideAndApprove(world: World, picture: PullPicture): void {
  openPull(world, 'bob', picture.pull.branch)
  review(world, picture, 'bob', 'approved')
}

/** Nothing is wrong: somebody else asks for the same, and a third one approves. */
function joinAndApprove(world: World, picture: PullPicture): void {
  const by = picture.pull.author === 'other' ? 'agent' : 'other'
  openPull(world, by, picture.pull.branch)
  review(world, picture, 'bob', 'approved')
}

/** One id by a branch, and by the fork of somebody who may write: both are low. */
function askTwice(world: World): void {
  if (isRewritten(world)) return
  const id = world.newId()
  pushRequest(world, { id, blob: actionBlob(world, id, { formula: 'touch' }), by: 'agent', base: world.server.main })
  openFromFork(world, 'other', id, commitInFork(world, 'other', id, actionBlob(world, id, { formula: 'touch' })))
  if (world.chance.hit(0.5)) openPull(world, 'agent', branchOf(id).slice('refs/heads/'.length))
}

/** It does not even say which repository this is, to somebody who has come to life and finds something merged. */
function hideWhere(world: World): void {
  const { gate, chance } = world
  if (!isRewritten(world)) {
    for (const picture of openRequests(world)) if (picture.base === 'main') mergePull(world, picture, 'alice')
    bringTrust(world, 'alice', [formulaEdit(world, 'hidden', 2 + world.truth.tick())])
  }
  gate.strike(chance, HIDDEN, ['fail'])
}

const HIDDEN = ['forge repository', 'forge self']
const WORDS = ['forge comment', 'forge edit', 'forge label', 'forge status']
const WRITING = [...WORDS, 'forge close', 'write pulls.json', 'git push branches']
const LOSSES: readonly Fault[] = ['fail', 'lost', 'late', 'crash_before', 'crash_after', 'crash_late']

/** One of these effects goes wrong when it is about to happen. */
function losing(weight: number, effects: readonly string[]) {
  return moment(
    weight,
    ({ gate }) => gate.waits(effects),
    ({ gate, chance }) => void gate.strike(chance, effects, LOSSES),
  )
}

export const FORGE_MOMENTS = {
  opposeAndApprove: ambush(1, hasReviewable, onReviewable(opposeAndApprove), 'forge'),
  turnAndApprove: ambush(1, hasReviewable, onReviewable(turnAndApprove), 'forge'),
  excludeAndApprove: ambush(0.7, hasReviewable, onReviewable(excludeAndApprove), 'forge'),
  pushUnnamed: ambush(0.7, hasReviewable, onReviewable(pushUnnamed), 'forge'),
  askBesideAndApprove: ambush(1, hasReviewable, onReviewable(askBesideAndApprove), 'forge'),
  joinAndApprove: ambush(1, hasReviewable, onReviewable(joinAndApprove), 'forge'),
  askTwice: ambush(1, isAtForge, askTwice, 'forge'),
  hideWhere: ambush(1, ({ gate }) => gate.waits(HIDDEN) && gate.waits(['git list']), hideWhere, 'forge'),
  failWord: losing(1.5, WORDS),
  failNote: losing(1, WRITING),
} as const
