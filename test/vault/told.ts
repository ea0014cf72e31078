/** How tests say what a parser told: one line a problem. */
import type { Parsed, Problem } from '../../vault/problem.js'

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** `line:column code`, each. */
export function told(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ line, column, code }) => `${line}:${column} ${code}`)
}

/** The problems of a file that was refused; a file that passed has none. */
export function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems
}

export function messagesOf(parsed: Parsed<unknown>): string {
  return problemsOf(parsed)
    .map(({ message }) => message)
    .join('\n')
}

/** The value of a file that must pass. */
export function passed<T>(parsed: Parsed<T>): T {
  if (!parsed.ok)
    throw new Error(parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'))
  return parsed.value
}
