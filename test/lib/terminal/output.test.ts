/** Lines for somebody who may have gone, or for a disk that may be full. */
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type Output, outputTo } from '../../../lib/terminal/output.js'

/** Takes as many lines as it is told, then refuses each as the system would. */
function outputThat(code: string, after: number): { readonly output: Output; readonly lines: string[] } {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (lines.length >= after) return done(Object.assign(new Error(`write ${code}`), { code }))
      lines.push(chunk.toString())
      done()
    },
  })
  return { output: outputTo(stream), lines }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('an output', () => {
  it('has nothing to complain of while all is written', async () => {
    const { output, lines } = outputThat('EPIPE', 2)
    output.line('one')
    output.line('two')
    await turn()
    expect({ lines, heard: output.isHeard(), failure: output.failure() }).toEqual({
      lines: ['one\n', 'two\n'],
      heard: true,
      failure: null,
    })
  })

  it('goes on when its reader has gone, and is not missed', async () => {
    const { output, lines } = outputThat('EPIPE', 1)
    for (const line of ['one', 'two', 'three']) {
      output.line(line)
      await turn()
    }
    expect({ lines, heard: output.isHeard(), failure: output.failure() }).toEqual({
      lines: ['one\n'],
      heard: false,
      failure: null,
    })
  })

  it('knows that a part is missing where the disk is full', async () => {
    const { output } = outputThat('ENOSPC', 1)
    for (const line of ['one', 'two', 'three']) {
      output.line(line)
      await turn()
    }
    expect(output.isHeard()).toBe(true)
    expect(output.failure()?.message).toBe('write ENOSPC')
  })
})
