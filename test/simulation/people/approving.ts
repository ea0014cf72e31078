/** The second key, and what passes for it. */
import type { SignatureFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'
import type { HeadTruth } from '../truth.js'
import type { World } from '../world.js'
import { act, attack } from './act.js'
import { actionBlob } from './asking.js'
import { PEOPLE, type Person } from './cast.js'
import { branchOf, isRewritten, pathOf, place, pushMain, usurp, waitingIds, write } from './ground.js'

interface Open {
  readonly id: string
  readonly head: Oid
  readonly truth: HeadTruth
}

/** Requests on branches that are not on main yet. */
function openRequests(world: World): Open[] {
  return [...world.server.requests()].flatMap(([suffix, head]) => {
    const truth = world.truth.heads.get(head)
    const isNew = !world.server.graph.ancestors(world.server.main).has(head)
    const isOpen = isNew && truth?.isExact === true && world.server.entry(world.server.main, pathOf(suffix)) === null
    return isOpen && truth.suffix === suffix ? [{ id: suffix, head, truth }] : []
  })
}

/** What people are asked about comes first: nobody merges what fires by itself. */
export function openToApprove(world: World): Open | undefined {
  const open = openRequests(world)
  const asked = open.filter(
    ({ truth }) => !['touch', 'sync'].includes(world.truth.actions.get(truth.blob)?.formula ?? ''),
  )
  return world.chance.pick(asked.length > 0 && world.chance.hit(0.9) ? asked : open)
}

interface Merge {
  readonly by: Person
  readonly blob?: Oid
  readonly more?: readonly ReturnType<typeof write>[]
  readonly signature?: SignatureFact
  /** Without the second parent, as a squash. */
  readonly isSquash?: boolean
}

export function mergeOpen(world: World, { id, head, truth }: Open, how: Merge): Oid {
  const blob = how.blob ?? truth.blob
  const { by, signature } = how
  const commit = pushMain(world, {
    by,
    edits: [place(pathOf(id), blob), ...(how.more ?? [])],
    also: how.isSquash === true ? [] : [head],
    ...(signature === undefined ? {} : { signature }),
  })
  world.truth.approvals.set(commit, {
    merge: commit,
    id,
    blob,
    head,
    by: signature === undefined ? PEOPLE[by] : signature.kind === 'ssh' ? signature.fingerprint : null,
    isExact: how.isSquash !== true && how.more === undefined && blob === truth.blob,
  })
  return commit
}

/** `countersign approve`, by somebody who mostly may. */
function approve(world: World): void {
  const open = openToApprove(world)
  if (open === undefined || isRewritten(world)) return
  mergeOpen(world, open, { by: world.chance.weighted({ alice: 5, amy: 3, bob: 3, wendy: 1 }) })
}

function badApprove(world: World): void {
  const open = openToApprove(world)
  if (open === undefined || isRewritten(world)) return
  const { chance } = world
  const formula = chance.pick(['release', 'touch', 'dev'])!
  const ways: readonly (() => Merge)[] = [
    () => ({ by: 'agent' }),
    () => ({ by: 'bot' }),
    () => ({ by: 'mallory' }),
    () => ({ by: 'bob', signature: { kind: 'unsigned' } }),
    () => ({ by: 'mallory', signature: { kind: 'invalid', why: 'forged' } }),
    () => ({ by: 'alice', blob: actionBlob(world, open.id, { formula }) }),
    () => ({ by: 'alice', more: [write('README.md', String(world.truth.tick()))] }),
    () => ({ by: 'amy', isSquash: true }),
  ]
  const way = chance.pick(ways)!()
  if (way.blob !== undefined) usurp(world, open.id)
  mergeOpen(world, open, way)
}

/** Field failure 42: approved, taken back, and brought again by somebody else. */
function bringAgain(world: World): void {
  const open = openToApprove(world)
  if (open === undefined || isRewritten(world)) return
  usurp(world, open.id)
  mergeOpen(world, open, { by: 'alice' })
  pushMain(world, { by: 'alice', edits: [{ kind: 'delete', path: pathOf(open.id) }] })
  const commit = pushMain(world, { by: 'bob', edits: [place(pathOf(open.id), open.truth.blob)] })
  world.truth.approvals.set(commit, {
    merge: commit,
    id: open.id,
    blob: open.truth.blob,
    head: open.head,
    by: PEOPLE.bob,
    isExact: false,
  })
}

/** Law 5: an edit after the approval. */
function editOnMain(world: World): void {
  const id = world.chance.pick(waitingIds(world))
  if (id === undefined || isRewritten(world)) return
  usurp(world, id)
  const blob = actionBlob(world, id, { formula: world.chance.pick(['release', 'touch', 'rollout'])! })
  const commit = pushMain(world, { by: 'bob', edits: [place(pathOf(id), blob)] })
  world.truth.approvals.set(commit, { merge: commit, id, blob, head: commit, by: PEOPLE.bob, isExact: false })
}

/** Straight onto main, without any request. Some of it is a program, which no action may be (law 3). */
function pushOnMain(world: World): void {
  if (isRewritten(world)) return
  const id = world.newId()
  const by = world.chance.pick(['alice', 'bob', 'mallory'] as const)!
  const blob = actionBlob(world, id, { formula: world.chance.pick(['release', 'dev', 'touch'])! })
  const mode = world.lastId % 3 === 0 ? '100755' : '100644'
  const commit = pushMain(world, { by, edits: [{ kind: 'place', path: pathOf(id), mode, oid: blob }] })
  world.truth.approvals.set(commit, { merge: commit, id, blob, head: commit, by: PEOPLE[by], isExact: false })
}

function takeBack(world: World): void {
  const id = world.chance.pick(waitingIds(world))
  if (id === undefined || isRewritten(world)) return
  usurp(world, id)
  pushMain(world, { by: 'alice', edits: [{ kind: 'delete', path: pathOf(id) }] })
}

/** Somebody deletes a branch that is not theirs, or that was merged. */
function dropBranch(world: World): void {
  const id = world.chance.pick([...world.server.requests().keys()])
  if (id === undefined) return
  usurp(world, id)
  world.server.set(branchOf(id), null, { kind: 'person', name: 'bob' })
}

export const APPROVING = {
  approve: act(5, approve, 'keys'),
  takeBack: act(0.4, takeBack),
  badApprove: attack(1.8, badApprove),
  bringAgain: attack(0.7, bringAgain),
  editOnMain: attack(0.7, editOnMain),
  pushOnMain: attack(0.8, pushOnMain),
  dropBranch: attack(0.4, dropBranch),
} as const
