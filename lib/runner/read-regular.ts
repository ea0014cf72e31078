/** Reads a file that lies where a run can reach it. */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { errno } from './errno.js'

export const MISSING = 'it is not there'

/** What a run may have put in its place, or how it may have shut it. */
const ITS_DOING: Readonly<Record<string, string>> = {
  ELOOP: 'it is a symbolic link',
  EACCES: 'it cannot be read',
  EPERM: 'it cannot be read',
  ENXIO: 'it is not a regular file',
  ENOTDIR: MISSING,
  ENOENT: MISSING,
}

/**
 * A run may put anything in its place: a symbolic link to a file that the dispatcher can read, or a pipe that would
 * make the reader wait for ever. Only a regular file counts. The bytes, or in words why there are none. Throws for what
 * is no run's doing (a broken disk, no file to be had): then nothing is known about the file.
 */
export function readRegular(path: string, part: 'start' | 'end', maxBytes: number): Buffer | string {
  // Most often it is not there, and asking costs less than failing.
  if (!existsSync(path)) return MISSING
  let fd: number | null = null
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = fstatSync(fd)
    if (!stat.isFile()) return 'it is not a regular file'
    const buffer = Buffer.alloc(Math.min(stat.size, maxBytes))
    const position = part === 'start' ? 0 : stat.size - buffer.length
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, position))
  } catch (error) {
    const words = ITS_DOING[errno(error)]
    if (words === undefined) throw error
    return words
  } finally {
    if (fd !== null) closeSync(fd)
  }
}
