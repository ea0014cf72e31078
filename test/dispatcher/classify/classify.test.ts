import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClassifyOptions, classifyCommand } from '../../../dispatcher/cli/classify-command.js'
import { OpsRepo, POLICY } from '../../support/ops-repo.js'
import { Person, type Told } from '../../support/person.js'
import { folderOf } from '../validate/folder.js'

let ops: OpsRepo
let operator: Person
beforeAll(async () => {
  ops = await OpsRepo.make()
  operator = await Person.make(ops.remote.folder, null)
})
afterAll(() => ops.remove())

function classify(subject: string, options: ClassifyOptions = { repo: ops.remote.path }): Promise<Told> {
  return operator.run((adapters, terminal) => classifyCommand(subject, { json: true, ...options }, adapters, terminal))
}

const actionFile = (name: string, text: string) => join(folderOf({ [`${name}.toml`]: text }), `${name}.toml`)

describe('a formula', () => {
  it.each([
    ['touch', 'low'],
    ['dev', 'medium'],
    ['release', 'high'],
  ])('%s is %s, and why', async (formula, tier) => {
    const told = await classify(formula)
    expect(told).toMatchObject({ code: 0, err: '' })
    expect(told.json).toEqual({
      tier,
      rules: [
        { rule: 'policy_tier', saw: `[tiers] ${formula} = "${tier}"`, gave: tier },
        { rule: 'declared_blast_radius', saw: 'none declared', gave: 'no change' },
        { rule: 'requester_permission', saw: 'the requester may write', gave: 'no change' },
      ],
    })
  })

  it('15: one that is not known is high, and no error', async () => {
    const told = await classify('mystery')
    expect(told).toMatchObject({
      code: 0,
      json: { tier: 'high', rules: [{ saw: 'mystery is not in [tiers]' }, {}, {}] },
    })
    expect(told.err).toContain('no formula mystery is in force (formula_missing')
  })

  it('one that was probably meant is named', async () => {
    const told = await classify('dve')
    expect(told).toMatchObject({ code: 0, json: { tier: 'high' } })
    expect(told.err).toContain('no formula dve is in force; did you mean `dev`? (formula_missing')
  })

  it('one that was probably meant is named beside a policy file, which may leave out others', async () => {
    const policy = join(folderOf({ 'policy.toml': POLICY }), 'policy.toml')
    expect((await classify('relase', { policy })).err).toBe('note: relase is not in [tiers]; did you mean `release`?')
    expect((await classify('mystery', { policy })).err).toBe('')
  })

  it('may be named by its file', async () => {
    expect(await classify('formulas/dev.toml')).toMatchObject({ code: 0, json: { tier: 'medium' } })
  })

  it('is told to people in lines', async () => {
    const told = await classify('dev', { repo: ops.remote.path, json: false })
    expect(told.out.split('\n')[0]).toBe('medium')
    expect(told.out).toContain('policy_tier: [tiers] dev = "medium" -> medium')
  })

  it('is judged by the set in force, not by what nobody let in', async () => {
    const other = await OpsRepo.make()
    await other.put({ 'policy.toml': POLICY.replace('release = "high"', 'release = "low"') })
    expect((await classify('release', { repo: other.remote.path })).json).toMatchObject({ tier: 'high' })
    await other.put({ 'policy.toml': POLICY })
    await other.put({ 'policy.toml': POLICY.replace('dev = "medium"', 'dev = "high"') }, other.keys.alice)
    expect((await classify('dev', { repo: other.remote.path })).json).toMatchObject({ tier: 'high' })
    await other.remove()
  })
})

describe('an action file', () => {
  it('2: is raised by what it declares, never lowered', async () => {
    const raised = await classify(actionFile('a', ops.action('a', { lines: ['blast_radius = "high"'] })))
    expect(raised.json).toMatchObject({ tier: 'high', rules: [{ gave: 'low' }, { gave: 'raised to high' }, {}] })
    const lowered = await classify(
      actionFile('a', ops.action('a', { formula: 'release', lines: ['blast_radius = "low"'] })),
    )
    expect(lowered.json).toMatchObject({
      tier: 'high',
      rules: [{ gave: 'high' }, { gave: 'ignored: would lower' }, {}],
    })
  })

  it('with errors is high, and exits 1 with all of them', async () => {
    const path = actionFile('a', 'id = "b"\nformula = "touch"\ncontext = "x"\nsecrets = 1\n')
    const told = await classify(path)
    expect(told).toMatchObject({
      code: 1,
      json: { tier: 'high', rules: [{ rule: 'action_file', gave: 'high: unknown means high' }] },
    })
    expect(told.err).toContain(`${path}:1:1: `)
    expect(told.err).toContain(`${path}:4:1: `)
  })

  it('that is not there is a matter of usage', async () => {
    expect(await classify('./nothing.toml')).toMatchObject({ code: 2 })
    expect(await classify('No Formula')).toMatchObject({ code: 2 })
  })
})

describe('the policy', () => {
  it('may be a file that is only being written', async () => {
    const folder = folderOf({ 'policy.toml': POLICY.replace('touch = "low"', 'touch = "medium"') })
    expect((await classify('touch', { policy: join(folder, 'policy.toml') })).json).toMatchObject({ tier: 'medium' })
  })

  it('is the one of the current folder where no ops repo is named', async () => {
    const before = process.cwd()
    process.chdir(folderOf({ 'policy.toml': POLICY.replace('touch = "low"', 'touch = "high"') }))
    try {
      expect((await classify('touch', {})).json).toMatchObject({ tier: 'high' })
    } finally {
      process.chdir(before)
    }
  })

  it.each([
    ['broken', 'version = 1\n[write]\nenabled = "yes"\n'],
    ['of a later version', 'version = 2\n[write]\nenabled = true\n'],
  ])('%s: exit 2, and it is named', async (_, text) => {
    const path = join(folderOf({ 'policy.toml': text }), 'policy.toml')
    const told = await classify('touch', { policy: path })
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain('policy.toml:')
  })

  it('missing: exit 2', async () => {
    expect(await classify('touch', { policy: '/nonexistent/policy.toml' })).toMatchObject({ code: 2 })
  })
})
