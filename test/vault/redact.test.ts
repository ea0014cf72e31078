import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, isRedactable, redactor } from '../../vault/redact.js'
import { formsOf } from '../../vault/redaction/forms.js'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
/** Half characters do not survive as bytes. */
const whole = (text: string) => text.replace(/\p{Surrogate}/gu, '\ufffd')

/** The slow and plain way to look for a secret. */
function holdsForm(bytes: Uint8Array, value: string): boolean {
  const read = Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13))
  return formsOf(value).some((form) => read.includes(form))
}

/** Pushes `bytes` in chunks of the given sizes, over and over. */
function streamed(values: readonly string[], bytes: Uint8Array, sizes: readonly number[]): Uint8Array {
  const stream = createRedactor(values)
  const out: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    out.push(stream.push(bytes.slice(at, at + size)))
    at += size
  }
  return Buffer.concat([...out, stream.end()])
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
/** Few letters, so that secrets overlap with themselves, with each other and with the text. */
const narrow = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\n', '[', ']', 'r'), minLength, maxLength })
const wide = fc.string({ unit: 'binary', minLength: 4, maxLength: 40 })
const secret = fc.oneof(narrow(4, 12), wide).filter(isRedactable)
const secrets = fc.array(secret, { minLength: 1, maxLength: 4 })

describe('redacting', () => {
  property.prop([secrets, fc.array(fc.oneof(narrow(0, 8), fc.nat({ max: 3 })), { maxLength: 12 }), sizes], {
    numRuns: 2000,
  })('leaves no secret, however secrets overlap and chunks are cut', (values, pieces, chunks) => {
    const text = pieces
      .map((piece) => (typeof piece === 'string' ? piece : (values[piece % values.length] ?? '')))
      .join('')
    const out = textOf(streamed(values, bytesOf(text), chunks))
    for (const value of values) expect(out).not.toContain(whole(value))
    expect(redactor(values)(whole(text))).toBe(out)
  })

  property.prop([secrets, fc.uint8Array({ maxLength: 400 }), sizes], { numRuns: 1000 })(
    'leaves bytes without secrets as they are',
    (values, bytes, chunks) => {
      fc.pre(!values.some((value) => holdsForm(bytes, value)))
      expect(streamed(values, bytes, chunks)).toEqual(Buffer.from(bytes))
    },
  )

  property.prop([
    fc.array(fc.stringMatching(/^[A-Z0-9]{8,20}$/), { minLength: 1 }),
    fc.string({ unit: fc.constantFrom('a', '\n', ' ', 'é', '\r') }),
  ])('leaves text without secrets as it is', (values, text) => {
    expect(redactor(values)(text)).toBe(text)
  })

  it('leaves a byte order mark and half a character as they are', () => {
    expect(redactor(['hunter22'])('\ufeffx\ud800')).toBe('\ufeffx\ud800')
    expect(redactor(['hunter22'])('\ufeffhunter22')).toBe('\ufeff[redacted]')
  })

  const forms: readonly [string, string, (value: string) => string][] = [
    ['base64', 'pa$$ word/ü+1', (value) => Buffer.from(value).toString('base64')],
    ['base64 after one byte', 'pa$$ word/ü+1', (value) => Buffer.from(`x${value}`).toString('base64')],
    ['base64 after two bytes', 'pa$$ word/ü+1', (value) => Buffer.from(`xy${value}`).toString('base64')],
    ['base64 before more', 'pa$$ word/ü+1', (value) => Buffer.from(`user:${value}\n`).toString('base64')],
    ['base64 for URLs', 'ÿÿÿ>>>???~~~', (value) => Buffer.from(value).toString('base64url')],
    ['base64 of four letters', 'abcd', (value) => Buffer.from(value).toString('base64')],
    [
      'wrapped base64',
      'k'.repeat(100),
      (value) =>
        (
          Buffer.from(value)
            .toString('base64')
            .match(/.{1,76}/g) ?? []
        ).join('\r\n'),
    ],
    ['hex', 'pa$$ word', (value) => Buffer.from(value).toString('hex')],
    ['upper-case hex', 'pa$$ word~~~', (value) => Buffer.from(value).toString('hex').toUpperCase()],
    ['encodeURIComponent', "a b/c?d&'(é", encodeURIComponent],
    ['encodeURI', 'a b/c?d&é"', encodeURI],
    [
      'lower-case percent escapes',
      'a b/c?d&é',
      (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ['URLSearchParams', "a b/c~?d&'(é", (value) => new URLSearchParams({ value }).toString()],
    ['JSON', 'a "quoted" \\ value\tx\n', JSON.stringify],
    [
      'JSON in ASCII',
      'schlüssel "1"',
      (value) => JSON.stringify(value).replace(/[^\x20-\x7e]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
    ],
    ['JSON in JSON', 'a "quoted" value', (value) => JSON.stringify(JSON.stringify([value]))],
    ['a wrapped line', 'correct horse battery', (value) => `${value.slice(0, 9)}\n${value.slice(9)}`],
  ]
  it.each(forms)('finds a secret in %s', (_, value, encode) => {
    const encoded = encode(value)
    const out = redactor([value])(`before ${encoded} after`)
    expect(out).toMatch(/^before .* after$/s)
    expect(out).toContain('[redacted]')
    // At most the characters that the secret shares with its neighbours are left.
    expect(out.length - 'before [redacted] after'.length).toBeLessThan(12)
  })

  it('finds each longer line of a secret of several lines, indented or not', () => {
    const pem = '-----BEGIN KEY-----\r\nMC4CAQAwBQYDK2Vw\r\nx\r\n-----END KEY-----\r\n'
    expect(redactor([pem])('  MC4CAQAwBQYDK2Vw\nx\n')).toBe('  [redacted]\nx\n')
    expect(redactor([pem])(`${pem.replaceAll('\r\n', '\n')}rest`)).toBe('[redacted]\nrest')
  })

  it('finds a secret with more line breaks inside than are forgiven otherwise', () => {
    const value = `abcd${'\n'.repeat(20)}efgh`
    expect(redactor([value])(`x${value}y`)).toBe('x[redacted]y')
  })

  it('makes one stretch of secrets that overlap: neither shows its rest', () => {
    expect(redactor(['abcdef', 'defghi', 'cd12'])('-abcdefghi-abcdef12-')).toBe('-[redacted]-[redacted]12-')
    expect(redactor(['abcd', 'abcdefgh'])('abcdefgh abcdef')).toBe('[redacted] [redacted]ef')
  })

  it('uses another marker where the usual one would spell a secret', () => {
    expect(redactor(['dact'])('xdactx')).toBe('x***x')
    expect(redactor(['x[red'])('xx[red')).not.toContain('x[red')
    expect(redactor(['[***', '<removed>', '\u2588\u2588\u2588\u2588'])('a[***b')).toBe('a\ufffdb')
  })

  it('shows a marker at once for a secret without end, and holds little', () => {
    const stream = createRedactor(['aaaa'])
    const out = [
      stream.push(bytesOf('aaaaaa')),
      stream.push(bytesOf('aaaaaa')),
      stream.push(bytesOf('b')),
      stream.end(),
    ].map(textOf)
    expect(out).toEqual(['[redacted]', '', 'b', ''])
  })

  it('holds back no flood of line breaks', () => {
    const stream = createRedactor(['secret-1'])
    const flood = bytesOf(`s${'\n'.repeat(10_000)}`)
    expect(stream.push(flood)).toEqual(flood)
  })

  it.each(['', 'abc', 'a\nb\nc', '\n\n\n\n\n', '     ', ' abc '])('refuses %j: it is everywhere', (value) => {
    expect(isRedactable(value)).toBe(false)
    expect(() => redactor(['long enough', value])).toThrow(RangeError)
  })

  it('does nothing without secrets', () => {
    expect(redactor([])('text')).toBe('text')
    expect(textOf(streamed([], bytesOf('text\n'), [1]))).toBe('text\n')
  })

  it('takes time in proportion to its input, also for input that almost matches', () => {
    const value = `${'a'.repeat(20_000)}b`
    const input = new Uint8Array(4_000_000).fill('a'.charCodeAt(0))
    const from = performance.now()
    expect(Buffer.compare(streamed([value], input, [65_536]), input)).toBe(0)
    expect(performance.now() - from).toBeLessThan(5_000)
  })
})
