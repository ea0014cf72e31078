import { createInterface } from 'node:readline/promises'

interface Ends {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** Asks at the terminal. Anything but a clear yes is a no. */
export async function confirm(
  question: string,
  { stdin, stderr }: Ends = { stdin: process.stdin, stderr: process.stderr },
): Promise<'yes' | 'no' | 'nobody_to_ask'> {
  if (stdin.isTTY !== true || stderr.isTTY !== true) return 'nobody_to_ask'
  const terminal = createInterface({ input: stdin, output: stderr })
  // Ctrl+C, Ctrl+D and a terminal that is gone close it; the question itself is then rejected, or stays open for ever.
  const left = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''))
  })
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), left])
    return /^y(?:es)?$/i.test(answer.trim()) ? 'yes' : 'no'
  } finally {
    terminal.close()
  }
}
