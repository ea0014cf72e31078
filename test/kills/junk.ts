/** What lies about when all is over: what git and we left half done must be gone, or it grows with each crash. */
import { type Dirent, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runsIn } from './run-folders.js'
import type { Stage } from './stage.js'

const LOCK = /\.lock$/
const HALF_DONE =
  /^tmp_|\.unfinished-|^draft-|\.draft-|\.after-|^\.forgotten-|^\.pipes-|\.new$|^fast_import_crash_|\.keep$/
/** As `replace-file.ts` calls what is to replace a file. */
const REPLACEMENT = /\.\d{5,}$/

export interface Junk {
  /** Must be none. */
  readonly left: readonly string[]
  /** Folders of pushes that were cut off: git's own `gc` removes them from the ops repo after two weeks. */
  readonly quarantines: number
}

export function findJunk({ folder, repo, stations }: Stage): Junk {
  const inState = stations.flatMap(({ stateFolder }) => filesBelow(stateFolder).filter(isJunk))
  const runs = stations.flatMap(({ stateFolder }) =>
    runsIn(stateFolder).map((nonce) => join(stateFolder, 'runs', nonce)),
  )
  return {
    left: [...inState, ...runs, ...locksOf(repo)].map((path) => relative(folder, path)),
    quarantines: readdirSync(join(repo, 'objects')).filter((name) => name.startsWith('tmp_objdir')).length,
  }
}

/** Of the ops repo: nobody but the dispatchers removes them. */
export function locksOf(repo: string): readonly string[] {
  return filesBelow(repo).filter((path) => LOCK.test(path))
}

function isJunk(path: string): boolean {
  return path.split('/').some((name) => LOCK.test(name) || HALF_DONE.test(name) || REPLACEMENT.test(name))
}

/** Folders too: an empty one is found as itself. */
function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? [path, ...filesBelow(path)] : [path]
  })
}

/** Of one that a git has just removed: none. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
