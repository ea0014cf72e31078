import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type InitOptions, initCommand } from '../../../dispatcher/cli/init-command.js'
import { requestCommand } from '../../../dispatcher/cli/request-command.js'
import { tickCommand } from '../../../dispatcher/cli/tick-command.js'
import { validateCommand } from '../../../dispatcher/cli/validate-command.js'
import { makeRemote, type TestKey, TestRemote } from '../../support/git-repo.js'
import { Person, type Told } from '../../support/person.js'
import { runGit } from '../../support/run-git.js'

let remote: TestRemote
let operator: Person
let keys: Record<'alice' | 'bob' | 'agent', TestKey>
beforeEach(async () => {
  remote = await makeRemote()
  const [alice, bob, agent] = await Promise.all(['alice', 'bob', 'agent'].map((name) => remote.key(name)))
  keys = { alice: alice!, bob: bob!, agent: agent! }
  operator = await Person.make(remote.folder, keys.alice)
})
afterEach(() => remote.remove())

const at = (name: string) => join(remote.folder, name)

function init(target: string, options: InitOptions = {}, who = operator): Promise<Told> {
  const all = { dir: at('dispatcher'), json: true, ...options }
  return who.run((adapters, terminal) => initCommand(target, all, adapters, terminal))
}

const gitIn = (path: string, ...args: readonly string[]) => runGit(path, args)

function tick(dir = at('dispatcher')): Promise<Told> {
  return operator.run((adapters, terminal) =>
    tickCommand({ config: join(dir, 'countersign.toml'), json: true }, adapters, terminal),
  )
}

function request(repo: string, id: string): Promise<Told> {
  const options = { context: 'because', id, repo, json: true }
  return operator.run((adapters, terminal) => requestCommand('groom-backlog', options, adapters, terminal))
}

describe('a path that does not exist', () => {
  it('becomes a bare ops repo, laid out, with a dispatcher beside it', async () => {
    const path = at('new/ops.git')
    const everybody = {
      admin: [`alice=${keys.alice.path}.pub`],
      writer: [`bob=${keys.bob.publicKey}`],
      requester: [`agent=${keys.agent.path}.pub`],
    }
    const told = await init(path, everybody)
    expect(told).toMatchObject({ code: 0, err: '' })
    const root = await gitIn(path, 'rev-parse', 'main')
    expect(told.json).toEqual({
      repo: path,
      config: at('dispatcher/countersign.toml'),
      trust_root: root,
      dispatcher_key: expect.stringMatching(/^ed25519:[A-Za-z0-9+/]{43}=$/),
      state: 'laid_out',
    })
    expect(await gitIn(path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    expect(await gitIn(path, 'rev-parse', '--is-bare-repository')).toBe('true')
    const paths = (await gitIn(path, 'ls-tree', '-r', '--name-only', 'main')).split('\n')
    for (const expected of [
      'policy.toml',
      'allowed_signers',
      'README.md',
      'vault/actions/README.md',
      'formulas/release.toml',
      'formulas/release.sh',
      'formulas/lib/git.sh',
    ])
      expect(paths).toContain(expected)
    const policy = await gitIn(path, 'show', 'main:policy.toml')
    expect(policy).toMatch(/^enabled = false$/m)
    expect(policy).toMatch(/\[signers\]\nalice = "admin"\nbob = "write"\nagent = "request"$/)
    expect(
      await operator.run((adapters, terminal) => validateCommand([], { repo: path, json: true }, adapters, terminal)),
    ).toMatchObject({ code: 0 })
  })

  it('keeps the key and the folder from others', async () => {
    await init(at('ops.git'))
    const mode = (name: string) => (statSync(at(`dispatcher/${name}`)).mode & 0o777).toString(8)
    expect([mode('dispatcher.key'), mode('countersign.toml'), mode('secrets'), mode('.')]).toEqual([
      '600',
      '600',
      '700',
      '700',
    ])
    const config = readFileSync(at('dispatcher/countersign.toml'), 'utf8')
    expect(config).toContain('state_dir = "state"')
    expect(config).toContain('kind = "git"')
    expect(config).toContain('name = "dispatcher"')
  })

  it('works from there: nothing fires until it is enabled', async () => {
    const path = at('ops.git')
    await init(path)
    await request(path, 'tidy-1')
    expect(await tick()).toMatchObject({ code: 0, json: { id: 'tidy-1', verdict: 'wait', reason: 'write_disabled' } })
  })

  it('works from there, with --enable at once', async () => {
    const path = at('ops.git')
    await init(path, { enable: true })
    await request(path, 'tidy-1')
    expect(await tick()).toMatchObject({ code: 0, json: { id: 'tidy-1', verdict: 'fire', status: 'succeeded' } })
  })

  it('tells people what to do next', async () => {
    const told = await init(at('ops.git'), { json: false })
    expect(told.out).toContain(`laid out the ops repo ${at('ops.git')}`)
    expect(told.out).toContain('[write] enabled = false')
    expect(told.out).toContain(`countersign tick --config ${at('dispatcher/countersign.toml')}`)
  })
})

describe('admins', () => {
  it("default to whoever lays it out, by git's signing key", async () => {
    await init(at('ops.git'))
    expect(await gitIn(at('ops.git'), 'show', 'main:allowed_signers')).toContain(
      `\nalice ${keys.alice.publicKey.split(' ').slice(0, 2).join(' ')}`,
    )
    expect(await gitIn(at('ops.git'), 'show', 'main:policy.toml')).toMatch(/\[signers\]\nalice = "admin"$/)
  })

  it.each([
    ['Jörg O’Neil Jr.', 'Jorg-ONeil-Jr.'],
    ['李', 'admin'],
    ['a@b.c', '"a@b.c"'],
  ])('a name %j becomes the principal %s', async (name, principal) => {
    const who = await Person.make(remote.folder, keys.alice, { environment: { GIT_AUTHOR_NAME: name } })
    expect(await init(at('ops.git'), {}, who)).toMatchObject({ code: 0 })
    const bare = /^[A-Za-z0-9_-]+$/.test(principal) || principal.startsWith('"') ? principal : `"${principal}"`
    expect(await gitIn(at('ops.git'), 'show', 'main:policy.toml')).toContain(`\n${bare} = "admin"`)
  })

  it('without any: exit 2 with the remedy, and nothing is made', async () => {
    const told = await init(at('ops.git'), {}, await Person.make(remote.folder, null))
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain('--admin NAME=PUBKEY')
    expect([existsSync(at('ops.git')), existsSync(at('dispatcher'))]).toEqual([false, false])
  })

  it.each([
    [
      'a principal twice',
      () => ({ admin: [`alice=${keys.alice.path}.pub`], writer: [`alice=${keys.bob.path}.pub`] }),
      'named twice',
    ],
    [
      'one key for two',
      () => ({ admin: [`alice=${keys.alice.path}.pub`], writer: [`bob=${keys.alice.path}.pub`] }),
      'the same key',
    ],
    ["the default admin's key for a writer", () => ({ writer: [`bob=${keys.alice.path}.pub`] }), 'the same key'],
    ['a name that is none', () => ({ admin: [`al*ce=${keys.alice.path}.pub`] }), 'must be a principal'],
    ['no key', () => ({ admin: ['alice'] }), 'NAME=PUBKEY'],
    ['a key that is none', () => ({ admin: ['alice=ssh-ed25519 AAAA'] }), '--admin alice'],
    ['a file that is not there', () => ({ admin: ['alice=/nonexistent.pub'] }), '/nonexistent.pub'],
    ["another dispatcher's key that is none", () => ({ trustKey: ['ed25519:AAAA'] }), 'ed25519:'],
  ] as const)('%s is one clear message', async (_, options, words) => {
    const told = await init(at('ops.git'), options() as InitOptions)
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain(words)
    expect(existsSync(at('ops.git'))).toBe(false)
  })
})

describe('a repository that is there', () => {
  it('empty: gets its first commit, and clones check it out', async () => {
    await gitIn(remote.path, 'symbolic-ref', 'HEAD', 'refs/heads/master')
    expect(await init(remote.path)).toMatchObject({ code: 0, json: { state: 'laid_out' } })
    expect(await gitIn(remote.path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main')
    expect(existsSync(join(await remote.clone('look'), 'policy.toml'))).toBe(true)
  })

  it('with content: one commit on top, which overwrites nothing', async () => {
    const before = await remote.commit({
      files: {
        'README.md': 'Ours.\n',
        'formulas/release.toml': readFileSync('formulas/dev.toml', 'utf8').replace('name = "dev"', 'name = "release"'),
        'src/a.ts': 'a\n',
      },
    })
    const told = await init(remote.path, { json: false })
    expect(told.code).toBe(0)
    expect(told.out).toContain('kept as they were: README.md, formulas/release.toml')
    expect(await gitIn(remote.path, 'rev-list', '--parents', '-1', 'main')).toBe(
      `${await remote.ref('main')} ${before}`,
    )
    expect(await gitIn(remote.path, 'show', 'main:README.md')).toBe('Ours.')
    const changed = (await gitIn(remote.path, 'diff', '--name-status', before, 'main')).split('\n')
    expect(changed.every((line) => line.startsWith('A\t'))).toBe(true)
  })

  it('whose own policy cannot work: exit 2, nothing is pushed', async () => {
    const before = await remote.commit({ files: { 'policy.toml': 'version = 1\n[write]\nenabled = true\n' } })
    const told = await init(remote.path)
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain('policy.toml:')
    expect(told.err).toContain('no_admin')
    expect(await remote.ref('main')).toBe(before)
    expect(existsSync(at('dispatcher/countersign.toml'))).toBe(false)
  })

  it('whose formulas are broken: exit 2, nothing is pushed', async () => {
    const before = await remote.commit({ files: { 'formulas/mine.toml': 'name = ' } })
    expect(await init(remote.path)).toMatchObject({ code: 2 })
    expect(await remote.ref('main')).toBe(before)
  })

  it('with a work tree: exit 2 with the remedy', async () => {
    await remote.commit({ files: { a: 'a' } })
    const clone = await remote.clone('work')
    const told = await init(clone)
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain('bare repository')
    expect(await init(join(clone, '.git'))).toMatchObject({ code: 2 })
  })

  it('with another main branch: says how to name it', async () => {
    await remote.commit({ branch: 'trunk', files: { a: 'a' } })
    await gitIn(remote.path, 'symbolic-ref', 'HEAD', 'refs/heads/trunk')
    const told = await init(remote.path)
    expect(told.code).toBe(2)
    expect(told.err).toContain('--branch trunk')
    expect(await init(remote.path, { branch: 'trunk' })).toMatchObject({
      code: 0,
      json: { trust_root: await remote.ref('trunk') },
    })
    expect(readFileSync(at('dispatcher/countersign.toml'), 'utf8')).toContain('branch = "trunk"')
  })

  it('by a URL', async () => {
    expect(await init(`file://${remote.path}`, { enable: true })).toMatchObject({
      code: 0,
      json: { repo: `file://${remote.path}` },
    })
    await request(`file://${remote.path}`, 'tidy-1')
    expect(await tick()).toMatchObject({ json: { id: 'tidy-1', verdict: 'fire' } })
  })

  it('that takes no push: its words are told, and no half dispatcher is left', async () => {
    await remote.hook('pre-receive', 'exit 1')
    expect(await init(remote.path)).toMatchObject({ code: 1, out: '' })
    expect(existsSync(at('dispatcher/countersign.toml'))).toBe(false)
    await remote.hook('pre-receive', 'exit 0')
    expect(await init(remote.path)).toMatchObject({ code: 0 })
  })

  it('is no repository: exit 2', async () => {
    mkdirSync(at('full'))
    writeFileSync(at('full/file'), 'x')
    expect(await init(at('full'))).toMatchObject({ code: 2 })
    expect(await init(at('full/file'))).toMatchObject({ code: 2 })
  })

  it('laid out by two at once: one lays out, the other joins', async () => {
    const bob = await Person.make(remote.folder, keys.bob)
    const told = await Promise.all([init(remote.path, { dir: at('one') }), init(remote.path, { dir: at('two') }, bob)])
    expect(told.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ])
    expect(told.map(({ json }) => json['state']).sort()).toEqual(['joined', 'laid_out'])
    expect(told[0]?.json['trust_root']).toBe(told[1]?.json['trust_root'])
  })
})

describe("the dispatcher's folder", () => {
  it.each(['countersign.toml', 'dispatcher.key'])('with a %s is not overwritten', async (name) => {
    mkdirSync(at('dispatcher'))
    writeFileSync(at(`dispatcher/${name}`), 'mine')
    const told = await init(at('ops.git'))
    expect(told).toMatchObject({ code: 2, out: '' })
    expect(told.err).toContain('not overwritten')
    expect(readFileSync(at(`dispatcher/${name}`), 'utf8')).toBe('mine')
    expect(existsSync(at('ops.git'))).toBe(false)
  })

  it('is another one than the ops repo', async () => {
    expect(await init(at('ops'), { dir: at('ops') })).toMatchObject({ code: 2 })
  })

  it('within a work tree is warned about', async () => {
    await remote.commit({ files: { a: 'a' } })
    const clone = await remote.clone('work')
    expect((await init(at('ops.git'), { dir: join(clone, 'dispatcher') })).err).toContain('never commit dispatcher.key')
  })
})

describe('an ops repo that is laid out', () => {
  it('is joined by one more dispatcher, and not changed', async () => {
    const path = at('ops.git')
    const first = await init(path, { enable: true })
    await request(path, 'tidy-1')
    await tick()
    const before = await gitIn(path, 'rev-parse', 'main')
    const told = await init(path, { dir: at('second'), trustKey: [first.json['dispatcher_key'] as string] })
    expect(told).toMatchObject({ code: 0, err: '', json: { state: 'joined', trust_root: first.json['trust_root'] } })
    expect(told.json['dispatcher_key']).not.toBe(first.json['dispatcher_key'])
    expect(await gitIn(path, 'rev-parse', 'main')).toBe(before)
    await request(path, 'tidy-2')
    expect(await tick(at('second'))).toMatchObject({ json: { id: 'tidy-2', verdict: 'fire', status: 'succeeded' } })
  })

  it('says what is to be compared and added, and needs no admin', async () => {
    await init(at('ops.git'))
    const nobody = await Person.make(remote.folder, null)
    const told = await init(at('ops.git'), { dir: at('second'), json: false, enable: true }, nobody)
    expect(told.code).toBe(0)
    expect(told.out).toContain('compare it with `[trust] root`')
    expect(told.out).toMatch(/Add this key to `\[trust\] keys` of the other dispatchers: ed25519:/)
    expect(told.err).toContain('--enable change nothing')
  })

  it("by the root that a known dispatcher's records name, not the one that seems right", async () => {
    const path = at('ops.git')
    const first = await init(path, { enable: true })
    const later = await new TestRemote(remote.folder, path, 'main').commit({ files: { note: 'x' } })
    const config = at('dispatcher/countersign.toml')
    writeFileSync(config, readFileSync(config, 'utf8').replace(first.json['trust_root'] as string, later))
    await request(path, 'tidy-1')
    await tick()
    const blind = await init(path, { dir: at('blind'), json: false })
    expect(blind.out).toContain(`name another root: ${later}`)
    expect(blind.out).toContain(first.json['trust_root'])
    const told = await init(path, { dir: at('second'), trustKey: [first.json['dispatcher_key'] as string] })
    expect(told.json).toMatchObject({ trust_root: later })
  })
})
