/** What somebody at a terminal may answer, and how they may leave without an answer. */
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { confirm } from '../../../lib/terminal/confirm.js'

function terminal({ isTTY }: { readonly isTTY: boolean }) {
  const end = () => Object.assign(new PassThrough(), { isTTY })
  const [stdin, stderr] = [end(), end()]
  stderr.resume()
  return { stdin, stderr }
}

async function answered(keys: string): Promise<string> {
  const ends = terminal({ isTTY: true })
  const asked = confirm('Approve it?', ends)
  ends.stdin.write(keys)
  return asked
}

describe('a question at the terminal', () => {
  it.each([
    ['y\r', 'yes'],
    ['YES\r', 'yes'],
    ['n\r', 'no'],
    ['\r', 'no'],
    ['yesterday\r', 'no'],
  ])('answered with %j is a %s', async (keys, answer) => {
    expect(await answered(keys)).toBe(answer)
  })

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
    ['Ctrl+C after a y that was not sent', 'y\u0003'],
  ])('left with %s is a no', async (_, keys) => {
    expect(await answered(keys)).toBe('no')
  })

  it('at a terminal that goes away is a no', async () => {
    const ends = terminal({ isTTY: true })
    const asked = confirm('Approve it?', ends)
    ends.stdin.end()
    expect(await asked).toBe('no')
  })

  it('is asked nobody where there is no terminal', async () => {
    expect(await confirm('Approve it?', terminal({ isTTY: false }))).toBe('nobody_to_ask')
  })
})
