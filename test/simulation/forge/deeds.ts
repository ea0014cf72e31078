/** What a forge does when people press its buttons, and when git moves a branch under it. */
import type { FileEdit } from '../../../lib/git/port.js'
import type { Oid } from '../../../vault/oid.js'
import { MAIN, type RefMove } from '../git/server.js'
import type { Person } from '../people/cast.js'
import type { World } from '../world.js'
import { type PullPicture, pictureOf } from './picture.js'
import { type Happening, type Pull, SELF, type Site, type Who } from './site.js'

/** In a world with a forge. */
export function siteOf(world: World): Site {
  if (world.site === null) throw new Error('there is no forge in this world')
  return world.site
}

export function nowOf(world: World, pull: Pull): PullPicture {
  return pictureOf(siteOf(world), pull, world.truth.now)!
}

/** All open pull requests, as they are now. */
export function openPulls(world: World): PullPicture[] {
  if (world.site === null) return []
  return world.site.pulls.map((pull) => nowOf(world, pull)).filter(({ isOpen }) => isOpen)
}

export function openPull(world: World, by: Person, branch: string): Pull {
  const pull = siteOf(world).open({ author: by, isOurs: true, branch, ref: `refs/heads/${branch}` })
  if (world.chance.hit(0.06)) did(world, pull, by, { kind: 'drafted', isDraft: true })
  return pull
}

export function did(world: World, pull: Pull, by: Who, happening: Happening): void {
  siteOf(world).note(pull, by, happening, world.gate.isLate)
  world.tell(`    pull request ${pull.number}: ${happening.kind} by ${by}`)
}

export interface MergeStyle {
  readonly isSquash?: boolean
  /** Slipped in while merging. */
  readonly more?: readonly FileEdit[]
}

/** @returns the new main; null where it cannot be merged */
export function mergePull(world: World, picture: PullPicture, by: Person, style: MergeStyle = {}): Oid | null {
  const { server } = world
  const { head, pull } = picture
  const main = server.main
  const [base] = server.graph.mergeBases(main, head)
  // What is against another branch would be merged there, which is no business of this world's.
  if (picture.base !== 'main' || !picture.isOpen) return null
  if (base === undefined || server.graph.ancestors(main).has(head)) return null
  const changes = server.graph.diff(base, head)
  const conflicts = changes.some(({ path, before }) => server.entry(main, path)?.oid !== before?.oid)
  if (changes.length === 0 || conflicts) return null
  const edits = changes.map(
    ({ path, after }): FileEdit => (after === null ? { kind: 'delete', path } : { kind: 'place', path, ...after }),
  )
  const commit = world.commit({
    by,
    parents: style.isSquash === true ? [main] : [main, head],
    edits: [...edits, ...(style.more ?? [])],
    message: `Merge pull request ${pull.number}\n`,
    signature: { kind: 'unsigned' },
  })
  did(world, pull, by, { kind: 'merged', commit, head })
  server.set(MAIN, commit, { kind: 'person', name: by })
  return commit
}

/** A merge that was scheduled happens with the next approval, on whatever the head is then. */
export function mergeScheduled(world: World, pull: Pull): void {
  const picture = nowOf(world, pull)
  const by = picture.scheduledBy.at(-1)
  if (by !== undefined && by !== SELF) mergePull(world, picture, by)
}

/** A forge learns of each push. */
export function takeMove(world: World, { ref, before, after, by }: RefMove): void {
  const site = siteOf(world)
  const who: Who = by.kind === 'dispatcher' ? SELF : (by.name as Person)
  if (ref === MAIN) {
    if (site.kind === 'github' && who !== SELF && before !== null && after !== null)
      takeAsMerges(world, before, after, who)
    return
  }
  if (!/^refs\/(heads|pull)\//.test(ref)) return
  const { chance } = world
  const told = { isNamed: who === SELF || chance.hit(0.97), isListed: chance.hit(0.7) }
  site.pushed({ ref, by: who, before, after, ...told }, world.server.main)
  if (after !== null) return
  for (const { pull } of openPulls(world))
    if (pull.ref === ref) did(world, pull, who, { kind: 'closed', withBranch: true })
}

/** GitHub takes a push of main that holds a pull request's head for its merge, by whoever pushed. */
function takeAsMerges(world: World, before: Oid, after: Oid, who: Person): void {
  const { graph } = world.server
  const line = graph.line(after)
  const fresh = line.slice(0, line.includes(before) ? line.indexOf(before) : 1).reverse()
  for (const { pull, head, base } of openPulls(world)) {
    if (base !== 'main' || graph.ancestors(before).has(head)) continue
    const commit = fresh.find((one) => graph.ancestors(one).has(head))
    if (commit !== undefined) did(world, pull, who, { kind: 'merged', commit, head })
  }
}
