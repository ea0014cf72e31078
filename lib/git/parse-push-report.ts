import type { RefResult } from './port.js'

// <flag> TAB <from>:<to> TAB <summary>, as `git push --porcelain` prints it.
const LINE = /^([ +\-*=!])\t([^\t]*):([^\t:]+)\t(.*)$/
const REJECTION = /^\[(rejected|remote rejected)\](?: \((.*)\))?$/

/**
 * What became of each ref. Empty unless the report ends with `Done`: before that the connection broke, and what git
 * prints then (`[remote failure]`) is a guess. A line that is neither moved nor rejected is left out for the same reason.
 */
export function parsePushReport(text: string): ReadonlyMap<string, RefResult> {
  const results = new Map<string, RefResult>()
  const lines = text.split('\n').filter((line) => line !== '')
  if (lines.at(-1) !== 'Done') return results
  for (const line of lines) {
    const [, flag, , ref, summary] = LINE.exec(line) ?? []
    if (flag === undefined || ref === undefined || summary === undefined) continue
    const rejection = REJECTION.exec(summary)
    if (flag !== '!') results.set(ref, { ref, kind: 'done' })
    else if (rejection !== null) results.set(ref, { ref, kind: 'rejected', why: rejection[2] ?? rejection[1] ?? '' })
  }
  return results
}
