/**
 * Who may hold a lock in a repository of this machine. A lock is held by the process that made it, so by one of those that
 * are alive at a moment at which it lies there, or by nobody: who comes later does not hold it. When the last of them is
 * gone and it still is the same file, it is nobody's, however busy the repository is. No clock is asked for that.
 */
import { readFileSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { sep } from 'node:path'
import { HAS_PROC, type ProcessRow, readProcess, readProcessTable } from '../runner/process-table.js'

interface Place {
  readonly folder: string
  readonly file: Stats
}

/** Null where that cannot be known: then anybody may. */
export function lockSuspects(folder: string): readonly ProcessRow[] | null {
  if (!HAS_PROC) return null
  const place: Place = { folder, file: statSync(folder) }
  return readProcessTable().filter(({ pid }) => pid !== process.pid && mayWorkIn(place, pid))
}

/** Not the one that has its number by now. */
export function isStillThere({ pid, startTicks }: ProcessRow): boolean {
  const row = readProcess(pid)
  return row?.isAlive === true && row.startTicks === startTicks
}

/** A git that works on a bare repository works in it, or was told of it. One that is not to be seen might. */
function mayWorkIn({ folder, file }: Place, pid: number): boolean {
  const works = folderOf(pid)
  if (works === 'hidden') return isGit(pid)
  return `${works}${sep}`.startsWith(folder + sep) || isAt(pid, file) || (isGit(pid) && isTold(pid, folder))
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'hidden' : ''
  }
}

/** In a container the folder may have another name. */
function isAt(pid: number, file: Stats): boolean {
  const works = statSync(`/proc/${pid}/cwd`, { throwIfNoEntry: false })
  return works?.ino === file.ino && works.dev === file.dev
}

function isGit(pid: number): boolean {
  return textOf(pid, 'comm').startsWith('git')
}

/** By `--git-dir`, or by GIT_DIR. */
function isTold(pid: number, folder: string): boolean {
  return `${textOf(pid, 'cmdline')}\0${textOf(pid, 'environ')}`.includes(folder)
}

function textOf(pid: number, file: 'comm' | 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // It has ended, or it is none of ours.
    return ''
  }
}
