/** One action file: by itself, and against the formulas where they are known. */
import { checkAction } from '../../vault/action/check.js'
import { parseAction } from '../../vault/action/parse.js'
import type { Formula } from '../../vault/formula/formula.js'
import type { Problem } from '../../vault/problem.js'
import type { ProblemCode } from '../../vault/reasons.js'
import { didYouMean } from '../../vault/text/closest.js'
import type { FileContent } from './ops-files.js'

/** Besides the problems that parsers find, what a verdict would say of the file as a whole. */
export type FileProblem = Omit<Problem, 'code'> & {
  readonly code: ProblemCode | 'formula_missing' | 'not_regular_file'
}

/** @param formulas null: not known, so nothing is said about them */
export function judgeActionFile(
  stem: string,
  content: FileContent,
  formulas: ReadonlyMap<string, Formula> | null,
): readonly FileProblem[] {
  if (content.kind !== 'bytes') return []
  const parsed = parseAction(content.bytes, stem)
  if (!parsed.ok) return parsed.problems
  if (formulas === null) return []
  const { action, locate } = parsed.value
  const formula = formulas.get(action.formula)
  if (formula !== undefined) return checkAction(parsed.value, formula)
  const meant = didYouMean(action.formula, formulas.keys()) || '.'
  const message = `There is no usable formula ${action.formula}${meant} Correct the name, or have an admin bring the formula.`
  return [{ ...locate(['formula']), code: 'formula_missing', message }]
}

/** Null for a file that could be read. */
export function unreadableProblem(content: FileContent): FileProblem | null {
  switch (content.kind) {
    case 'bytes':
      return null
    case 'too_large': {
      const message = `The file has ${content.size} bytes; at most ${content.maxBytes} are allowed. Shorten it.`
      return { line: 1, column: 1, code: 'file_too_large', message }
    }
    case 'not_regular': {
      const message =
        'This is not an ordinary file of mode 644 (a link, a folder, a submodule, an executable). Put an ordinary file there.'
      return { line: 1, column: 1, code: 'not_regular_file', message }
    }
  }
}
