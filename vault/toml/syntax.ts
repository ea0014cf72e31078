import { TomlError } from 'smol-toml'
import { LIMITS } from '../limits.js'
import type { Problem } from '../problem.js'
import { printable } from '../text/printable.js'

/** A parser's complaint, in one line: it quotes the text over several. */
export function syntaxProblem(error: unknown): Problem {
  if (!(error instanceof TomlError)) {
    return { line: 1, column: 1, code: 'toml_syntax', message: 'The file cannot be read as TOML. Correct it.' }
  }
  const { line, column } = error
  const complaint = error.message.split('\n', 1)[0]?.replace(/^Invalid TOML document: /, '') ?? ''
  if (complaint.includes('excessively nested')) {
    const message = `Lists and tables are nested more than ${LIMITS.tomlDepth} levels deep. Flatten them.`
    return { line, column, code: 'toml_depth', message }
  }
  return {
    line,
    column,
    code: 'toml_syntax',
    message: `The file is not valid TOML: ${printable(complaint)}. Correct this line.`,
  }
}
