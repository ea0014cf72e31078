/** Runs as they lie in a state folder, read by the harness's own eyes. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Process } from './processes.js'

/** Nonces of runs that were started and have not ended, by whom they were taken: of that supervisor, or of anybody. */
export function underWay(stateFolder: string, supervisor: Process | null): readonly string[] {
  const runs = join(stateFolder, 'runs')
  return runsIn(stateFolder).filter((nonce) => {
    const owner = ownerOf(join(runs, nonce))
    if (owner === null || hasEnd(join(runs, nonce))) return false
    return supervisor === null || owner.startsWith(`${supervisor.pid}.${supervisor.startTicks}.`)
  })
}

/** Nonces of all runs that lie there. */
export function runsIn(stateFolder: string): readonly string[] {
  return namesIn(join(stateFolder, 'runs')).filter((name) => !name.startsWith('.'))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function ownerOf(run: string): string | null {
  try {
    return readlinkSync(join(run, 'started'))
  } catch {
    return null
  }
}

/** One that was written half is none. */
function hasEnd(run: string): boolean {
  try {
    // A line that says it, and a line that seals it.
    return /^\{.*\}\n[0-9a-f]{64}\n$/.test(readFileSync(join(run, 'end.json'), 'utf8'))
  } catch {
    return false
  }
}
