/**
 * What lies on the disk of one run, `<state_dir>/runs/<nonce>/`:
 *
 *     (the folder)      the run is noted
 *     fresh/            what will be `own/`, until the run is taken: a run that has none is not one that may still start,
 *                       whatever became of its `started`
 *     own/              what the run itself may write, a level below what is ours: `rm -rf ../*` in its working folder, or
 *                       of all that is beside it, takes nothing from us
 *       home, tmp, work
 *       output          the file COUNTERSIGN_OUTPUT, if it writes one
 *     started           a symbolic link to nowhere whose target names the supervisor: making it is one atomic, exclusive
 *                       step that carries its content, so that there is never a marker without an owner
 *     processes         a line `pid start-ticks` for each process of a run that takes longer
 *     log               output, redacted before it is written
 *     end.json          how it ended, and its seal (`end-seal.ts`); one that is not whole is none, nor one that the run wrote
 *
 * and beside the runs: `.leases/` (`start-lease.ts`), pipes of supervisors, what they say about themselves, forgotten runs
 * on their way out, and spare folders (`spare-folders.ts`).
 */
import { join } from 'node:path'
import { RunnerError } from './runner-error.js'

/** Names beside the runs, which no nonce can have. */
export const FORGOTTEN_PREFIX = '.forgotten-'
export const SPARE_PREFIX = '.spare-'
export const PIPES_PREFIX = '.pipes-'
export const LEASES = '.leases'

const NONCE = /^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$/

export interface RunLayout {
  readonly runs: string
  readonly nonce: string
  readonly folder: string
  readonly fresh: string
  readonly own: string
  readonly home: string
  readonly tmp: string
  readonly work: string
  readonly output: string
  readonly started: string
  readonly processes: string
  readonly log: string
  readonly end: string
}

export function runsFolder(stateDir: string): string {
  return join(stateDir, 'runs')
}

export function layoutOf(runs: string, nonce: string): RunLayout {
  // A nonce becomes a path that is removed some day: `../..` is not one.
  if (!isNonce(nonce)) throw new RunnerError('nonce_invalid', `${JSON.stringify(nonce)} cannot name a run`)
  const folder = join(runs, nonce)
  return {
    runs,
    nonce,
    folder,
    fresh: `${folder}/fresh`,
    own: `${folder}/own`,
    home: `${folder}/own/home`,
    tmp: `${folder}/own/tmp`,
    work: `${folder}/own/work`,
    output: `${folder}/own/output`,
    started: `${folder}/started`,
    processes: `${folder}/processes`,
    log: `${folder}/log`,
    end: `${folder}/end.json`,
  }
}

export function isNonce(name: string): boolean {
  return NONCE.test(name)
}
