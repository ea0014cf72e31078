/** Each step of a story is checked: one that goes otherwise than it is told says so. */
import { EXIT, type ExitCode } from '../cli/terminal.js'

export async function must(step: Promise<ExitCode>): Promise<void> {
  const code = await step
  if (code !== EXIT.done) throw new Error(`the demo did not go as told: a step ended with ${code}`)
}

export async function mustNot(step: Promise<ExitCode>): Promise<void> {
  if ((await step) !== EXIT.refused)
    throw new Error('the demo did not go as told: a step that had to be refused was not')
}
