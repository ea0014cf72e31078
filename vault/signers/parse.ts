import { byPosition, limited } from '../format/finding.js'
import { LIMITS } from '../limits.js'
import { PRINCIPAL } from '../names.js'
import type { Parsed, Problem } from '../problem.js'
import type { ProblemCode } from '../reasons.js'
import { decodeText } from '../text/decode.js'
import { printable, quoted } from '../text/printable.js'
import type { AllowedSigners } from './allowed-signers.js'
import { fingerprintOf, KEY_TYPES, readPublicKey } from './public-key.js'

/**
 * Far stricter than OpenSSH: patterns, several principals, options and certificates all widen who a line speaks for, or
 * when, in ways that a reader overlooks. Removal is the only revocation.
 */
export function parseAllowedSigners(bytes: Uint8Array): Parsed<AllowedSigners> {
  const text = decodeText(bytes, LIMITS.trustFileBytes)
  if (!text.ok) return text
  const entries = text.value.split('\n').flatMap((line, index) => readLine(line.replace(/\r$/, ''), index + 1))
  const problems = [...entries.flatMap((entry) => ('code' in entry ? [entry] : [])), ...repeats(entries)]
  if (problems.length > 0) return { ok: false, problems: limited(problems.toSorted(byPosition)) }
  return { ok: true, value: { principalOf: new Map(entries.flatMap(pairOf)) } }
}

interface Signer {
  readonly line: number
  readonly principal: Field
  readonly key: Field
  readonly fingerprint: string
}

interface Field {
  readonly text: string
  readonly column: number
}

const pairOf = (entry: Signer | Problem): readonly (readonly [string, string])[] =>
  'code' in entry ? [] : [[entry.fingerprint, entry.principal.text]]

/** Nothing for a comment or a blank line. */
function readLine(line: string, number: number): readonly (Signer | Problem)[] {
  if (/^[ \t]*(?:#|$)/.test(line)) return []
  const [principal, type, key] = fieldsOf(line)
  if (principal === undefined) return []
  const problem = (field: Field, message: string): readonly Problem[] => [
    { line: number, column: field.column, code: 'signer_line', message: printable(message) },
  ]
  if (!PRINCIPAL.pattern.test(principal.text)) return problem(principal, principalFault(principal.text))
  const end: Field = { text: '', column: line.length + 1 }
  if (!KEY_TYPES.includes(type?.text ?? '')) return problem(type ?? end, typeFault(type?.text ?? ''))
  const blob = readPublicKey(type?.text ?? '', key?.text ?? '')
  if (key === undefined || blob === null) return problem(key ?? end, keyFault(type?.text ?? '', key?.text ?? ''))
  return [{ line: number, principal, key, fingerprint: fingerprintOf(blob) }]
}

const fieldsOf = (line: string): readonly Field[] =>
  [...line.matchAll(/[^ \t]+/g)].map((match) => ({ text: match[0], column: match.index + 1 }))

function principalFault(text: string): string {
  const why = /[,*?!"]/.test(text) ? 'Lists, wildcards and quotes are refused: one line speaks for one principal. ' : ''
  return `${quoted(text)} must be ${PRINCIPAL.words}. ${why}Write \`<principal> <key type> <key>\`.`
}

function typeFault(text: string): string {
  if (text === '') return 'The key is missing. Write `<principal> <key type> <key>`.'
  if (/^(?:cert-authority|no-touch-required|verify-required|[a-z-]+=)/i.test(text)) {
    return `The option ${quoted(text)} is refused: a key counts as long as its line is here, and removal is revocation. Write \`<principal> <key type> <key>\`.`
  }
  return `${quoted(text)} is not a key type; known are ${KEY_TYPES.join(', ')}. Write \`<principal> <key type> <key>\`.`
}

function keyFault(type: string, text: string): string {
  if (text === '') return 'The key is missing. Write `<principal> <key type> <key>`.'
  const rsa = type === 'ssh-rsa' ? ' of at least 2048 bits' : ''
  return `${quoted(text, 24)} is not the base64 of one ${type} key${rsa}. Copy it from the .pub file.`
}

/** One key a principal and one principal a key: with two of either, one person could be both keys (field failure 43). */
function repeats(entries: readonly (Signer | Problem)[]): readonly Problem[] {
  const principals = new Map<string, number>()
  const fingerprints = new Map<string, number>()
  return entries.flatMap((entry): readonly Problem[] => {
    if ('code' in entry) return []
    const { line, principal, key, fingerprint } = entry
    const found = [
      repeat(principals, principal.text, { ...principal, line }, `The principal ${principal.text} has a key already`),
      repeat(fingerprints, fingerprint, { ...key, line }, `The key ${fingerprint} belongs to a principal already`),
    ]
    return found.flatMap((problem) => (problem === null ? [] : [problem]))
  })
}

function repeat(
  seen: Map<string, number>,
  text: string,
  at: { readonly line: number; readonly column: number },
  words: string,
): Problem | null {
  const first = seen.get(text)
  if (first === undefined) {
    seen.set(text, at.line)
    return null
  }
  const code: ProblemCode = 'duplicate'
  return { line: at.line, column: at.column, code, message: `${words}, on line ${first}. Remove one of the lines.` }
}
