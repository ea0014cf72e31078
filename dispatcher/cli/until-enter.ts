/** Waits until somebody at the terminal presses Enter, or Ctrl-C, or Ctrl-D. */
import { createInterface } from 'node:readline'

/** Null: nobody is there who could (a pipe, a script). */
export function untilEnter(): ((question: string) => Promise<void>) | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  return (question) =>
    new Promise((resolve) => {
      const terminal = createInterface({ input: process.stdin, output: process.stdout })
      terminal.on('SIGINT', () => terminal.close())
      terminal.on('close', () => resolve())
      terminal.question(question, () => terminal.close())
    })
}
