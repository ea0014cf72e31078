/** An auditor, an operator and a CI job read what is there: `status`, `log`, `verify`, `validate`, `classify`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from './cli.js'
import { Ops } from './ops.js'
import type { User } from './user.js'

let ops: Ops
/** A stranger with nothing but a clone and a key. */
let auditor: User
let key: string
beforeAll(async () => {
  ops = await Ops.make()
  auditor = ops.people.mallory
  key = String(ops.told['dispatcher_key'])
  const { agent, alice } = ops.people
  await ops.push(agent, 'low-1')
  await ops.push(agent, 'high-1', { formula: 'note-gated' })
  await ops.push(agent, 'waits-1', { formula: 'note-reviewed', vars: { words: 'who are you' } })
  await alice.cli('approve', 'high-1', '--yes', '--repo', ops.path)
  await ops.verdicts()
})
afterAll(() => ops.remove())

const audit = (...args: readonly string[]) => auditor.cli(...args, '--repo', ops.path)

describe('status', () => {
  it('says what is in force, and what waits on whom', async () => {
    const told = await audit('status', '--json')
    expect(told.code, told.text).toBe(0)
    expect(told.json()).toMatchObject({
      trust_set: { commit: expect.stringMatching(/^[0-9a-f]{40}$/), ok: true },
      frozen: false,
      actions: [
        { id: 'waits-1', tier: 'medium', state: 'waiting', reason: 'pending_async_review', who: 'alice, amy, bob' },
      ],
    })
    expect(((told.json()['actions'] as Json[])[0] as Json)['judgement']).toBeUndefined()
    const text = await audit('status')
    expect(text.stdout).toContain('trust set in force: commit ')
    expect(text.stdout).toContain('frozen: no')
    expect(text.stdout).toContain('waits-1  medium  waiting: pending_async_review\n    waits on: alice, amy, bob')
  })

  it('says where a trust root that is none was named', async () => {
    const told = await audit('status', '--root', 'a'.repeat(40))
    expect(told.code, told.text).toBe(3)
    expect(told.stderr).toContain('; correct --root or --repo\n')
  })

  it('of one that waits is its plan, its rules and the commands to type', async () => {
    const text = await audit('status', 'waits-1')
    expect(text.code, text.text).toBe(0)
    expect(text.stdout).toContain('waits-1 is medium, pending async review')
    expect(text.stdout).toContain('words = "who are you"')
    expect(text.stdout).toContain('countersign approve waits-1')
    expect(text.stdout).toContain('git push origin --delete vault/waits-1')
    expect(text.stdout).toContain('policy_tier: [tiers] note-reviewed = "medium" -> medium')
    const json = (await audit('status', 'waits-1', '--json')).json()
    expect(json).toMatchObject({
      id: 'waits-1',
      state: 'waiting',
      rules: expect.any(Array),
      remedy: expect.stringContaining('countersign approve waits-1'),
    })
  })

  it('of one that fired points to its record; of one that is not there says so', async () => {
    const json = (await audit('status', 'high-1', '--json')).json()
    expect(json).toMatchObject({
      id: 'high-1',
      tier: 'high',
      state: 'fired',
      status: 'succeeded',
      record: expect.stringMatching(/^vault\/fired\/.*\/high-1$/),
    })
    const absent = await audit('status', 'nobody-asked')
    expect(absent.code).toBe(1)
    expect(absent.stderr).toContain('there is no action "nobody-asked"')
    expect((await audit('status', 'wait-1')).stderr).toContain('did you mean `waits-1`?')
  })
})

describe('log', () => {
  it('is a table for people and lines for programs, and takes filters', async () => {
    const text = await audit('log')
    expect(text.stdout).toContain('second key')
    expect(text.stdout).toMatch(/low-1 +low +note +succeeded +none: policy/)
    expect(text.stdout).toMatch(/high-1 +high +note-gated +succeeded +merged by alice/)
    const lines = (await audit('log', '--json')).lines()
    expect(lines.map(({ id }) => id).toSorted()).toEqual(['high-1', 'low-1'])
    const high = (await audit('log', '--tier', 'high', '--json')).json()
    expect(high).toMatchObject({
      id: 'high-1',
      tier: 'high',
      formula: 'note-gated',
      status: 'succeeded',
      second_key: { kind: 'signed_merge', by: 'alice' },
      claimed_at: expect.stringMatching(/Z$/),
      ended_at: expect.stringMatching(/Z$/),
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      record: expect.stringContaining('/high-1'),
    })
    const never = await audit('log', '--formula', 'release')
    expect(never.code).toBe(0)
    expect(never.stdout).toContain('nothing fired that fits')
  })

  it('of one action is its records, decoded', async () => {
    const json = (await audit('log', 'high-1', '--json')).json()
    expect(json).toMatchObject({ action: expect.anything(), intent: expect.anything(), outcome: expect.anything() })
    const text = await audit('log', 'high-1')
    expect(text.stdout).toContain('who asked: agent')
    expect(text.stdout).toContain('who approved: alice (admin')
    expect(text.stdout).toContain('words = hello')
    expect((await audit('log', 'nobody-asked')).code).toBe(1)
  })
})

describe('verify', () => {
  it('holds for the bare repository, and for a fresh clone of it', async () => {
    const clone = await auditor.clone(ops.path)
    for (const repo of [ops.path, clone.path]) {
      const told = await auditor.cli('verify', '--repo', repo, '--key', key, '--json')
      expect(told.code, told.text).toBe(0)
      expect(told.json()).toMatchObject({ ok: true, checked: 4, findings: [] })
    }
    const text = await audit('verify', '--key', key)
    expect(text.stdout).toContain('every record is signed by a pinned key')
  })

  it('without a key says which one; with a wrong one holds nothing', async () => {
    const without = await audit('verify')
    expect(without.code).toBe(2)
    expect(without.stderr).toContain('--key ed25519:')
    const wrong = await audit('verify', '--key', `ed25519:${Buffer.alloc(32, 7).toString('base64')}`, '--json')
    expect(wrong.code, wrong.text).toBe(1)
    expect(wrong.json()).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([expect.objectContaining({ code: 'record_key_unknown' })]),
    })
  })

  it('finds a record that somebody changed, in a clone of their own', async () => {
    const clone = await auditor.clone(ops.path)
    const [outcome = ''] = (await ops.paths('vault/fired')).filter((path) => path.endsWith('low-1/outcome.json'))
    const text = await readFile(join(clone.path, outcome), 'utf8')
    await clone.commit({ message: 'nothing to see', files: { [outcome]: text.replace('"sig":"', '"sig":"AAAA') } })
    const told = await auditor.cli('verify', '--repo', clone.path, '--key', key, '--json')
    expect(told.code, told.text).toBe(1)
    expect(told.json()).toMatchObject({ ok: false })
    expect(JSON.stringify(told.json()['findings'])).toContain('low-1')
    const said = await auditor.cli('verify', '--repo', clone.path, '--key', key)
    expect(said.stdout).toContain(outcome)
  })
})

describe('validate', () => {
  it('takes a clone as a whole, one file, a folder; and what is on main', async () => {
    const clone = await ops.cloneOf(ops.people.alice)
    await clone.update()
    const { alice } = ops.people
    expect((await alice.cliIn(clone.path, 'validate')).stdout).toMatch(/\d+ files, no problems/)
    const some = await alice.cliIn(clone.path, 'validate', 'policy.toml', 'formulas', '--json')
    expect(some.code, some.text).toBe(0)
    expect(some.json()).toMatchObject({
      ok: true,
      files: expect.arrayContaining([
        expect.objectContaining({ path: 'policy.toml', kind: 'policy', ok: true, problems: [] }),
      ]),
    })
    expect((await audit('validate', '--json')).json()).toMatchObject({ ok: true })
  })

  it('names every problem of broken files with line and column, and exits 1', async () => {
    const folder = join(ops.folder, 'drafts')
    await mkdir(join(folder, 'vault', 'actions'), { recursive: true })
    await mkdir(join(folder, 'formulas'), { recursive: true })
    const action = join(folder, 'vault', 'actions', 'draft.toml')
    await writeFile(action, 'id = "other"\nformula = "note"\nsecrets = "none"\nurgent = true\n')
    const formula = join(folder, 'formulas', 'bad.toml')
    await writeFile(formula, 'name = "bad"\nversion = "one"\n')
    const told = await auditor.cli('validate', action, formula, '--json')
    expect(told.code, told.text).toBe(1)
    const { files } = told.json() as { files: readonly { problems: readonly Json[] }[] }
    const codes = files.map(({ problems }) => problems.map(({ code }) => code))
    expect(codes[0]).toEqual(expect.arrayContaining(['id_not_file_name', 'missing_key', 'wrong_type', 'unknown_key']))
    expect(codes[1]).toEqual(expect.arrayContaining(['missing_key', 'wrong_type']))
    const text = await auditor.cli('validate', action)
    expect(text.stdout).toMatch(/draft\.toml:4:1: .*urgent.*\(unknown_key\)/)
    expect(text.stdout).toMatch(/\d+ problems in 1 of 1 file$/m)
    const absent = await auditor.cli('validate', join(folder, 'absent.toml'))
    expect(absent.code, absent.text).not.toBe(0)
    expect(absent.text).toContain('absent.toml')
  })
})

describe('classify', () => {
  it('says the tier of a formula or an action, and why', async () => {
    const high = await audit('classify', 'note-gated')
    expect(high.code).toBe(0)
    expect(high.stdout).toMatch(/^high\n/)
    expect(high.stdout).toContain('[tiers] note-gated = "high"')
    const unknown = await audit('classify', 'wipe-production', '--json')
    expect(unknown.json()).toMatchObject({
      tier: 'high',
      rules: expect.arrayContaining([
        expect.objectContaining({ saw: 'wipe-production is not in [tiers]', gave: 'high' }),
      ]),
    })
    const file = join(ops.folder, 'raised.toml')
    await writeFile(file, ops.action('raised', { lines: ['blast_radius = "medium"'] }))
    expect((await audit('classify', file, '--json')).json()).toMatchObject({ tier: 'medium' })
  })
})
