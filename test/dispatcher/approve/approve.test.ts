import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApproveOptions, approveCommand } from '../../../dispatcher/cli/approve-command.js'
import type { Oid } from '../../../vault/oid.js'
import type { TestKey } from '../../support/git-repo.js'
import { OpsRepo, POLICY } from '../../support/ops-repo.js'
import { Person, type PersonSpec, type Told } from '../../support/person.js'

let ops: OpsRepo
let alice: Person
beforeEach(async () => {
  ops = await OpsRepo.make()
  alice = await someone('alice')
})
afterEach(() => ops.remove())

function someone(name: keyof OpsRepo['keys'] | null, spec: PersonSpec = {}): Promise<Person> {
  return Person.make(ops.remote.folder, name === null ? null : ops.keys[name], { now: () => ops.now, ...spec })
}

function approve(id: string, who: Person, options: Partial<ApproveOptions> = {}): Promise<Told> {
  const all = { repo: ops.remote.path, json: true, ...options }
  return who.run((adapters, terminal) => approveCommand(id, all, adapters, terminal))
}

const ask = (id: string, formula = 'release', key: TestKey = ops.keys.agent) => ops.request(id, { formula }, key)

describe('approve', () => {
  it('makes the exact signed merge, which fires', async () => {
    const [before, head] = [await ops.main(), await ask('rel-1')]
    const told = await approve('rel-1', alice)
    const merge = await ops.main()
    expect(told.code).toBe(0)
    expect(told.json).toEqual({
      id: 'rel-1',
      tier: 'high',
      formula: 'release',
      head,
      merge,
      parents: [before, head],
      state: 'waiting',
      approved_by: { principal: 'alice', role: 'admin', key: ops.keys.alice.fingerprint },
    })
    expect(await ops.remote.git(['rev-list', '--parents', '-1', 'main'])).toBe(`${merge} ${before} ${head}`)
    expect(await ops.remote.git(['diff', '--name-status', `${merge}^1`, merge])).toBe('A\tvault/actions/rel-1.toml')
    expect(await ops.remote.git(['log', '-1', '--format=%B', 'main'])).toBe(
      `approve high rel-1\n\nAction-Id: rel-1\nTier: high\nFormula: release\nRequest: ${head}\n`,
    )
    expect(await ops.tick()).toMatchObject([
      { id: 'rel-1', verdict: 'fire', reason: 'merged_by_admin', status: 'succeeded' },
    ])
  })

  it('shows the verdict and the plan before it asks', async () => {
    await ask('rel-1')
    const there = await someone('alice', { answer: 'yes' })
    const told = await approve('rel-1', there, { json: false })
    expect(told.out).toContain('rel-1 (high): High blast radius')
    expect(told.out).toContain('| because')
    expect(told.out).toContain('formula release, version 1')
    expect(told.out).toContain('1. Append the id')
    expect(told.out).toContain('Requested by: agent')
    expect(told.out).toContain(`You approve as alice (admin), with the key ${ops.keys.alice.fingerprint}.`)
    expect(there.questions).toEqual(['Approve rel-1?'])
    expect(told.out).toContain('approved: rel-1')
  })

  it('asks at a terminal, and takes a no; --yes is not asked', async () => {
    const before = await ops.main()
    await ask('rel-1')
    const there = await someone('alice', { answer: 'no' })
    expect(await approve('rel-1', there)).toMatchObject({ code: 1, out: '' })
    expect(await ops.main()).toBe(before)
    expect(await approve('rel-1', there, { yes: true })).toMatchObject({ code: 0 })
    expect(there.questions).toHaveLength(1)
  })

  it('--dry-run shows it, and merges nothing', async () => {
    const before = await ops.main()
    await ask('rel-1')
    expect(await approve('rel-1', alice, { dryRun: true })).toMatchObject({
      code: 0,
      json: { id: 'rel-1', merge: null, dry_run: true },
    })
    expect(await ops.main()).toBe(before)
  })

  it('lets a writer approve medium', async () => {
    await ask('dev-1', 'dev')
    expect(await approve('dev-1', await someone('bob'))).toMatchObject({ code: 0, json: { tier: 'medium' } })
    expect(await ops.tick()).toMatchObject([{ verdict: 'fire', reason: 'merged_by_writer' }])
  })

  it('hides nothing that a request says, and lets it steer no terminal', async () => {
    await ops.request('rel-1', { formula: 'release', lines: ['purpose = "\\u001b[2J\\u202e gone"'] }, ops.keys.agent)
    const told = await approve('rel-1', alice, { json: false, dryRun: true })
    expect(told.out).toContain('\\u{1b}[2J\\u{202e} gone')
    expect(told.out).not.toContain('\u001b')
  })

  it('merges a request that was made on an older main', async () => {
    await ask('rel-1')
    await ops.put({ 'a-file': 'main moves on\n' })
    expect(await approve('rel-1', alice)).toMatchObject({ code: 0 })
    expect(await ops.tick()).toMatchObject([{ verdict: 'fire', status: 'succeeded' }])
    expect(await ops.remote.read('main', 'a-file')).toContain('main moves on')
  })

  it('38: a request that was cut where another action waited brings nothing of that along', async () => {
    await ops.put({ 'vault/actions/other.toml': ops.action('other') })
    const head = await ask('rel-1')
    await ops.put({ 'vault/actions/other.toml': null, 'vault/fired/2026-11-21/other/action.toml': ops.action('other') })
    expect(await approve('rel-1', alice)).toMatchObject({ code: 0 })
    expect(await ops.remote.git(['diff', '--name-status', 'main^1', 'main'])).toBe('A\tvault/actions/rel-1.toml')
    expect(await ops.remote.git(['rev-parse', 'main^2'])).toBe(head)
  })

  it('48: goes to vault/actions, also where the folder has vanished', async () => {
    await ask('rel-1')
    await ops.put({ 'vault/actions/README.md': null, 'vault/fired/README.md': 'Actions\n' })
    expect(await approve('rel-1', alice)).toMatchObject({ code: 0 })
    expect(await ops.remote.paths('main', 'vault/actions')).toEqual(['vault/actions/rel-1.toml'])
  })

  it('says when the approval alone is not enough', async () => {
    await ops.put({ 'policy.toml': POLICY.replace('enabled = true', 'enabled = false') }, ops.keys.alice)
    await ask('rel-1')
    const told = await approve('rel-1', alice, { json: false })
    expect(told.code).toBe(0)
    expect(told.out).toContain('It waits there (write_disabled)')
  })
})

describe('approve refuses what would be refused anyway', () => {
  async function refused(
    id: string,
    who: Person,
    reason: string,
    options: Partial<ApproveOptions> = {},
  ): Promise<Told> {
    const before = await ops.main()
    const told = await approve(id, who, options)
    expect(told).toMatchObject({ code: 1, out: '' })
    expect(told.err).toContain(reason)
    expect(await ops.main()).toBe(before)
    return told
  }

  it.each([
    ['a writer for high', 'bob', 'approver_role'],
    ['a requester', 'agent', 'approver_role'],
    ['somebody unknown', 'mallory', 'approver_unknown'],
  ] as const)('%s', async (_, name, reason) => {
    await ask('rel-1', 'release', ops.keys.amy)
    await refused('rel-1', await someone(name), reason)
  })

  it('the requester themselves', async () => {
    await ask('rel-1', 'release', ops.keys.alice)
    await refused('rel-1', alice, 'self_approval')
    expect(await approve('rel-1', await someone('amy'))).toMatchObject({ code: 0 })
  })

  it('another key by --key is judged by that key', async () => {
    await ask('rel-1')
    await refused('rel-1', alice, 'approver_role', { key: ops.keys.bob.path })
  })

  it('a request that nobody known made', async () => {
    await ops.request('rel-1', { formula: 'release' })
    await refused('rel-1', alice, 'requester_unknown')
  })

  it('a request of another shape', async () => {
    await ops.file(
      'vault/rel-1',
      { 'vault/actions/rel-1.toml': ops.action('rel-1', { formula: 'release' }), 'policy.toml': 'mine' },
      ops.keys.agent,
    )
    await refused('rel-1', alice, 'extra_paths')
  })

  it('what expired, also while it was read', async () => {
    const lines = [`expires_at = ${new Date(ops.now + 60_000).toISOString()}`]
    await ops.request('rel-1', { formula: 'release', lines }, ops.keys.agent)
    const slow = await someone('alice', { answer: 'yes', whileAsked: async () => ops.passTime(61_000) })
    const before = await ops.main()
    const told = await approve('rel-1', slow)
    expect(told.code).toBe(1)
    expect(told.err).toContain('is refused (expired)')
    expect(await ops.main()).toBe(before)
    await refused('rel-1', alice, 'expired')
  })

  it('what fired', async () => {
    await ask('rel-1')
    await approve('rel-1', alice)
    await ops.tick()
    await refused('rel-1', alice, 'already_fired')
  })

  it('what there is not', async () => {
    await refused('nothing', alice, 'there is no request nothing')
    await refused('../x', alice, 'is not an id')
  })

  it('a policy change on main without authority does not make an admin', async () => {
    await ask('rel-1', 'release', ops.keys.amy)
    await ops.put({ 'policy.toml': POLICY.replace('bob = "write"', 'bob = "admin"') })
    await refused('rel-1', await someone('bob'), 'approver_role')
  })
})

describe('nothing to approve', () => {
  it("low is the policy's alone", async () => {
    await ops.request('tidy-1')
    const before = await ops.main()
    expect(await approve('tidy-1', alice)).toMatchObject({ code: 0, json: { id: 'tidy-1', tier: 'low', merge: null } })
    expect(await ops.main()).toBe(before)
  })

  it('what waits on main is approved', async () => {
    await ask('rel-1')
    const first = await approve('rel-1', alice)
    const again = await approve('rel-1', await someone('amy'))
    expect(again).toMatchObject({
      code: 0,
      json: { id: 'rel-1', tier: 'high', merge: first.json['merge'], state: 'waiting' },
    })
  })

  it('what waits on main to be refused is not', async () => {
    await ops.approve(await ask('rel-1'), ops.keys.bob)
    const told = await approve('rel-1', alice)
    expect(told.code).toBe(1)
    expect(told.err).toContain('approver_role')
  })
})

describe('while an admin looks', () => {
  const watching = (whileAsked: () => Promise<unknown>) => someone('alice', { answer: 'yes', whileAsked })

  it('main moves: it is judged anew and merged on the new main', async () => {
    await ask('rel-1')
    let moved: Oid | null = null
    const there = await watching(async () => {
      moved = await ops.put({ 'a-file': 'x' })
    })
    const told = await approve('rel-1', there)
    expect(told.code).toBe(0)
    expect((told.json['parents'] as string[])[0]).toBe(moved)
    expect(await ops.tick()).toMatchObject([{ verdict: 'fire' }])
  })

  it('the request is swapped: what was seen is what is merged, or nothing', async () => {
    await ask('rel-1')
    const there = await watching(async () => {
      await ops.remote.setRef('vault/rel-1', null)
      await ops.request('rel-1', { formula: 'release', vars: { trace: '/etc/shadow' } }, ops.keys.agent)
    })
    const before = await ops.main()
    const told = await approve('rel-1', there)
    expect(told.code).toBe(1)
    expect(told.err).toContain('the request changed while you looked at it')
    expect(await ops.main()).toBe(before)
  })

  it('the formula changes: what would run is not what was seen', async () => {
    await ask('rel-1')
    const text = OpsRepo.formula('release').replace('"Appends its id', '"Does more: appends its id')
    const there = await watching(() => ops.put({ 'formulas/release.toml': text }, ops.keys.amy))
    const told = await approve('rel-1', there)
    expect(told.code).toBe(1)
    expect(told.err).toContain('changed while you looked')
  })

  it('a script behind the formula changes, and no word of the plan', async () => {
    await ask('rel-1')
    const there = await watching(() => ops.put({ 'formulas/lib/release.sh': 'rm -rf /\n' }, ops.keys.amy))
    expect(await approve('rel-1', there)).toMatchObject({ code: 1 })
  })

  it('they are removed from the admins', async () => {
    await ask('rel-1')
    const there = await watching(() =>
      ops.put({ 'policy.toml': POLICY.replace('alice = "admin"', 'alice = "write"') }, ops.keys.amy),
    )
    const told = await approve('rel-1', there)
    expect(told.code).toBe(1)
    expect(told.err).toContain('approver_role')
  })

  it('somebody else approves it', async () => {
    await ask('rel-1')
    const amy = await someone('amy')
    const told = await approve('rel-1', await watching(() => approve('rel-1', amy)))
    expect(told.code).toBe(1)
    expect(told.err).toContain('somebody else approved rel-1')
  })
})

describe('pushing', () => {
  it('tries again when main moves in the moment of the push', async () => {
    await ask('rel-1')
    const real = alice.adapters()
    let pushes = 0
    const there = await someone('alice', {
      adapters: {
        openClone: async (options) => {
          const repository = await real.openClone(options)
          const remote = Object.create(repository.remote) as typeof repository.remote
          remote.push = async (updates) => {
            if (pushes++ < 2) await ops.put({ [`file-${pushes}`]: 'x' })
            return repository.remote.push(updates)
          }
          remote.list = () => repository.remote.list()
          remote.fetch = (refs) => repository.remote.fetch(refs)
          remote.fetchTips = (tips) => repository.remote.fetchTips(tips)
          return { ...repository, remote }
        },
      },
    })
    expect(await approve('rel-1', there)).toMatchObject({ code: 0 })
    expect(pushes).toBe(3)
    expect(await ops.tick()).toMatchObject([{ verdict: 'fire', status: 'succeeded' }])
  })

  it('52: a lost answer of a push that arrived is no failure, and no second merge', async () => {
    await ask('rel-1')
    const real = alice.adapters()
    const { GitError } = await import('../../../lib/git/git-error.js')
    const there = await someone('alice', {
      adapters: {
        openClone: async (options) => {
          const repository = await real.openClone(options)
          const push: typeof repository.remote.push = async (updates) => {
            await repository.remote.push(updates)
            await ops.put({ 'a-file': 'and main moved on\n' })
            throw new GitError('unreachable', 'the connection broke')
          }
          return {
            ...repository,
            remote: {
              push,
              list: () => repository.remote.list(),
              fetch: (refs) => repository.remote.fetch(refs),
              fetchTips: (tips) => repository.remote.fetchTips(tips),
            },
          }
        },
      },
    })
    expect(await approve('rel-1', there)).toMatchObject({ code: 0 })
    expect(await ops.remote.git(['log', '--first-parent', '--format=%s', 'main'])).toBe(
      'a commit\napprove high rel-1\nlay out',
    )
  })

  it('tells what the ops repo says when it takes no merge', async () => {
    await ask('rel-1')
    await ops.remote.hook('pre-receive', 'exit 1')
    const told = await approve('rel-1', alice)
    expect(told.code).toBe(1)
    expect(told.err).toContain('did not take the merge')
  })
})

describe('keys', () => {
  it('without one it is a matter of set-up', async () => {
    await ask('rel-1')
    const told = await approve('rel-1', await someone(null))
    expect(told.code).toBe(2)
    expect(told.err).toContain('user.signingkey')
  })

  it('one that cannot sign merges nothing', async () => {
    await ask('rel-1')
    const { rm } = await import('node:fs/promises')
    await rm(ops.keys.amy.path)
    const told = await approve('rel-1', alice, { key: `${ops.keys.amy.path}.pub` })
    expect(told.code).toBe(2)
    expect(told.err).toContain('could not sign')
  })
})
