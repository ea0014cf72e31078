import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseActionId } from '../../../vault/action/id.js'
import { parseAction } from '../../../vault/action/parse.js'
import { LIMITS } from '../../../vault/limits.js'
import { bytes, messagesOf, passed, problemsOf, told } from '../told.js'

const HEAD = 'id = "a"\nformula = "dev"\ncontext = "why"\nsecrets = []\n'
const tell = (text: string, id = 'a') => told(problemsOf(parseAction(bytes(text), id)))
/** Parses the least action with further lines, the first of which is line 5. */
const tellMore = (more: string) => tell(HEAD + more)
const actionOf = (text: string, id = 'a') => passed(parseAction(bytes(text), id)).action

describe('an action', () => {
  it('needs no more than id, formula, context and secrets', () => {
    expect(actionOf(HEAD)).toEqual({
      id: 'a',
      formula: 'dev',
      context: 'why',
      secrets: [],
      mounts: [],
      tools: [],
      model: null,
      timeoutMinutes: null,
      blastRadius: null,
      vars: new Map(),
      expiresAtMs: null,
      dryRun: false,
      purpose: null,
    })
  })

  it('can say all of it', () => {
    const more = [
      'mounts = []',
      'tools = ["Bash(git log:*)", "read"]',
      'model = "some-model-4.5"',
      'timeout_minutes = 1440',
      'blast_radius = "medium"',
      'expires_at = 2026-11-22T12:00:00+02:00',
      'dry_run = true',
      'purpose = "weekly"',
      '[vars]',
      'repo_url = "https://x/y#z"',
      'empty = ""',
      'constructor = "c"',
    ].join('\n')
    expect(actionOf(HEAD.replace('[]', '["TOKEN", "B2"]') + more)).toMatchObject({
      secrets: ['TOKEN', 'B2'],
      tools: ['Bash(git log:*)', 'read'],
      model: 'some-model-4.5',
      timeoutMinutes: 1440,
      blastRadius: 'medium',
      expiresAtMs: Date.UTC(2026, 10, 22, 10),
      dryRun: true,
      purpose: 'weekly',
      vars: new Map([
        ['repo_url', 'https://x/y#z'],
        ['empty', ''],
        ['constructor', 'c'],
      ]),
    })
  })

  it('is the same with CRLF', () => {
    const text = `${HEAD}[vars]\na = """\nx\n"""\n`
    expect(actionOf(text.replaceAll('\n', '\r\n')).formula).toBe('dev')
    expect(tell(`${text}\nx = 1`.replaceAll('\n', '\r\n'))).toEqual(['10:1 wrong_type'])
  })
})

describe('field failure 13: what a grep would misread', () => {
  it.each([
    ['a comment', '# formula = "release"\nformula = "dev" # or "release"'],
    ['a quoted key', '"formula" = "dev"'],
    ['a literal string', "formula = 'dev'"],
    ['an escape', 'formula = "\\u0064ev"'],
    ['a multi-line string', 'formula = """\ndev"""'],
    ['odd spacing', '\t formula\t=\t"dev"\t'],
    ['a decoy in another value', 'purpose = """\nformula = "release"\n"""\nformula = "dev"'],
    ['a decoy in a variable', 'formula = "dev"\nvars.formula = "release"'],
  ])('%s', (_what, line) => {
    expect(actionOf(`id = "a"\ncontext = "why"\nsecrets = []\n${line}\n`).formula).toBe('dev')
  })

  it('a list over several lines', () => {
    expect(actionOf(HEAD.replace('[]', '[ # two\n  "A",\n\n  "B", # last\n]')).secrets).toEqual(['A', 'B'])
  })
})

describe('one problem each, where it stands', () => {
  it.each([
    ['dispatch_mode = "direct"', '5:1 dispatch_mode_forbidden'],
    ['"dispatch_mode" = "auto"', '5:1 dispatch_mode_forbidden'],
    ['dispatch_mode.x = 1', '5:1 dispatch_mode_forbidden'],
    ['[dispatch_mode]', '5:1 dispatch_mode_forbidden'],
    ['dispatch-mode = "direct"', '5:1 unknown_key'],
    ['idempotency_key = "x"', '5:1 not_supported'],
    ['mounts = ["/"]', '5:1 not_supported'],
    ['mounts = "/"', '5:1 wrong_type'],
    ['tier = "low"', '5:1 unknown_key'],
    ['[approval]', '5:1 unknown_key'],
    ['blast_radius = "Low"', '5:1 bad_value'],
    ['blast_radius = "critical"', '5:1 bad_value'],
    ['blast_radius = 1', '5:1 wrong_type'],
    ['timeout_minutes = 0', '5:1 bad_value'],
    ['timeout_minutes = -5', '5:1 bad_value'],
    ['timeout_minutes = 1441', '5:1 bad_value'],
    ['timeout_minutes = 1.5', '5:1 wrong_type'],
    ['timeout_minutes = inf', '5:1 wrong_type'],
    ['timeout_minutes = "60"', '5:1 wrong_type'],
    ['timeout_minutes = 99999999999999999999', '5:1 bad_value'],
    ['dry_run = "yes"', '5:1 wrong_type'],
    ['dry_run = 1', '5:1 wrong_type'],
    ['expires_at = 2026-11-22T12:00:00', '5:1 bad_value'],
    ['expires_at = 2026-11-22', '5:1 bad_value'],
    ['expires_at = 12:00:00', '5:1 bad_value'],
    ['expires_at = "2026-11-22T12:00:00Z"', '5:1 wrong_type'],
    ['purpose = " "', '5:1 bad_value'],
    ['model = "--yolo"', '5:1 bad_value'],
    ['model = ""', '5:1 bad_value'],
    ['model = "a\\nb"', '5:1 bad_value'],
    ['tools = ["ok", "-x"]', '5:16 bad_value'],
    ['tools = ["a", "b", "a"]', '5:20 duplicate'],
    ['tools = ["a", 1]', '5:15 wrong_type'],
    ['vars = "x"', '5:1 wrong_type'],
    ['[vars]\nA = "x"', '6:1 bad_value'],
    ['[vars]\n"a b" = "x"', '6:1 bad_value'],
    ['[vars]\na = 1', '6:1 wrong_type'],
    ['[vars]\na = ["x"]', '6:1 wrong_type'],
    ['[vars.a]\nb = "x"', '5:1 wrong_type'],
    ['[vars]\na = "x\\u0000y"', '6:1 bad_value'],
    ['vars.__proto__ = "x"', '5:6 unknown_key'],
  ])('%s', (more, expected) => {
    expect(tellMore(more)).toEqual([expected])
  })

  it.each([
    ['a missing id', HEAD.replace('id = "a"\n', ''), '1:1 missing_key'],
    ['missing secrets', HEAD.replace('secrets = []\n', ''), '1:1 missing_key'],
    ['a blank context', HEAD.replace('why', ' \\t\\n'), '3:1 bad_value'],
    ['a context of invisible characters', HEAD.replace('why', '\\u200b\\u2060'), '3:1 bad_value'],
    ['a context over the limit', HEAD.replace('why', 'x'.repeat(LIMITS.contextChars + 1)), '3:1 bad_value'],
    ['a value over the limit', `${HEAD}vars.a = "${'x'.repeat(LIMITS.variableChars + 1)}"`, '5:6 bad_value'],
    ['a path as formula', HEAD.replace('dev', '../dev'), '2:1 bad_value'],
    ['a formula with its ending', HEAD.replace('dev', 'dev.toml'), '2:1 bad_value'],
    ['a formula like an option', HEAD.replace('dev', '--help'), '2:1 bad_value'],
    ['a secret in lower case', HEAD.replace('[]', '["token"]'), '4:12 bad_value'],
    ['a secret with `=`', HEAD.replace('[]', '["A=B"]'), '4:12 bad_value'],
    ['a secret twice', HEAD.replace('[]', '["A", "A"]'), '4:17 duplicate'],
    ['secrets as a string', HEAD.replace('[]', '"A"'), '4:1 wrong_type'],
    ['an id that is not the name', HEAD.replace('"a"', '"b"'), '1:1 id_not_file_name'],
    ['10 MB', `${HEAD}#${'x'.repeat(10 * 1024 * 1024)}`, '1:1 file_too_large'],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual([expected])
  })

  it.each(['A', '-a', '.a', 'a..b', 'a.', 'a.lock', 'a/b', 'a b', 'x'.repeat(101), 'ä', ''])('the id %j', (id) => {
    const text = HEAD.replace('"a"', JSON.stringify(id))
    expect(tell(text, id)).toEqual(['1:1 bad_value'])
  })
})

describe('all problems at once', () => {
  it('in the order of the file', () => {
    const text = [
      'formula = "../x"',
      'contxt = "why"',
      'dispatch_mode = "direct"',
      'secrets = ["A", "b", 3, "A"]',
      'timeout_minutes = 0',
      '[vars]',
      'ok = 5',
      '[extra]',
    ].join('\n')
    expect(tell(text)).toEqual([
      '1:1 missing_key',
      '1:1 bad_value',
      '1:1 missing_key',
      '2:1 unknown_key',
      '3:1 dispatch_mode_forbidden',
      '4:17 bad_value',
      '4:22 wrong_type',
      '4:25 duplicate',
      '5:1 bad_value',
      '7:1 wrong_type',
      '8:1 unknown_key',
    ])
  })

  it('the rest is counted where there are very many', () => {
    const text = HEAD + Array.from({ length: 500 }, (_, index) => `k${index} = 1\n`).join('')
    const problems = problemsOf(parseAction(bytes(text), 'a'))
    expect(problems).toHaveLength(LIMITS.problems)
    expect(problems.at(-1)?.message).toContain('(and 400 more problems)')
  })
})

describe('messages', () => {
  it.each([
    ['contxt = "x"', '`contxt` is not a key of an action; did you mean `context`? Correct or remove it.'],
    ['timeout_minutes = 0', '`timeout_minutes` must be an integer from 1 to 1440; it is the number 0. Correct it.'],
    [
      'blast_radius = "Low"',
      '`blast_radius` must be one of "low", "medium", "high"; it is the string "Low". Correct it.',
    ],
    [
      'expires_at = 2026-11-22T12:00:00',
      '`expires_at` must be a date and time with an offset and without quotes, such as 2026-11-22T18:00:00Z; ' +
        'it is the local date and time 2026-11-22T12:00:00.000. Correct it.',
    ],
    ['tools = "x"', '`tools` must be a list of at most 64 tools; it is the string "x". Correct it.'],
    ['mounts = ["/"]', '`mounts` is not supported by this version. Remove it.'],
  ])('%s', (more, message) => {
    expect(messagesOf(parseAction(bytes(HEAD + more), 'a'))).toBe(message)
  })

  it('a missing key is named, with what it must be', () => {
    expect(messagesOf(parseAction(bytes(HEAD.replace('context = "why"\n', '')), 'a'))).toBe(
      '`context` is missing. Add it: it must be a text that is not blank, of at most 16384 characters.',
    )
  })

  it.each([
    ['"\\u001b[2J\\n" = 1', '`"\\u{1b}[2J\\n"` is not a key'],
    ['model = "\\u001b]0;x\\u0007"', 'it is the string "\\u{1b}]0;x\\u{7}"'],
    ['vars."\\u202e" = "x"', 'The name "\\u{202e}" under `vars`'],
    [`model = "${'-'.repeat(5000)}"`, '…" (5000 characters)'],
  ])('keep the text of %s in its place', (more, part) => {
    const message = messagesOf(parseAction(bytes(HEAD + more), 'a'))
    expect(message).toContain(part)
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(message.length).toBeLessThan(400)
  })

  property.prop([fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })])(
    'never hold control characters',
    (key, value) => {
      const toml = (text: string) =>
        `"${[...text].map((char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`).join('')}"`
      const text = `${toml(key)} = 1\nformula = ${toml(value)}\nid = ${toml(value)}\nvars = { ${toml(key)} = ${toml(value)} }`
      expect(messagesOf(parseAction(bytes(text), 'a')).replaceAll('\n', '')).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
      )
    },
  )
})

describe('for any input', () => {
  const line = fc.constantFrom(
    ...HEAD.trim().split('\n'),
    ...[
      'id = "b"',
      'id = 1',
      'mounts = ["x"]',
      'dispatch_mode = "x"',
      '[vars]',
      'a = "x"',
      'formula = "x y"',
      '"""',
      '}',
    ],
  )
  const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n'))

  property.prop([fc.uint8Array({ maxLength: 300 }), fc.string()], { numRuns: 2000 })(
    'bytes never throw',
    (content, id) => {
      const parsed = parseAction(content, id)
      expect(parsed.ok || parsed.problems.length > 0).toBe(true)
    },
  )

  property.prop([text, fc.constantFrom('a', 'b', '../a', 'A')], { numRuns: 2000 })(
    'only the id of the file passes',
    (content, id) => {
      const parsed = parseAction(bytes(content), id)
      if (!parsed.ok) return
      expect(parsed.value.action.id).toBe(id)
      expect(parseActionId(id)).not.toBeNull()
      expect(content).not.toContain('dispatch_mode')
    },
  )

  property.prop([text])('problems are in the order of the file, and each is said once', (content) => {
    const problems = problemsOf(parseAction(bytes(content), 'a'))
    const places = problems.map(({ line, column }) => line * 10_000 + column)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(new Set(problems.map((problem) => JSON.stringify(problem))).size).toBe(problems.length)
  })
})
