import type { FileProblems } from '../policy/trust-set.js'
import { plain } from './plain.js'

/** `path:line:column: message (code)`, as editors and people read it. */
export function problemLine(
  path: string,
  problem: { readonly line: number; readonly column: number; readonly code: string; readonly message: string },
): string {
  const { line, column, code, message } = problem
  return `${plain(path)}:${line}:${column}: ${plain(message, 2_000)} (${code})`
}

export function problemLines(files: readonly FileProblems[]): string[] {
  return files.flatMap(({ path, problems }) => problems.map((problem) => problemLine(path, problem)))
}
