/** A tick as an operator meets it: what it decided, or the one message with which it stopped. */
import '../e2e/patience.js'
import { expect } from 'vitest'
import { failureOf } from '../../dispatcher/cli/failure.js'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'

export type Tried =
  | { readonly kind: 'ticked'; readonly lines: readonly TickLine[] }
  | { readonly kind: 'stopped'; readonly code: number; readonly message: string }

export async function tried(tick: () => Promise<readonly TickLine[]>): Promise<Tried> {
  try {
    return { kind: 'ticked', lines: await tick() }
  } catch (error) {
    const { exitCode, message } = failureOf(error)
    return { kind: 'stopped', code: exitCode, message }
  }
}

/** What has nothing to decide. */
export function triedTo(work: () => Promise<unknown>): Promise<Tried> {
  return tried(async () => {
    await work()
    return []
  })
}

export function expectStopped(outcome: Tried, code: number, ...said: readonly (string | RegExp)[]): void {
  expect(outcome).toMatchObject({ kind: 'stopped', code })
  if (outcome.kind === 'stopped') expectTold(outcome.message, /^error: /, ...said)
}

/** On one line, without a stack, and not as something that nobody foresaw. */
export function expectTold(text: string, ...said: readonly (string | RegExp)[]): void {
  expect(text).not.toMatch(/unexpected error|\n|\bat \S+ \(|\.[jt]s:\d+/)
  for (const words of said) {
    if (typeof words === 'string') expect(text).toContain(words)
    else expect(text).toMatch(words)
  }
}
