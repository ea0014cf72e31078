import { createHash } from 'node:crypto'
import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFormula } from '../../../vault/formula/parse.js'
import { LIMITS } from '../../../vault/limits.js'
import { bytes, messagesOf, passed, problemsOf, told } from '../told.js'

const PATH = 'formulas/f.toml'
const STEP = '[[steps]]\nid = "go"\nrun = "true"\n'
const parse = (text: string, path = PATH) => parseFormula(path, bytes(text))
const tell = (text: string) => told(problemsOf(parse(text)))
/** Further lines begin at line 2; one step follows. */
const tellMore = (more: string) => tell(`name = "f"\n${more}\n${STEP}`)

describe('a formula', () => {
  it('needs no more than a name and a step', () => {
    const text = `name = "f"\n${STEP}`
    expect(passed(parse(text))).toEqual({
      name: 'f',
      description: '',
      version: 1,
      variables: new Map(),
      steps: [{ id: 'go', title: 'go', kind: 'run', text: 'true', needs: [], dryRun: false }],
      onFailure: [],
      timeoutMinutes: 60,
      idempotent: false,
      secrets: [],
      mounts: [],
      tools: [],
      models: [],
      path: PATH,
      digest: createHash('sha256').update(text).digest('hex'),
    })
  })

  it('can say all of it', () => {
    const text = `name = "f"
description = "Does it."
version = 3
timeout_minutes = 90
idempotent = true
secrets = ["TOKEN"]
mounts = []
tools = ["git"]
models = ["m"]
network = true
[vars.tag]
description = "The tag."
required = true
pattern = 'v\\d+'
[vars.level]
one_of = ["a", "b"]
default = "b"
[[steps]]
id = "one"
title = "First"
run = "echo"
dry_run = true
[[steps]]
id = "two"
needs = ["one"]
description = "Look at it."
[[on_failure]]
id = "undo"
run = "undo"
`
    expect(passed(parse(text))).toMatchObject({
      description: 'Does it.',
      version: 3,
      timeoutMinutes: 90,
      idempotent: true,
      secrets: ['TOKEN'],
      variables: new Map([
        [
          'tag',
          {
            name: 'tag',
            description: 'The tag.',
            required: true,
            default: null,
            rule: { kind: 'pattern', source: 'v\\d+' },
          },
        ],
        [
          'level',
          {
            name: 'level',
            description: '',
            required: false,
            default: 'b',
            rule: { kind: 'one_of', values: ['a', 'b'] },
          },
        ],
      ]),
      steps: [
        { id: 'one', title: 'First', kind: 'run', text: 'echo', needs: [], dryRun: true },
        { id: 'two', title: 'two', kind: 'prompt', text: 'Look at it.', needs: ['one'], dryRun: false },
      ],
      onFailure: [{ id: 'undo', kind: 'run' }],
    })
  })
})

describe('one problem each, where it stands', () => {
  it.each([
    ['version = 0', '2:1 bad_value'],
    ['version = "1"', '2:1 wrong_type'],
    ['timeout_minutes = 1441', '2:1 bad_value'],
    ['idempotent = "no"', '2:1 wrong_type'],
    ['network = false', '2:1 not_supported'],
    ['network = "none"', '2:1 wrong_type'],
    ['mounts = ["/x"]', '2:1 not_supported'],
    ['secrets = ["a"]', '2:12 bad_value'],
    ['secrets = ["A", "A"]', '2:17 duplicate'],
    ['tools = ["a", "a"]', '2:15 duplicate'],
    ['models = ["a", "a"]', '2:16 duplicate'],
    ['tier = "low"', '2:1 unknown_key'],
    ['[vars.x]\ndefualt = "a"', '3:1 unknown_key'],
    ['[vars.X]', '2:1 bad_value'],
    ['vars = ["x"]', '2:1 wrong_type'],
    ['[vars]\nx = "y"', '3:1 wrong_type'],
    ["[vars.x]\npattern = '['", '3:1 bad_value'],
    ["[vars.x]\npattern = 'a)|(b'", '3:1 bad_value'],
    ["[vars.x]\npattern = '\\-'", '3:1 bad_value'],
    ["[vars.x]\npattern = '(a+)+'", '3:1 bad_value'],
    [`[vars.x]\npattern = '${'a'.repeat(LIMITS.patternChars + 1)}'`, '3:1 bad_value'],
    ["[vars.x]\npattern = 'a'\none_of = ['a']", '4:1 bad_value'],
    ['[vars.x]\none_of = []', '3:1 bad_value'],
    ['[vars.x]\none_of = ["a", "a"]', '3:16 duplicate'],
    ["[vars.x]\npattern = 'a+'\ndefault = 'ab'", '4:1 bad_value'],
    ["[vars.x]\none_of = ['a']\ndefault = ''", '4:1 bad_value'],
    ["[vars.x]\ndefault = 'a'\nrequired = true", '4:1 bad_value'],
    ['[vars.x]\ndefault = "a\\u0000"', '3:1 bad_value'],
    ['secrets = ["A"]\n[vars.x]', '3:1 variable_unbound'],
    ['secrets = ["A"]\n[vars.x]\ndescription = "free"', '3:1 variable_unbound'],
  ])('%s', (more, expected) => {
    expect(tellMore(more)).toEqual([expected])
  })

  it.each([
    ['no name', STEP, ['1:1 missing_key']],
    ['another name', `name = "g"\n${STEP}`, ['1:1 bad_value']],
    ['no steps', 'name = "f"', ['1:1 missing_key']],
    ['an empty list of steps', 'name = "f"\nsteps = []', ['2:1 bad_value']],
    ['steps as a table', 'name = "f"\n[steps]\nid = "x"', ['2:1 wrong_type']],
    ['only on_failure', 'name = "f"\n[[on_failure]]\nid = "x"\nrun = "y"', ['1:1 missing_key']],
    ['a step without an id', 'name = "f"\n[[steps]]\nrun = "x"', ['2:1 missing_key']],
    ['a step with an odd id', 'name = "f"\n[[steps]]\nid = "A"\nrun = "x"', ['3:1 bad_value']],
    ['a step that does nothing', 'name = "f"\n[[steps]]\nid = "x"', ['2:1 missing_key']],
    ['a step that does two things', 'name = "f"\n[[steps]]\nid = "x"\nrun = "y"\ndescription = "z"', ['5:1 bad_value']],
    ['an empty run', 'name = "f"\n[[steps]]\nid = "x"\nrun = ""', ['4:1 bad_value']],
    ['a NUL in run', 'name = "f"\n[[steps]]\nid = "x"\nrun = "a\\u0000"', ['4:1 bad_value']],
    ['an id twice', `name = "f"\n${STEP}${STEP}`, ['6:1 duplicate']],
    ['an id in both lists', `name = "f"\n${STEP}${STEP.replace('steps', 'on_failure')}`, ['6:1 duplicate']],
    ['needs itself', `name = "f"\n${STEP}needs = ["go"]`, ['5:10 needs_unknown']],
    ['needs a later one', `name = "f"\n${STEP}needs = ["x"]\n[[steps]]\nid = "x"\nrun = "y"`, ['5:10 needs_unknown']],
    [
      'on_failure needs a step of the other list',
      `name = "f"\n${STEP}[[on_failure]]\nid = "x"\nrun = "y"\nneeds = ["go"]`,
      ['8:10 needs_unknown'],
    ],
    ['needs one twice', `name = "f"\n${STEP}[[steps]]\nid = "x"\nrun = "y"\nneeds = ["go", "go"]`, ['8:16 duplicate']],
    ['TOML that is none', 'name =', ['1:7 toml_syntax']],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual(expected)
  })

  it('all at once', () => {
    const text = 'name = "g"\nsecrets = ["A"]\nnetwork = false\n[vars.x]\n[[steps]]\nid = "x"\nneeds = ["y"]\n'
    expect(tell(text)).toEqual([
      '1:1 bad_value',
      '3:1 not_supported',
      '4:1 variable_unbound',
      '5:1 missing_key',
      '7:10 needs_unknown',
    ])
  })

  it('words say why', () => {
    expect(messagesOf(parse(`name = "f"\nnetwork = false\n${STEP}`))).toContain('cannot cut a run off the network')
    expect(messagesOf(parse(`name = "f"\n[vars.x]\npattern = '['\n${STEP}`))).toContain('is not a regular expression')
  })
})

describe('a script', () => {
  it('is a formula with one step that takes nothing', () => {
    const script = bytes('#!/bin/sh\nset -eu\n')
    expect(passed(parseFormula('formulas/tidy-up.sh', script))).toMatchObject({
      name: 'tidy-up',
      version: 1,
      variables: new Map(),
      steps: [{ kind: 'run', text: 'sh "$COUNTERSIGN_FORMULAS/tidy-up.sh"', needs: [] }],
      secrets: [],
      timeoutMinutes: 60,
      idempotent: false,
      digest: createHash('sha256').update(script).digest('hex'),
    })
  })

  it.each(['a b', '$(id)', 'a"b', '-x', 'Lib', '', '..', 'a;b'])(
    'named %j is refused: the name goes into a shell line',
    (name) => {
      expect(told(problemsOf(parseFormula(`formulas/${name}.sh`, bytes(''))))).toEqual(['1:1 bad_value'])
    },
  )

  it('has a limit', () => {
    const large = new Uint8Array(LIMITS.trustFileBytes + 1)
    expect(told(problemsOf(parseFormula('formulas/a.sh', large)))).toEqual(['1:1 file_too_large'])
  })
})

property.prop([fc.uint8Array({ maxLength: 300 }), fc.constantFrom(PATH, 'formulas/a.sh', 'x', 'formulas/.toml')])(
  'bytes never throw',
  (content, path) => {
    const parsed = parseFormula(path, content)
    expect(parsed.ok || parsed.problems.length > 0).toBe(true)
  },
)
