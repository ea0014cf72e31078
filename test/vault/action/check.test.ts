import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAction, effectiveTimeoutMinutes, effectiveVariables } from '../../../vault/action/check.js'
import { type LocatedAction, parseAction } from '../../../vault/action/parse.js'
import { formula } from '../formula/sample.js'
import { bytes, passed, told } from '../told.js'

const HEAD = 'id = "a"\nformula = "f"\ncontext = "why"\n'

/** An action whose further lines begin at line 4. */
const action = (more: string): LocatedAction =>
  passed(parseAction(bytes(`${HEAD}${more.includes('secrets') ? '' : 'secrets = []\n'}${more}`), 'a'))

const VARS = [
  '[vars.tag]',
  'required = true',
  "pattern = 'v\\d+|next'",
  '[vars.level]',
  'one_of = ["info", "debug"]',
  'default = "info"',
  '[vars.free]',
].join('\n')

describe('variables', () => {
  it.each([
    ['all is well', '[vars]\ntag = "v1"\nlevel = "debug"\nfree = "x\\ny"', []],
    ['defaults count', 'vars.tag = "next"', []],
    ['an undeclared one', '[vars]\ntag = "v1"\ntga = "v2"', ['7:1 variable_undeclared']],
    ['a missing one, with [vars]', '[vars]\nlevel = "info"', ['5:1 variable_missing']],
    ['a missing one, without [vars]', 'dry_run = true', ['1:1 variable_missing']],
    ['a value beside the pattern', 'vars.tag = "1"', ['5:6 variable_rejected']],
    ['a value with more before', 'vars.tag = "x v1"', ['5:6 variable_rejected']],
    ['a value with more behind, after a line end', 'vars.tag = "v1\\n; rm"', ['5:6 variable_rejected']],
    ['alternatives are anchored both', 'vars.tag = "v1next"', ['5:6 variable_rejected']],
    ['a value not listed', '[vars]\ntag = "v1"\nlevel = "trace"', ['7:1 variable_rejected']],
    [
      'all at once',
      '[vars]\nlevel = "x"\nfoo = "y"',
      ['5:1 variable_missing', '6:1 variable_rejected', '7:1 variable_undeclared'],
    ],
  ])('%s', (_what, more, expected) => {
    expect(told(checkAction(action(more), formula(VARS)))).toEqual(expected)
  })

  it('messages say what is allowed', () => {
    const messages = checkAction(action('[vars]\ntag = "\\u001b[1m"\nlevel = "x"\nfre = "y"'), formula(VARS)).map(
      ({ message }) => message,
    )
    expect(messages).toEqual([
      'The variable `tag` is "\\u{1b}[1m", but must match the pattern ^(?:v\\d+|next)$. Correct it.',
      'The variable `level` is "x", but must be one of "info", "debug". Correct it.',
      'The formula f has no variable `fre`; did you mean `free`? Remove or correct it; it has tag, level, free.',
    ])
  })

  it('a missing one is asked for by what it means, and without that by its rule', () => {
    const of = (vars: string) => checkAction(action(''), formula(vars)).map(({ message }) => message)
    const vars = (description: string) => `[vars.tag]\nrequired = true\n${description}pattern = "v[0-9]+"`
    expect(of(vars('description = """\nThe tag \\u001b[1m, such as v1.\nMore of it."""\n'))).toEqual([
      'The formula f needs the variable `tag`: "The tag \\u{1b}[1m, such as v1.". Add it under [vars], or ask with --var tag=….',
    ])
    expect(of(vars(''))).toEqual([
      'The formula f needs the variable `tag`: it must match the pattern ^(?:v[0-9]+)$. Add it under [vars], or ask with --var tag=….',
    ])
  })

  it('an unanchored look-alike does not pass: unicode counts by whole characters', () => {
    const rule = '[vars.x]\npattern = "."'
    expect(checkAction(action('vars.x = "🙂"'), formula(rule))).toEqual([])
    expect(told(checkAction(action('vars.x = "\\n"'), formula(rule)))).toEqual(['5:6 variable_rejected'])
  })

  it("effective ones are the action's, then the defaults; what has neither is absent", () => {
    const { action: asked } = action('[vars]\ntag = "v1"')
    expect([...effectiveVariables(asked, formula(VARS))]).toEqual([
      ['tag', 'v1'],
      ['level', 'info'],
    ])
    const { action: other } = action('[vars]\nlevel = "debug"\nfree = ""')
    expect([...effectiveVariables(other, formula(VARS))]).toEqual([
      ['level', 'debug'],
      ['free', ''],
    ])
  })
})

describe('what a formula allows', () => {
  it.each([
    ['secrets = ["A", "B"]', 'secrets = ["A"]', '4:17 secret_not_allowed'],
    ['secrets = ["A"]', '', '4:12 secret_not_allowed'],
    ['tools = ["git", "rm"]', 'tools = ["git"]', '5:17 tool_not_allowed'],
    ['model = "big"', 'models = ["small"]', '5:1 model_not_allowed'],
    ['model = "big"', '', '5:1 model_not_allowed'],
  ])('%s against %s', (more, allowed, expected) => {
    expect(told(checkAction(action(more), formula(allowed)))).toEqual([expected])
  })

  it('is not refused', () => {
    const allowed = formula('secrets = ["A", "B"]\ntools = ["git"]\nmodels = ["m"]')
    expect(checkAction(action('secrets = ["B"]\ntools = ["git"]\nmodel = "m"'), allowed)).toEqual([])
  })

  it('mounts are checked too, though no file can ask for one yet', () => {
    const located = action('')
    const mounting = { ...located, action: { ...located.action, mounts: ['/'] } }
    expect(told(checkAction(mounting, formula()))).toEqual(['1:1 mount_not_allowed'])
  })
})

describe('the time limit', () => {
  it.each([
    ['', '', 60],
    ['timeout_minutes = 5', '', 5],
    ['timeout_minutes = 90', '', 60],
    ['', 'timeout_minutes = 120', 120],
    ['timeout_minutes = 90', 'timeout_minutes = 120', 90],
    ['timeout_minutes = 90', 'timeout_minutes = 30', 30],
  ])('action %j, formula %j: %i', (more, formulaLines, expected) => {
    expect(effectiveTimeoutMinutes(action(more).action, formula(formulaLines))).toBe(expected)
  })

  property.prop([fc.integer({ min: 1, max: 1440 }), fc.integer({ min: 1, max: 1440 })])(
    "is never above the formula's",
    (a, b) => {
      const minutes = effectiveTimeoutMinutes(
        action(`timeout_minutes = ${a}`).action,
        formula(`timeout_minutes = ${b}`),
      )
      expect(minutes).toBe(Math.min(a, b))
    },
  )
})
