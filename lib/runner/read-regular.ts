/** Reads a file that lies where a run can reach it. */
import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { errno } from './errno.js'

/**
 * A run may put anything in its place: a symbolic link to a file that the dispatcher can read, or a pipe that would
 * make the reader wait for ever. Only a regular file counts. The bytes, or in words why there are none.
 */
export function readRegular(path: string, part: 'start' | 'end', maxBytes: number): Buffer | string {
  // Most often it is not there, and asking costs less than failing.
  if (!existsSync(path)) return MISSING
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return errno(error) === 'ELOOP' ? 'it is a symbolic link' : `it cannot be read (${errno(error)})`
  }
  try {
    const stat = fstatSync(fd)
    if (!stat.isFile()) return 'it is not a regular file'
    const buffer = Buffer.alloc(Math.min(stat.size, maxBytes))
    const position = part === 'start' ? 0 : stat.size - buffer.length
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, position))
  } catch (error) {
    return `it cannot be read (${errno(error)})`
  } finally {
    closeSync(fd)
  }
}

export const MISSING = 'it is not there'
