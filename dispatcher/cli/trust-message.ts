import { problemLines } from '../../vault/prose/problem-line.js'
import type { BrokenSet } from '../../vault/trust/trust.js'

/** File, line, column and remedy of everything that keeps a set from being used. */
export function brokenSetMessage(broken: BrokenSet): string {
  return [
    `the trust set that commit ${broken.commit} brought cannot be used; nothing fires until it is repaired with an admin's second key:`,
    ...problemLines(broken.files),
  ].join('\n')
}
