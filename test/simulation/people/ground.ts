/** What acts share: names of places, and commits on main by people. */
import type { FileEdit } from '../../../lib/git/port.js'
import type { SignatureFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'
import { MAIN } from '../git/server.js'
import type { World } from '../world.js'
import type { Person } from './cast.js'

export function branchOf(id: string): string {
  return `refs/heads/vault/${id}`
}

export function pathOf(id: string): string {
  return `vault/actions/${id}.toml`
}

export function place(path: string, oid: Oid): FileEdit {
  return { kind: 'place', path, mode: '100644', oid }
}

export function write(path: string, text: string): FileEdit {
  return { kind: 'write', path, bytes: new TextEncoder().encode(text) }
}

/** Somebody took main away by force, and it was not put back yet. */
export function isRewritten(world: World): boolean {
  return world.takenMain !== null
}

interface OnMain {
  readonly by: Person
  readonly edits: readonly FileEdit[]
  readonly also?: readonly Oid[]
  readonly signature?: SignatureFact
}

/** Commits on main as it is now, and pushes. */
export function pushMain(world: World, { by, edits, also, signature }: OnMain): Oid {
  const main = world.server.main
  const parents = [main, ...(also ?? [])]
  const commit = world.commit({ by, parents, edits, ...(signature === undefined ? {} : { signature }) })
  world.server.set(MAIN, commit, { kind: 'person', name: by })
  return commit
}

/** Somebody meddles with an id: nothing is owed to the honest request of that name. */
export function usurp(world: World, id: string): void {
  const honest = world.truth.honest.get(id)
  if (honest !== undefined) honest.isOff = true
}

/** The folders of claims on main, `vault/fired/<day>/<id>`. */
export function firedFolders(world: World): string[] {
  const folders = new Set<string>()
  for (const path of world.server.store.files(world.server.main).keys()) {
    const folder = /^vault\/fired\/[^/]+\/[^/]+(?=\/)/.exec(path)?.[0]
    if (folder !== undefined) folders.add(folder)
  }
  return [...folders]
}

/** Ids of actions that wait on main. */
export function waitingIds(world: World): string[] {
  return [...world.server.store.files(world.server.main).keys()].flatMap((path) => {
    const id = /^vault\/actions\/(.+)\.toml$/.exec(path)?.[1]
    return id === undefined ? [] : [id]
  })
}
