import { parse } from 'smol-toml'
import { LIMITS } from '../limits.js'
import type { Parsed, Problem } from '../problem.js'
import { decodeText } from '../text/decode.js'
import { authoredAs } from './dates.js'
import type { Locate, TomlDocument, TomlTable } from './document.js'
import { positionKey, readPositions } from './positions.js'
import { longestKeyLine, survey } from './survey.js'
import { syntaxProblem } from './syntax.js'

export function parseTomlFile(bytes: Uint8Array, maxBytes: number): Parsed<TomlDocument> {
  const text = decodeText(bytes, maxBytes)
  if (!text.ok) return text
  let value: TomlTable
  try {
    value = parse(text.value, { maxDepth: LIMITS.tomlDepth, integersAsBigInt: 'asNeeded' })
  } catch (error) {
    return { ok: false, problems: [syntaxProblem(error)] }
  }
  const document = openDocument(text.value, value)
  const problem = unfit(document, text.value, maxBytes)
  return problem === null ? { ok: true, value: document } : { ok: false, problems: [problem] }
}

function openDocument(text: string, value: TomlTable): TomlDocument {
  let read: ReturnType<typeof readPositions> | null = null
  const positions = () => {
    read ??= readPositions(text)
    return read
  }
  const locate: Locate = (path) => {
    for (let length = path.length; length > 0; length--) {
      const position = positions().at.get(positionKey(path.slice(0, length)))
      if (position !== undefined) return position
    }
    return { line: 1, column: 1 }
  }
  return { value, locate, secondOpinion: () => positions().disagreement }
}

/** What makes a text unfit that a lenient TOML parser took. */
function unfit(document: TomlDocument, text: string, maxBytes: number): Problem | null {
  const maxValues = Math.ceil(maxBytes / LIMITS.tomlBytesPerValue)
  const found = survey(document.value, LIMITS.tomlDepth, maxValues)
  switch (found.kind) {
    case 'too_deep': {
      const message = `Keys and tables are nested more than ${LIMITS.tomlDepth} levels deep. Flatten them.`
      // The text itself is too deep for the parser of positions.
      return { ...longestKeyLine(text), code: 'toml_depth', message }
    }
    case 'too_many':
      return {
        line: 1,
        column: 1,
        code: 'too_many',
        message: `The file has more than ${maxValues} values. Remove some.`,
      }
    case 'prototype': {
      const message = '`__proto__` is not a key of any format here. Remove it.'
      return { ...document.locate(found.path), code: 'unknown_key', message }
    }
    case 'fit':
      // smol-toml rolls 30 February over to 2 March; the other parser knows the calendar.
      return found.dates.every((date) => authoredAs(date, text)) ? null : document.secondOpinion()
  }
}
