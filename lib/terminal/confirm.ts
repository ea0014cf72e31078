import { createInterface } from 'node:readline/promises'

/** Asks at the terminal. Anything but a clear yes is a no. */
export async function confirm(question: string): Promise<'yes' | 'no' | 'nobody_to_ask'> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return 'nobody_to_ask'
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim()) ? 'yes' : 'no'
  } finally {
    terminal.close()
  }
}
