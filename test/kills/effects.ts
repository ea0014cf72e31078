/** What runs did to the world: the lines that they left in the effects file. */
import { readFile } from 'node:fs/promises'

export interface Effect {
  readonly word: 'begin' | 'end' | 'undo'
  readonly id: string
  readonly nonce: string
  readonly pid: string
}

export async function readEffects(path: string): Promise<readonly Effect[]> {
  return parseEffects(await readFile(path, 'utf8').catch(() => ''))
}

export function parseEffects(text: string): readonly Effect[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^(begin|end|undo) (\S+) (\S+) (\d+)$/.exec(line)
      if (match === null) throw new Error(`the effects file has a torn line: ${line}`)
      const [, word, id, nonce, pid] = match
      return { word: word as Effect['word'], id: id!, nonce: nonce!, pid: pid! }
    })
}
