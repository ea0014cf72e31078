/** Brings what comes out of a pipe into a log: as fast as the disk takes it, and slowly once it is only dropped. */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LIMITS } from '../../vault/limits.js'
import type { RunLog } from './run-log.js'

/** One for all: a read is over before the next one begins. A buffer for each would be most of a short run's memory. */
const buffer = Buffer.allocUnsafeSlow(64 * 1024)

export interface Drain {
  /** Whether all write ends are closed: true then, false once `close` was called before. */
  readonly ended: Promise<boolean>
  close(): void
}

/** Owns `readFd` from here on. */
export function drain(readFd: number, log: RunLog): Drain {
  let isClosed = false
  const slowDown = async (tookMs: number) => {
    if (log.isFull) await sleep(Math.max(1, tookMs / LIMITS.droppedOutputShare - tookMs))
    if (log.backlogBytes > LIMITS.runBacklogBytes) await log.flushed()
    reader.resume()
  }
  /** False stops reading. */
  const take = (bytes: number): boolean => {
    const before = performance.now()
    log.push(buffer.subarray(0, bytes))
    const isFast = !log.isFull && log.backlogBytes <= LIMITS.runBacklogBytes
    if (!isFast) void slowDown(performance.now() - before)
    return isFast
  }
  const onread: OnReadOpts = { buffer, callback: take }
  // The types know it for `connect` only.
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd: readFd,
    readable: true,
    writable: false,
    onread,
  }
  const reader = new Socket(options)
  const ended = new Promise<boolean>((resolve) => {
    reader.once('close', () => resolve(!isClosed))
    // A pipe that breaks is closed next.
    reader.once('error', () => {
      isClosed = true
    })
  })
  const close = () => {
    isClosed = true
    reader.destroy()
  }
  return { ended, close }
}
