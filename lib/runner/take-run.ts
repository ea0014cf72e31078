/** The one step by which a run becomes somebody's: whoever makes the link runs it, for ever. */
import { existsSync, lstatSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs'
import { errno } from './errno.js'
import { type ProcessIdentity, parseIdentity, renderIdentity } from './process-identity.js'
import type { RunLayout } from './run-layout.js'

/** In the place of a supervisor: nobody, and nobody may start it any more. */
const FORGOTTEN = 'forgotten'

export type Taking = 'taken' | 'already_started' | 'not_noted'

/** Durable only after a sync of the run's folder. Throws what else the file system says (a full disk). */
export function takeRun(layout: RunLayout, supervisor: ProcessIdentity): Taking {
  // A run that removed the link is not started by it once more.
  if (!existsSync(layout.fresh) && existsSync(layout.own)) return 'already_started'
  return link(layout, renderIdentity(supervisor))
}

/** Closes a noted run for good, against a supervisor that would take it at the same moment. */
export function closeRun(layout: RunLayout): Taking {
  return link(layout, FORGOTTEN)
}

/** Of a run that was closed just now, and by nobody else: it is noted as before. */
export function reopenRun(layout: RunLayout): void {
  unlinkSync(layout.started)
}

export interface Start {
  /** Null for what cannot be read: it names nobody who lives. */
  readonly supervisor: ProcessIdentity | null
  readonly isForgotten: boolean
  readonly at: number
}

/** Null where the run was not started. */
export function readStart(layout: RunLayout): Start | null {
  try {
    const target = readlinkSync(layout.started)
    const at = Math.round(lstatSync(layout.started).mtimeMs)
    return { supervisor: parseIdentity(target), isForgotten: target === FORGOTTEN, at }
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return null
    // Something else lies there than we make: the run may have been started.
    if (errno(error) === 'EINVAL') return { supervisor: null, isForgotten: false, at: 0 }
    throw error
  }
}

function link(layout: RunLayout, target: string): Taking {
  try {
    symlinkSync(target, layout.started)
    return 'taken'
  } catch (error) {
    if (errno(error) === 'EEXIST') return 'already_started'
    if (errno(error) === 'ENOENT') return 'not_noted'
    throw error
  }
}
