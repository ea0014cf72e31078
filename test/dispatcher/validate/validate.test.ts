import { chmodSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ValidateOptions, validateCommand } from '../../../dispatcher/cli/validate-command.js'
import { OpsRepo, POLICY } from '../../support/ops-repo.js'
import { Person, type Told } from '../../support/person.js'
import { folderOf } from './folder.js'

let ops: OpsRepo
let agent: Person
let signers: string
beforeAll(async () => {
  ops = await OpsRepo.make()
  agent = await Person.make(ops.remote.folder, ops.keys.agent)
  signers = (await ops.remote.read('main', 'allowed_signers')) ?? ''
})
afterAll(() => ops.remove())

/** A whole and valid ops repo, with these files laid over it; null leaves one out. */
function opsFolder(files: Readonly<Record<string, string | Uint8Array | null>> = {}): string {
  const formulas = Object.fromEntries(
    ['touch', 'dev', 'release'].map((name) => [`formulas/${name}.toml`, OpsRepo.formula(name)]),
  )
  const all = {
    'policy.toml': POLICY,
    allowed_signers: signers,
    ...formulas,
    'vault/actions/README.md': 'Actions\n',
    ...files,
  }
  return folderOf(
    Object.fromEntries(Object.entries(all).flatMap(([path, content]) => (content === null ? [] : [[path, content]]))),
  )
}

function validate(paths: readonly string[], options: ValidateOptions = {}): Promise<Told> {
  return agent.run((adapters, terminal) => validateCommand(paths, { json: true, ...options }, adapters, terminal))
}

interface File {
  readonly path: string
  readonly kind: string
  readonly ok: boolean
  readonly problems: readonly {
    readonly line: number
    readonly column: number
    readonly code: string
    readonly message: string
  }[]
}
const filesOf = (told: Told) => told.json['files'] as readonly File[]
/** Path to codes, of files with problems. */
const wrong = (told: Told, folder = '.') =>
  Object.fromEntries(
    filesOf(told).flatMap(({ path, problems }) =>
      problems.length === 0 ? [] : [[path.replace(`${folder}/`, ''), problems.map(({ code }) => code)]],
    ),
  )

describe('an ops repo as a folder', () => {
  it('is walked: policy, formulas, signers and actions', async () => {
    const folder = opsFolder({ 'vault/actions/a.toml': ops.action('a') })
    const told = await validate([folder])
    expect(told).toMatchObject({ code: 0, err: '', json: { ok: true } })
    expect(filesOf(told).map(({ path, kind }) => [path.replace(`${folder}/`, ''), kind])).toEqual([
      ['allowed_signers', 'allowed_signers'],
      ['formulas/dev.toml', 'formula'],
      ['formulas/release.toml', 'formula'],
      ['formulas/touch.toml', 'formula'],
      ['policy.toml', 'policy'],
      ['vault/actions/a.toml', 'action'],
    ])
  })

  it('is the current folder where no path is given', async () => {
    const before = process.cwd()
    process.chdir(opsFolder())
    try {
      const told = await validate([])
      expect(told.code).toBe(0)
      expect(filesOf(told)[0]?.path).toBe('allowed_signers')
    } finally {
      process.chdir(before)
    }
  })

  it.each([
    ['a tier without a formula', { 'formulas/dev.toml': null }, { 'policy.toml': ['tier_without_formula'] }],
    [
      'a formula without a tier',
      { 'formulas/new.toml': OpsRepo.formula('new') },
      { 'policy.toml': ['formula_without_tier'] },
    ],
    [
      'a policy that leaves no admin',
      { 'policy.toml': POLICY.replaceAll('"admin"', '"write"') },
      { 'policy.toml': ['no_admin'] },
    ],
    [
      'a signer without a key',
      { 'policy.toml': `${POLICY}carol = "admin"\n` },
      { 'policy.toml': ['signer_without_key'] },
    ],
    ['no policy', { 'policy.toml': null }, { 'policy.toml': ['file_missing'] }],
    ['no allowed_signers', { allowed_signers: null }, { allowed_signers: ['file_missing'] }],
    [
      'a signer line with options',
      { allowed_signers: 'alice valid-before="20300101" ssh-ed25519 AAAA\n' },
      { allowed_signers: ['signer_line'] },
    ],
    ['a policy that is no TOML', { 'policy.toml': 'version = \n' }, { 'policy.toml': ['toml_syntax'] }],
    [
      'a formula that has another name inside',
      { 'formulas/dev.toml': OpsRepo.formula('other') },
      { 'formulas/dev.toml': ['bad_value'] },
    ],
    [
      'an action that the formula does not allow',
      { 'vault/actions/a.toml': 'id = "a"\nformula = "touch"\ncontext = "x"\nsecrets = ["TOKEN"]\n' },
      { 'vault/actions/a.toml': ['variable_missing', 'secret_not_allowed'] },
    ],
    [
      'an action of a formula that there is not',
      { 'vault/actions/a.toml': 'id = "a"\nformula = "toutch"\ncontext = "x"\nsecrets = []\n' },
      { 'vault/actions/a.toml': ['formula_missing'] },
    ],
    [
      '10: an action with another id inside',
      { 'vault/actions/b.toml': 'id = "a"\nformula = "touch"\ncontext = "x"\nsecrets = []\n[vars]\ntrace = "x"\n' },
      { 'vault/actions/b.toml': ['id_not_file_name'] },
    ],
    [
      '1: an action that picks its dispatch',
      {
        'vault/actions/a.toml': 'id = "a"\nformula = "touch"\ncontext = "x"\nsecrets = []\ndispatch_mode = "direct"\n',
      },
      { 'vault/actions/a.toml': ['dispatch_mode_forbidden'] },
    ],
  ] as const)('finds %s', async (_, files, expected) => {
    const folder = opsFolder(files)
    const told = await validate([folder])
    expect(told.code).toBe(1)
    const codes = wrong(told, folder)
    for (const [path, found] of Object.entries(expected)) expect(new Set(codes[path])).toEqual(new Set(found))
    expect(told.json['ok']).toBe(false)
  })

  it('is one of a forge without signers and roles: allowed_signers is not missing there', async () => {
    const roles = POLICY.indexOf('[signers]')
    const forge = { 'policy.toml': POLICY.slice(0, roles), allowed_signers: null }
    const folder = opsFolder(forge)
    const told = await validate([folder])
    expect(told).toMatchObject({ code: 0, json: { ok: true } })
    expect(filesOf(told).map(({ path }) => path.replace(`${folder}/`, ''))).not.toContain('allowed_signers')
    const pinned =
      '[approval]\nnever = [{ login = "a", id = 1 }]\n[approval.high]\nadmins = [{ login = "a", id = 1 }]\n'
    const locked = opsFolder({ ...forge, 'policy.toml': `${POLICY.slice(0, roles)}${pinned}` })
    expect(wrong(await validate([locked]), locked)).toEqual({ 'policy.toml': ['no_admin'] })
  })

  it('finds what is no ordinary file', async () => {
    const folder = opsFolder({
      'vault/actions/exec.toml': ops.action('exec'),
      'vault/actions/big.toml': 'x'.repeat(65 * 1024),
    })
    symlinkSync('/etc/passwd', join(folder, 'vault/actions/link.toml'))
    chmodSync(join(folder, 'vault/actions/exec.toml'), 0o755)
    expect(wrong(await validate([folder]), folder)).toEqual({
      'vault/actions/big.toml': ['file_too_large'],
      'vault/actions/exec.toml': ['not_regular_file'],
      'vault/actions/link.toml': ['not_regular_file'],
    })
  })

  it('tells everything at once, each with its place', async () => {
    const folder = opsFolder({
      'vault/actions/a.toml':
        'id = "a"\nformula = "touch"\ncontext = 1\nsecrets = "x"\nblast_radius = "tiny"\nfoo = 1\n',
    })
    const told = await validate([folder], { json: false })
    expect(told.code).toBe(1)
    const lines = told.out.split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[0]).toMatch(/\/vault\/actions\/a\.toml:3:1: .* \(wrong_type\)$/)
    expect(lines[4]).toBe('4 problems in 1 of 6 files')
  })

  it('the starter policy and formulas of this package hold', async () => {
    const told = await validate(['policy.toml', 'formulas'].map((path) => join(import.meta.dirname, '../../..', path)))
    expect(wrong(told)).toEqual({})
    expect(filesOf(told).length).toBeGreaterThan(15)
  })
})

describe('files by themselves', () => {
  it('are judged by the ops repo around them', async () => {
    const folder = opsFolder({
      'vault/actions/a.toml': ops.action('a', { vars: { other: 'x' } }),
      'formulas/new.toml': OpsRepo.formula('new'),
    })
    const told = await validate([join(folder, 'vault/actions/a.toml'), join(folder, 'policy.toml')])
    expect(wrong(told, folder)).toEqual({
      'vault/actions/a.toml': ['variable_undeclared'],
      'policy.toml': ['formula_without_tier'],
    })
    expect(filesOf(told)).toHaveLength(2)
  })

  it('are each told once', async () => {
    const folder = opsFolder()
    expect(filesOf(await validate([folder, join(folder, 'policy.toml'), join(folder, 'formulas')]))).toHaveLength(5)
  })

  it('may lie anywhere', async () => {
    const folder = folderOf({ 'mine.toml': ops.action('mine'), 'other.toml': ops.action('mine') })
    expect(wrong(await validate([folder]), folder)).toEqual({ 'other.toml': ['id_not_file_name'] })
  })

  it('and are checked against the formulas in force with --repo', async () => {
    const folder = folderOf({ 'mine.toml': ops.action('mine', { formula: 'nope' }) })
    const told = await validate([join(folder, 'mine.toml')], { repo: ops.remote.path })
    expect(wrong(told, folder)).toEqual({ 'mine.toml': ['formula_missing'] })
  })

  it('18: what a request writes is what is valid', async () => {
    const text = readFileSync(join(opsFolder({ 'vault/actions/a.toml': ops.action('a') }), 'vault/actions/a.toml'))
    expect(wrong(await validate([join(opsFolder({ 'vault/actions/a.toml': text }), 'vault/actions')]))).toEqual({})
  })

  it('a script beside its formula, and a README, are no files of their own', async () => {
    const folder = opsFolder({
      'formulas/touch.sh': 'true\n',
      'formulas/README.md': 'x',
      'formulas/lib/a.sh': 'true\n',
    })
    const paths = [
      'formulas/touch.sh',
      'formulas/touch.toml',
      'formulas/README.md',
      'vault/actions/README.md',
      'formulas/lib/a.sh',
    ]
    expect(filesOf(await validate(paths.map((path) => join(folder, path)))).map(({ path }) => path)).toEqual([
      join(folder, 'formulas/touch.toml'),
    ])
  })

  it.each([['nothing.toml'], ['README.md'], ['']])('%j is a matter of usage', async (name) => {
    const folder = folderOf({ 'README.md': 'x' })
    expect(await validate([join(folder, name)])).toMatchObject({ code: 2, out: '' })
  })

  it('hostile bytes end in words', async () => {
    const folder = folderOf({
      'nul.toml': 'id = "nul"\0',
      'latin.toml': Uint8Array.of(0x69, 0xff),
      'bom.toml': '\ufeffid = "bom"',
      'escape.toml': 'id = "\u001b[2J"',
      'deep.toml': `a = ${'['.repeat(500)}`,
    })
    const told = await validate([folder], { json: false })
    expect(told.code).toBe(1)
    expect(told.out).not.toContain('\u001b')
  })
})

describe('--repo', () => {
  it('validates what is on main, also what no authority brought', async () => {
    expect(await validate([], { repo: ops.remote.path })).toMatchObject({ code: 0 })
    const broken = await OpsRepo.make()
    await broken.put({
      'policy.toml': POLICY.replace('"medium"', '"mittel"'),
      'vault/actions/x.toml': { mode: '120000', content: '/etc/passwd' },
    })
    const told = await validate([], { repo: broken.remote.path })
    expect(told.code).toBe(1)
    expect(wrong(told)).toEqual({ 'policy.toml': ['bad_value'], 'vault/actions/x.toml': ['not_regular_file'] })
    await broken.remove()
  })
})
