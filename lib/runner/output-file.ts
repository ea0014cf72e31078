/** What a run says in `COUNTERSIGN_OUTPUT`: lines `key=value` that go into its outcome, redacted and capped. */
import { rmSync } from 'node:fs'
import { LIMITS } from '../../vault/limits.js'
import { wordsOf } from './errno.js'
import { MISSING, readRegular } from './read-regular.js'
import { redactorFor } from './redaction.js'
import type { RunnerLimits } from './runner-limits.js'

const LINE = /^([a-z][a-z0-9_]{0,63})=(.*)$/

export interface Outputs {
  readonly values: Readonly<Record<string, string>>
  /** What was ignored, in words for the log. They quote no content. */
  readonly notes: readonly string[]
}

/** Reads it once: what the run wrote is not redacted, so it is not kept. */
export function takeOutputs(path: string, secretValues: readonly string[], limits: RunnerLimits): Outputs {
  const maxBytes = limits.outputFileBytes
  // Twice the cap is read, so that a secret which the cap would cut in two is seen whole by the redactor.
  const read = readOrWhy(path, 2 * maxBytes)
  // Most runs say nothing.
  if (read === MISSING) return { values: {}, notes: [] }
  if (typeof read === 'string') return { values: {}, notes: [`COUNTERSIGN_OUTPUT is ignored: ${read}`] }
  const unremoved = removeOrWhy(path)
  // Redacted before it is taken apart: a secret may have several lines.
  const redactor = redactorFor(secretValues)
  const redacted = Buffer.concat([redactor.push(read), redactor.end()])
  const isCut = read.length > maxBytes || redacted.length > maxBytes
  const lines = redacted.subarray(0, maxBytes).toString('utf8').split('\n')
  // The last line of what was cut is half a line.
  const { values, bad } = parseLines(isCut ? lines.slice(0, -1) : lines, limits.outputKeys)
  const cut = isCut ? [`COUNTERSIGN_OUTPUT is cut at ${maxBytes} bytes`] : []
  return { values, notes: [...cut, ...unremoved, ...notesOn(bad)] }
}

/** A run may forbid it (`chmod 500 "$HOME/.."`), and a disk may turn read-only: how the run ended stays known. */
function removeOrWhy(path: string): readonly string[] {
  try {
    rmSync(path, { force: true })
    return []
  } catch (error) {
    return [`COUNTERSIGN_OUTPUT stays until the run is forgotten: ${wordsOf(error)}`]
  }
}

function readOrWhy(path: string, maxBytes: number): Buffer | string {
  try {
    return readRegular(path, 'start', maxBytes)
  } catch (error) {
    return wordsOf(error)
  }
}

interface BadLine {
  readonly line: number
  readonly why: string
}

function parseLines(lines: readonly string[], maxKeys: number) {
  const found = new Map<string, string>()
  const bad: BadLine[] = []
  for (const [index, text] of lines.entries()) {
    if (text === '') continue
    const [, key, value] = LINE.exec(text) ?? []
    if (key === undefined || value === undefined) {
      bad.push({ line: index + 1, why: 'it is not key=value with a key like [a-z][a-z0-9_]*' })
    } else if (found.has(key) || found.size < maxKeys) found.set(key, value)
    else bad.push({ line: index + 1, why: `there are more than ${maxKeys} keys` })
  }
  return { values: Object.fromEntries(found), bad }
}

function notesOn(bad: readonly BadLine[]): readonly string[] {
  const named = bad
    .slice(0, LIMITS.outputNamedLines)
    .map(({ line, why }) => `COUNTERSIGN_OUTPUT line ${line} is ignored: ${why}`)
  const rest = bad.length - named.length
  return rest === 0 ? named : [...named, `COUNTERSIGN_OUTPUT: ${rest} more lines are ignored`]
}
