import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { TomlDate } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { parseTomlFile } from '../../../vault/toml/parse.js'
import { bytes, messagesOf, passed, problemsOf, told } from '../told.js'

const MAX = 1024 * 1024
const parse = (text: string) => parseTomlFile(bytes(text), MAX)
const tell = (text: string) => told(problemsOf(parse(text)))

describe('a file that is no text', () => {
  it.each([
    ['over the limit', bytes('a = 1\n#'), 6, '1:1 file_too_large'],
    ['10 MB of noise', new Uint8Array(10 * 1024 * 1024).fill(0xff), MAX, '1:1 file_too_large'],
    ['a lone continuation byte', Uint8Array.of(0x61, 0x3d, 0x80), MAX, '1:3 not_utf8'],
    ['a cut character', Uint8Array.of(0x23, 0x0a, 0x23, 0xc3), MAX, '2:2 not_utf8'],
    ['an encoded surrogate', Uint8Array.of(0x23, 0xed, 0xa0, 0x80), MAX, '1:2 not_utf8'],
    ['an overlong slash', Uint8Array.of(0x23, 0xc0, 0xaf), MAX, '1:2 not_utf8'],
    ['a NUL', bytes('a = 1\nb = "\0"'), MAX, '2:6 not_utf8'],
    ['a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), MAX, '1:1 not_utf8'],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0x00), MAX, '1:1 not_utf8'],
  ])('%s', (_what, content, max, expected) => {
    expect(told(problemsOf(parseTomlFile(content, max)))).toEqual([expected])
  })

  it('the limit itself is allowed', () => {
    expect(parseTomlFile(bytes('a = 1'), 5).ok).toBe(true)
  })
})

describe('a text that is no TOML', () => {
  it.each([
    ['no value', 'a = 1\nb =\n', '2:4 toml_syntax'],
    ['an unfinished string', 'a = "x\n', '1:7 toml_syntax'],
    ['a key twice', 'a = 1\r\na = 2\r\n', '2:1 toml_syntax'],
    ['a table twice', '[a]\n[a]\n', '2:2 toml_syntax'],
    ['a table over a dotted key', 'a.b = 1\n[a]\nc = 1\n', '2:2 toml_syntax'],
    ['a lone carriage return', 'a = 1\rb = 2', '1:6 toml_syntax'],
    ['an escape character', 'a = "\u001b[0m"', '1:6 toml_syntax'],
    ['a half character', 'a = "\\ud800"', '1:6 toml_syntax'],
    ['100,000 opening brackets', '['.repeat(100_000), '1:3 toml_syntax'],
    ['a day that does not exist', 'a = 1\nb = 2026-02-30T00:00:00Z\n', '2:14 toml_syntax'],
    ['an offset that does not exist', 'a = 2026-02-01T00:00:00+25:00\n', '1:5 toml_syntax'],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual([expected])
  })

  it('says what is wrong in one line of words', () => {
    expect(messagesOf(parse('a = "\u001b[31m"'))).toBe(
      'The file is not valid TOML: control characters are not allowed in strings. Correct this line.',
    )
  })
})

describe('a text that goes too deep', () => {
  it.each([
    ['lists', `x = 1\na = ${'['.repeat(100_000)}`, '2:21 toml_depth'],
    ['closed lists', `a = ${'['.repeat(17)}${']'.repeat(17)}`, '1:21 toml_depth'],
    ['a dotted key of 100,000 segments', `# x\n${'a.'.repeat(100_000)}a = 1`, '2:1 toml_depth'],
    ['a header of 100,000 segments', `x = 1\n[${'a.'.repeat(100_000)}a]`, '2:1 toml_depth'],
    ['17 segments', `${'a.'.repeat(16)}a = 1`, '1:1 toml_depth'],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual([expected])
  })

  it('16 segments are allowed', () => {
    expect(tell(`${'a.'.repeat(15)}a = 1`)).toEqual([])
  })

  it('too many values', () => {
    const text = `a = [${'1,'.repeat(2000)}]`
    expect(told(problemsOf(parseTomlFile(bytes(text), 64 * 1024)))).toEqual(['1:1 too_many'])
  })
})

describe('keys that objects know by themselves', () => {
  it.each([
    ['__proto__.x = 1', '1:1 unknown_key'],
    ['[a]\n"__proto__" = 1', '2:1 unknown_key'],
    ['a = [{ __proto__ = 1 }]', '1:8 unknown_key'],
    ['[__proto__]', '1:1 unknown_key'],
  ])('%s is refused', (text, expected) => {
    expect(tell(text)).toEqual([expected])
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('constructor, toString and the like are keys like others', () => {
    const { value } = passed(parse('constructor = 1\ntoString = 2\n[hasOwnProperty]\nx = 3'))
    expect(Object.entries(value)).toHaveLength(3)
    expect(Object.getPrototypeOf(value)).toBeNull()
  })
})

describe('values', () => {
  it('are what TOML says', () => {
    const { value } = passed(parse("i = 0x1F\nbig = 99999999999999999999\ns = '''a\n\"b\"''' # c\nd = 2026-01-01"))
    expect(value).toMatchObject({ i: 31, big: 99999999999999999999n, s: 'a\n"b"' })
    expect(value['d']).toBeInstanceOf(TomlDate)
  })

  it('are the same with CRLF', () => {
    const text = '[a]\nb = 1\nc = """\nx\\\n  y"""\n'
    expect(passed(parse(text.replaceAll('\n', '\r\n'))).value).toEqual(passed(parse(text)).value)
  })
})

describe('locate', () => {
  const TEXT = [
    'a = 1',
    'b.c = { d = [1, { e = 2 }] }',
    '"q.r" = 1',
    '',
    '[t.u]',
    '  v = 1',
    '[[l]]',
    'x = 1',
    '[[l]]',
    'x = 2',
    '[l.m]',
    'y = 1',
  ]

  it.each([
    [['a'], '1:1'],
    [['b'], '2:1'],
    [['b', 'c'], '2:3'],
    [['b', 'c', 'd'], '2:9'],
    [['b', 'c', 'd', 1], '2:17'],
    [['b', 'c', 'd', 1, 'e'], '2:19'],
    [['q.r'], '3:1'],
    [['t'], '5:1'],
    [['t', 'u', 'v'], '6:3'],
    [['l', 1], '9:1'],
    [['l', 1, 'x'], '10:1'],
    [['l', 1, 'm', 'y'], '12:1'],
    [['t', 'u', 'missing'], '5:1'],
    [['l', 0, 'missing', 'deeper'], '7:1'],
    [['missing'], '1:1'],
    [[], '1:1'],
  ])('%j', (path, expected) => {
    for (const lineEnd of ['\n', '\r\n']) {
      const { line, column } = passed(parse(TEXT.join(lineEnd))).locate(path)
      expect(`${line}:${column}`).toBe(expected)
    }
  })
})

describe('for any input', () => {
  const token = fc.constantFrom(
    'a',
    'b',
    '=',
    '.',
    '[',
    ']',
    '[[',
    ']]',
    '{',
    '}',
    ',',
    '\n',
    '\r\n',
    '"',
    "'''",
    '"""',
  )
  const value = fc.constantFrom(
    '1',
    '1.5',
    'true',
    '2026-02-30',
    '00:00',
    '\\',
    '# c',
    '\u2028',
    '__proto__',
    'é',
    '\t',
  )
  const soup = fc.array(fc.oneof(token, value), { maxLength: 30 }).map((parts) => parts.join(' '))

  property.prop([fc.uint8Array({ maxLength: 200 })], { numRuns: 2000 })('bytes never throw', (content) => {
    const parsed = parseTomlFile(content, 150)
    expect(parsed.ok || parsed.problems.length === 1).toBe(true)
  })

  property.prop([soup], { numRuns: 2000 })('what one parser takes, the other takes too', (text) => {
    const parsed = parse(text)
    if (parsed.ok) expect(parsed.value.secondOpinion()).toBeNull()
  })

  property.prop([soup, fc.array(fc.oneof(fc.string(), fc.nat()))])('each path has a position', (text, path) => {
    const parsed = parse(text)
    if (parsed.ok) expect(parsed.value.locate(path).line).toBeGreaterThan(0)
  })
})
