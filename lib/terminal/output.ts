/** Standard output, or standard error, as a place for lines. Whoever reads it may have gone (`| head`), its disk may be full. */
import type { Writable } from 'node:stream'

export interface Output {
  line(text: string): void
  /** False once its reader has gone: what is said from then on nobody misses. */
  isHeard(): boolean
  /** Why a part of it is missing; null: nothing is, or nobody wanted it. */
  failure(): Error | null
}

/** Without somebody who listens for it, one failed write would end the process in the middle of its work, with a stack. */
export function outputTo(stream: Writable): Output {
  let failure: NodeJS.ErrnoException | null = null
  stream.on('error', (error) => {
    failure ??= error
  })
  const isHeard = () => failure?.code !== 'EPIPE'
  return {
    line: (text) => {
      if (failure === null) stream.write(`${text}\n`)
    },
    isHeard,
    failure: () => (isHeard() ? failure : null),
  }
}
