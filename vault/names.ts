/** The names that files may use, each with the words that a message says about it. Anchored: nothing may hang on behind. */
interface NameRule {
  readonly pattern: RegExp
  /** Completes "must be …". */
  readonly words: string
}

/** No path characters, so that a name can never lead out of `formulas/` (field failure 10). */
export const FORMULA_NAME: NameRule = {
  pattern: /^[a-z0-9][a-z0-9_-]{0,63}$/,
  words: 'the name of a formula: at most 64 of a-z, 0-9, `-` and `_`, first a letter or digit',
}

export const VARIABLE_NAME: NameRule = {
  pattern: /^[a-z][a-z0-9_]{0,63}$/,
  words: 'the name of a variable: at most 64 of a-z, 0-9 and `_`, first a letter',
}

export const SECRET_NAME: NameRule = {
  pattern: /^[A-Z][A-Z0-9_]{0,63}$/,
  words: 'the name of a secret: at most 64 of A-Z, 0-9 and `_`, first a letter',
}

export const STEP_ID: NameRule = {
  pattern: /^[a-z][a-z0-9_-]{0,63}$/,
  words: 'the id of a step: at most 64 of a-z, 0-9, `-` and `_`, first a letter',
}

/** Tools and models end up as arguments of an agent command: nothing there may look like an option. */
export const WORD: NameRule = {
  pattern: /^(?:[!-,.-~]|[!-,.-~][ -~]{0,126}[!-~])$/,
  words: 'at most 128 printable ASCII characters that do not begin with `-` and neither begin nor end with a space',
}

export const PRINCIPAL: NameRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/,
  words: 'a principal: at most 100 of A-Z, a-z, 0-9, `.`, `_`, `@`, `+` and `-`, first a letter or digit',
}

/** A principal or the login of a forge account; bots of GitHub end in `[bot]`. */
export const LOGIN: NameRule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}(?:\[bot\])?$/,
  words: 'a login: at most 100 of A-Z, a-z, 0-9, `.`, `_`, `@`, `+` and `-`, first a letter or digit',
}
