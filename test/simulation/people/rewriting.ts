/** Those who can force main. Only what every dispatcher has seen is taken away: of the rest nobody could know. */
import type { Oid } from '../../../vault/oid.js'
import { MAIN } from '../git/server.js'
import type { World } from '../world.js'
import { act, attack } from './act.js'
import { isRewritten, write } from './ground.js'

export function isSeenByAll(world: World): boolean {
  return world.hosts.every((host) => {
    const isOnDisk = (file: string) => {
      const text = host.disk.files.get(`state/${file}`)
      return text !== undefined && (JSON.parse(text) as { main: string }).main === world.server.main
    }
    // What only its view says is not gone by before it is written down that main was seen.
    const { process } = host
    const isKnown = process === null || process.dispatcher?.observer.view?.main === world.server.main
    const isInView = isOnDisk('view.json') && isKnown && !world.gate.waits(['write seen.json'], process)
    return isOnDisk('seen.json') || isInView
  })
}

export function mayRewrite(world: World): boolean {
  return !isRewritten(world) && isSeenByAll(world) && !world.gate.hasPush() && world.server.main !== world.root
}

function rewind(world: World): void {
  if (!mayRewrite(world)) return
  const target = takeBack(world, 1 + world.chance.below(5))
  if (!world.chance.hit(0.5)) return
  const commit = world.commit({ by: 'mallory', parents: [target], edits: [write('README.md', 'mine')] })
  world.server.set(MAIN, commit, { kind: 'person', name: 'mallory' })
}

/** By so many commits. @returns what main is then */
export function takeBack(world: World, commits: number): Oid {
  const { server } = world
  const line = server.graph.line(server.main)
  const target = line[Math.min(commits, line.length - 1)]!
  world.takenMain = server.main
  server.set(MAIN, target, { kind: 'person', name: 'mallory' })
  return target
}

/** Field failure 41: a fast-forward that takes what was main off the first-parent line. */
function foxtrot(world: World): void {
  if (!mayRewrite(world)) return
  const { server } = world
  const older = server.graph.line(server.main).at(1)
  if (older === undefined) return
  const side = world.commit({ by: 'mallory', parents: [older], edits: [write('README.md', 'side')] })
  world.takenMain = server.main
  const merge = world.commit({ by: 'mallory', parents: [side, server.main], edits: [write('README.md', 'both')] })
  server.set(MAIN, merge, { kind: 'person', name: 'mallory' })
}

export function giveBack(world: World): void {
  if (world.takenMain === null) return
  world.server.set(MAIN, world.takenMain, { kind: 'person', name: 'alice' })
  world.takenMain = null
}

export const REWRITING = {
  rewind: attack(0.4, rewind),
  foxtrot: attack(0.45, foxtrot),
  giveBack: act(0.8, giveBack),
} as const
