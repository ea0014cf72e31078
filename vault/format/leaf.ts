/**
 * The leaves of the schemas. Each carries the words that complete "must be …", for whatever is wrong with it: zod's own
 * messages speak to programmers.
 */
import { TomlDate } from 'smol-toml'
import * as z from 'zod'
import { LIMITS } from '../limits.js'

export const text = (maxChars: number) => {
  const words = `a string of at most ${maxChars} characters`
  return z.string(words).max(maxChars, words)
}

// At least one character that can be seen: "please approve" must not be a blank, nor an invisible space, nor a letter without ink.
const VISIBLE = /(?![\p{DI}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u

export const visibleText = (maxChars: number) => {
  const words = `a text that is not blank, of at most ${maxChars} characters`
  return z
    .string(words)
    .max(maxChars, words)
    .refine((value) => VISIBLE.test(value), words)
}

export const named = (rule: { readonly pattern: RegExp; readonly words: string }) =>
  z.string(rule.words).regex(rule.pattern, rule.words)

export const flag = () => z.boolean('`true` or `false`')

export const integer = (least: number, most: number) => {
  const words = `an integer from ${least} to ${most}`
  return z.int(words).min(least, words).max(most, words)
}

export const list = <T extends z.ZodType>(item: T, what: string, maxItems: number = LIMITS.listItems) => {
  const words = `a list of at most ${maxItems} ${what}`
  // The parsers find repeats by themselves, with positions; this is for editors.
  return z.array(item, words).max(maxItems, words).meta({ uniqueItems: true })
}

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, `one of ${values.map((value) => `"${value}"`).join(', ')}`)

/** The error of a table that is none; unknown keys in it are worded elsewhere. */
export const TABLE = 'a table'

/** Anchored in time for everybody: a local date and time means another moment on each machine. */
export const offsetDateTime = () => {
  const words = 'a date and time with an offset and without quotes, such as 2026-11-22T18:00:00Z'
  return z
    .custom<TomlDate>((value) => value instanceof TomlDate, {
      error: words,
      params: { code: 'wrong_type' },
      abort: true,
    })
    .refine((value) => value.isDateTime() && !value.isLocal(), words)
    .meta({ type: 'string', format: 'date-time' })
}
