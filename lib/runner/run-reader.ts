/** Looks at runs on the disk, and changes nothing. */
import { existsSync, lstatSync } from 'node:fs'
import { LIMITS } from '../../vault/limits.js'
import type { RunReader, RunState } from './port.js'
import { isAlive } from './process-identity.js'
import { lostEnd, readEnd } from './read-end.js'
import { layoutOf, type RunLayout, runsFolder } from './run-layout.js'
import { orRunnerError } from './runner-error.js'
import { wasLeased } from './start-lease.js'
import { readStart } from './take-run.js'

export function runReader(stateDir: string, endKey: string): RunReader {
  const runs = runsFolder(stateDir)
  return {
    state: (nonce) =>
      orRunnerError(`the state of run ${nonce} cannot be known`, () => stateOf(layoutOf(runs, nonce), endKey)),
  }
}

/** A few short files: synchronous costs less, and no other change of ours comes in between. */
export function stateOf(layout: RunLayout, endKey: string): RunState {
  const end = readEnd(layout, endKey)
  if (end !== null) return { kind: 'finished', end }
  const start = readStart(layout)
  if (start === null) return notStarted(layout)
  if (start.isForgotten) return { kind: 'unknown' }
  if (start.supervisor !== null && isAlive(start.supervisor)) return { kind: 'running' }
  // It may have ended, and its supervisor with it, between the two looks.
  const lateEnd = readEnd(layout, endKey)
  if (lateEnd !== null) return { kind: 'finished', end: lateEnd }
  return { kind: 'lost', end: lostEnd(layout, start.at, LIMITS.logTailBytes) }
}

function notStarted(layout: RunLayout): RunState {
  if (!isFolder(layout.folder)) return { kind: 'unknown' }
  if (!mayHaveStarted(layout)) return { kind: 'noted' }
  return { kind: 'lost', end: lostEnd(layout, null, LIMITS.logTailBytes) }
}

/** A power failure can take the marker of a start, and so can the run. */
function mayHaveStarted({ runs, nonce, fresh, own }: RunLayout): boolean {
  if (existsSync(fresh)) return wasLeased(runs, nonce, 'before this boot')
  return existsSync(own) || wasLeased(runs, nonce, 'ever')
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
