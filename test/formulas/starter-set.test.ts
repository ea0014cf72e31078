// What holds for all formulas that come with Countersign, and for the starter policy that names them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { oid } from '../../vault/oid.js'
import { compileTrustSet } from '../../vault/policy/compile-trust-set.js'
import { formulaNames as formulaFileNames } from '../../vault/policy/formula-paths.js'
import { parsePolicy } from '../../vault/policy/parse.js'
import { tierProblems } from '../../vault/policy/tier-problems.js'
import type { TrustFile } from '../../vault/policy/trust-set.js'
import { FORMULAS, formulaNames, isAgentFormula, POLICY, readFormula, type StepTable } from './formula-file.js'

const TIERS: Readonly<Record<string, readonly string[]>> = {
  low: ['groom-backlog', 'triage', 'reproduce', 'review-pr'],
  medium: [
    'dev',
    'run-planner',
    'run-gardener',
    'run-predictor',
    'run-supervisor',
    'run-architect',
    'upgrade-dependency',
  ],
  high: ['run-publish-site', 'run-rent-a-human', 'add-rpc-method', 'release'],
}

const policyText = readFileSync(POLICY, 'utf8')
const policy = parse(policyText)
const tiers = policy['tiers'] as Readonly<Record<string, string>>
const readme = readFileSync(join(FORMULAS, 'README.md'), 'utf8')

const TOP = [
  'name',
  'description',
  'version',
  'timeout_minutes',
  'idempotent',
  'secrets',
  'mounts',
  'tools',
  'models',
  'network',
  'vars',
  'steps',
  'on_failure',
]
const STEP = ['id', 'title', 'needs', 'run', 'description', 'dry_run']
const VARIABLE = ['description', 'required', 'default', 'pattern', 'one_of']

const unknown = (table: object, known: readonly string[]) => Object.keys(table).filter((key) => !known.includes(key))
const textOf = (steps: readonly StepTable[]) => steps.map((step) => step.run ?? step.description ?? '').join('\n')
const script = (name: string) => readFileSync(join(FORMULAS, name), 'utf8')

/** The text of the steps with that of all scripts that they name, those that these name included. */
function wholeText(text: string, seen: ReadonlySet<string> = new Set()): string {
  const names = [...text.matchAll(/\$COUNTERSIGN_FORMULAS\/([a-z/-]+\.sh)/g)].map((match) => match[1] ?? '')
  const fresh = [...new Set(names)].filter((name) => !seen.has(name))
  return [text, ...fresh.map((name) => wholeText(script(name), new Set([...seen, ...fresh])))].join('\n')
}

/** All that `init` lays into an ops repo as its trust set, but for the signers. */
function trustFiles(): readonly TrustFile[] {
  const names = readdirSync(FORMULAS, { recursive: true, encoding: 'utf8', withFileTypes: true })
  const formulas = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return [
    { path: 'policy.toml', bytes: readFileSync(POLICY) },
    ...formulas.map((path) => ({ path: `formulas/${relative(FORMULAS, path)}`, bytes: readFileSync(path) })),
  ]
}

describe("the daemon's own parsers", () => {
  it('accept policy and formulas, and take no script for a formula', () => {
    const ids = { policy: oid('a'.repeat(40)), formulas: oid('b'.repeat(40)), signers: null }
    const compiled = compileTrustSet(ids, trustFiles(), 'forge')
    expect(compiled).toMatchObject({ ok: true })
    if (compiled.ok) expect([...compiled.set.formulas.keys()].sort()).toEqual([...formulaNames].sort())
  })

  it('find no formula without a tier and no tier without a formula', () => {
    const parsed = parsePolicy(readFileSync(POLICY))
    expect(parsed).toMatchObject({ ok: true })
    const paths = trustFiles().map(({ path }) => path)
    if (parsed.ok) expect(tierProblems(parsed.value, formulaFileNames(paths))).toEqual([])
  })
})

describe('the starter policy', () => {
  it('puts each formula into its tier', () => {
    const expected = Object.entries(TIERS).flatMap(([tier, names]) => names.map((name) => [name, tier]))
    expect(tiers).toEqual(Object.fromEntries(expected))
    expect(new Set(formulaNames)).toEqual(new Set(Object.values(TIERS).flat()))
  })

  it('is off, pins nobody, and ends with an open table of signers', () => {
    expect(policy).toMatchObject({
      version: 1,
      write: { enabled: false },
      approval: { never: [], medium: { reviewed_by: 'write' }, high: { merged_by: 'admin' } },
      signers: {},
    })
    expect(policyText.split('\n')).toContain('enabled = false')
    expect(policyText.trimEnd().split('\n').at(-1)).toBe('[signers]')
    expect(parse(`${policyText}ada = "admin"\n`)['signers']).toEqual({ ada: 'admin' })
  })
})

describe.each(formulaNames)('%s', (name) => {
  const formula = readFormula(name)
  const variables = Object.entries(formula.vars ?? {})
  const steps = [...formula.steps, ...(formula.on_failure ?? [])]

  it('has the name of its file and all that an approver wants to know', () => {
    expect(formula.name).toBe(name)
    expect(formula.version).toBe(1)
    expect(formula.description.trim().length).toBeGreaterThan(80)
    expect(formula.timeout_minutes).toBeGreaterThan(0)
    for (const secret of formula.secrets) expect(secret).toMatch(/^[A-Z][A-Z0-9_]{0,63}$/)
  })

  it('stands in the README with its tier, variables and secrets', () => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` | `)) ?? ''
    const [, , tier, , vars, secrets] = row.split('|').map((cell) => cell.trim())
    const names = variables.map(([variable, rule]) => (rule.required === true ? `**${variable}**` : variable))
    expect({ tier, secrets }).toEqual({ tier: tiers[name], secrets: formula.secrets.join(', ') || '–' })
    expect(new Set(vars?.split(', '))).toEqual(new Set(names))
  })

  it('has no key that the format does not know', () => {
    expect(unknown(formula, TOP)).toEqual([])
    expect(steps.flatMap((step) => unknown(step, STEP))).toEqual([])
    expect(variables.flatMap(([, variable]) => unknown(variable, VARIABLE))).toEqual([])
  })

  it('describes and bounds each variable, and its defaults pass', () => {
    for (const [variable, rule] of variables) {
      expect(variable).toMatch(/^[a-z][a-z0-9_]{0,63}$/)
      expect(rule.description.length, variable).toBeGreaterThan(10)
      expect(
        [rule.pattern, rule.one_of].filter((bound) => bound !== undefined),
        variable,
      ).toHaveLength(1)
      expect(rule.required === true && rule.default !== undefined, variable).toBe(false)
      if (rule.default === undefined) continue
      if (rule.one_of !== undefined) expect(rule.one_of).toContain(rule.default)
      else expect(rule.default).toMatch(new RegExp(`^(?:${rule.pattern})$`, 'u'))
    }
  })

  it('has steps that run or ask, and need only earlier ones', () => {
    expect(new Set(steps.map((step) => step.id)).size).toBe(steps.length)
    for (const list of [formula.steps, formula.on_failure ?? []]) {
      for (const [at, step] of list.entries()) {
        expect(
          [step.run, step.description].filter((text) => text !== undefined),
          step.id,
        ).toHaveLength(1)
        expect(step.title.length, step.id).toBeGreaterThan(5)
        const earlier = list.slice(0, at).map((each) => each.id)
        for (const need of step.needs ?? []) expect(earlier).toContain(need)
      }
    }
  })

  it('uses only variables and secrets that it declares, and all of them', () => {
    const used = (pattern: RegExp) =>
      new Set([...wholeText(textOf(steps)).matchAll(pattern)].map((match) => match[1] ?? ''))
    const declared = new Set(variables.map(([variable]) => variable.toUpperCase()))
    const named = used(/\bVAR_([A-Z][A-Z0-9_]*)/g)
    expect([...declared].filter((variable) => !named.has(variable))).toEqual([])
    // A script that several formulas share asks for what only some of them declare, and then with a default.
    const unguarded = used(/\$\{?VAR_([A-Z][A-Z0-9_]*)(?!:-|[A-Z0-9_]|%%|#)/g)
    expect([...unguarded].filter((variable) => !declared.has(variable))).toEqual([])
    expect([...used(/\bSECRET_([A-Z][A-Z0-9_]*)/g)].filter((secret) => secret !== 'GIT_TOKEN')).toEqual([])
  })

  it('never splices a variable into shell text', () => {
    for (const step of steps)
      if (step.run !== undefined) expect(step.run).toMatch(/^sh "\$COUNTERSIGN_FORMULAS\/[a-z-]+\.sh"( [a-z-]+)?$/)
    expect(wholeText(textOf(steps.filter((step) => step.run !== undefined)))).not.toMatch(/\beval\b|\bsh -c\b/)
  })
})

describe.each(formulaNames.filter((name) => isAgentFormula(readFormula(name))))('the agent formula %s', (name) => {
  const formula = readFormula(name)
  const prompt = textOf(formula.steps)

  it('has at least three steps that a stranger could follow', () => {
    expect(formula.steps.length).toBeGreaterThanOrEqual(3)
    for (const step of formula.steps) expect((step.description ?? '').length, step.id).toBeGreaterThan(200)
  })

  it('says when to stop and what never to do', () => {
    expect(prompt).toMatch(/\bNever: /)
    expect(prompt).toMatch(/\b[Ss]top\b|If all is calm/)
  })

  it('is left out of a dry run, and may run twice only if it pushes nothing', () => {
    for (const step of formula.steps) expect(step.dry_run).toBeUndefined()
    expect(formula.idempotent).toBe(formula.secrets.length === 0)
  })
})

it('bounds the address of a repo in one way in all formulas', () => {
  const rules = formulaNames
    .map((name) => readFormula(name).vars?.['repo_url']?.pattern)
    .filter((rule) => rule !== undefined)
  expect(new Set(rules).size).toBe(1)
  const accepts = (url: string) => new RegExp(`^(?:${rules[0]})$`, 'u').test(url)
  expect(
    [
      'https://github.com/acme/site.git',
      'https://forge.example.org:8443/~ada/site/',
      'http://127.0.0.1:3000/a/b',
      'ssh://git@forge.example.org:2222/acme/site.git',
      'git@github.com:acme/site.git',
      'git@host:/srv/git/site.git',
      '/srv/git/site.git',
      'file:///srv/.cache/site.git',
    ].filter((url) => !accepts(url)),
  ).toEqual([])
  expect(
    [
      '',
      '/',
      'site.git',
      './site',
      '-x',
      'https://a@b/c',
      'https:///x',
      'http://a/b',
      'ext::sh',
      'https://a/..',
      '/a b',
      '/a\n',
      'https://a/b?c',
      "/a'b",
    ].filter(accepts),
  ).toEqual([])
})
