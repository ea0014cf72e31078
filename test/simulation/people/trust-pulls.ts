/** How a change of the trust set comes to main: by a signed commit, or by a pull request of a forge. */
import type { FileEdit } from '../../../lib/git/port.js'
import { did, mergePull, nowOf, openPull, siteOf } from '../forge/deeds.js'
import type { PullPicture } from '../forge/picture.js'
import type { World } from '../world.js'
import type { Person } from './cast.js'
import { pushMain, write } from './ground.js'

/** By an admin. At a forge that is alice, who stays one: it may be her own pull request. */
export function bringTrust(world: World, by: Person, edits: readonly FileEdit[]): void {
  if (world.site === null) return void pushMain(world, { by, edits })
  const picture = propose(world, by, edits)
  if (picture !== null) mergePull(world, picture, 'alice')
}

/** Ways to main that give a change no authority. */
export function smuggleTrust(world: World, edits: readonly FileEdit[]): void {
  const { chance } = world
  const ways: readonly (() => void)[] = [
    () => mergeOf(world, 'agent', edits, 'bob', {}),
    () => mergeOf(world, 'mallory', edits, 'alice', { isSquash: true }),
    // What alice sees is harmless, and what is merged is not.
    () => mergeOf(world, 'agent', [write('README.md', String(world.truth.tick()))], 'alice', { more: edits }),
    () => {
      const picture = propose(world, 'agent', edits)
      if (picture === null) return
      did(world, picture.pull, 'agent', { kind: 'retargeted', base: 'elsewhere' })
      did(world, picture.pull, 'agent', { kind: 'retargeted', base: 'main' })
      mergePull(world, nowOf(world, picture.pull), 'alice')
    },
    () => {
      const picture = propose(world, 'agent', edits)
      if (picture === null) return
      did(world, picture.pull, 'alice', { kind: 'scheduled' })
      mergePull(world, nowOf(world, picture.pull), 'alice')
    },
  ]
  chance.pick(ways)!()
}

function mergeOf(
  world: World,
  author: Person,
  edits: readonly FileEdit[],
  by: Person,
  style: Parameters<typeof mergePull>[3],
): void {
  const picture = propose(world, author, edits)
  if (picture !== null) mergePull(world, picture, by, style)
}

/** Null where it changes nothing. */
function propose(world: World, by: Person, edits: readonly FileEdit[]): PullPicture | null {
  const { server } = world
  const branch = `change/${siteOf(world).nextId()}`
  const head = world.commit({ by, parents: [server.main], edits })
  if (server.graph.diff(server.main, head).length === 0) return null
  server.set(`refs/heads/${branch}`, head, { kind: 'person', name: by })
  const pull = openPull(world, by, branch)
  return nowOf(world, pull)
}
