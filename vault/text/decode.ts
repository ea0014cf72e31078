import type { Parsed } from '../problem.js'
import type { ProblemCode } from '../reasons.js'

const BYTE_ORDER_MARK = '\ufeff'
// A byte order mark stays in the text, so that it can be refused: parsers differ on it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a file of ours, or the one reason why it has none. Size comes first: nothing else is done with what is too large. */
export function decodeText(bytes: Uint8Array, maxBytes: number): Parsed<string> {
  if (bytes.length > maxBytes) {
    return refused('file_too_large', `The file has ${bytes.length} bytes; at most ${maxBytes} are allowed. Shorten it.`)
  }
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return refused('not_utf8', 'The file is not valid UTF-8. Save it as UTF-8.', firstBadByte(bytes))
  }
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return refused('not_utf8', 'The file starts with a byte order mark. Save it as UTF-8 without one.')
  }
  const nul = text.indexOf('\0')
  if (nul >= 0)
    return refused('not_utf8', 'The file holds a NUL byte. Save it as text in UTF-8.', positionOf(text, nul))
  return { ok: true, value: text }
}

interface Position {
  readonly line: number
  readonly column: number
}

function refused(code: ProblemCode, message: string, at: Position = { line: 1, column: 1 }): Parsed<never> {
  return { ok: false, problems: [{ ...at, code, message }] }
}

/** Line and column, from 1, of an index into a text. */
function positionOf(text: string, index: number): Position {
  const before = text.slice(0, index)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: index - lineStart + 1 }
}

/** The longest valid beginning ends where the bad byte is; found by halving, since a decoder does not tell. */
function firstBadByte(bytes: Uint8Array): Position {
  let good = 0
  let bad = bytes.length
  while (bad - good > 1) {
    const middle = (good + bad) >> 1
    if (isValidBeginning(bytes.subarray(0, middle))) good = middle
    else bad = middle
  }
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, good), { stream: true })
  return positionOf(text, text.length)
}

function isValidBeginning(bytes: Uint8Array): boolean {
  try {
    // As a stream, so that a character that is cut at the end does not count as wrong.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}
