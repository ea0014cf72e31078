/** Law 4: which policy, formulas and allowed_signers are in force, whatever lies on main. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Oid } from '../../vault/oid.js'
import type { ProblemCode } from '../../vault/reasons.js'
import type { Trust } from '../../vault/trust/trust.js'
import type { Files } from '../support/git-repo.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'

const LOOSE = POLICY.replace('release = "high"', 'release = "low"')
const BOB_ADMIN = POLICY.replace('bob = "write"', 'bob = "admin"')
const NEVER = '[approval]\nnever = [{ login = "alice", id = 1 }, { login = "amy", id = 2 }]\n\n[signers]'
const FORMULAS = ['formulas/touch.toml', 'formulas/dev.toml', 'formulas/release.toml']
const TYPO = POLICY.replace('[tiers]', '[teirs]')

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const policy = (text: string | null) => ({ 'policy.toml': text })
const keys = () => ops.keys

/** What a dispatcher that comes along now holds to be in force; one that has followed from the beginning agrees. */
async function trust(): Promise<Trust> {
  const seen: Trust[] = []
  for (const name of ['one', `fresh-${await ops.main()}`]) {
    const dispatcher = await ops.dispatcher(name)
    seen.push((await dispatcher.observer.observe(ops.now)).trust)
    await dispatcher.close()
  }
  const [old, fresh] = seen
  expect(fresh).toEqual(old)
  return old!
}

describe('a change without authority', () => {
  it('35: by a writer: the last set stays in force, and the commit is named', async () => {
    const commit = await ops.put(policy(LOOSE), keys().bob)
    expect(await trust()).toMatchObject({
      inForce: { commit: ops.root },
      broken: null,
      offending: { commit, reason: 'trust_change_unauthorised' },
    })
    await ops.request('rel', { formula: 'release' }, keys().agent)
    expect(await ops.tick()).toMatchObject([{ id: 'rel', tier: 'high', reason: 'awaiting_admin_merge' }])
  })

  it('a formula that a writer edited runs as it was', async () => {
    const edited = OpsRepo.formula('touch').replace('$COUNTERSIGN_ID', 'pwned')
    await ops.put({ 'formulas/touch.toml': edited, 'formulas/new.toml': OpsRepo.formula('new') }, keys().bob)
    await ops.request('low')
    await ops.request('new', { formula: 'new' }, keys().agent)
    expect(await ops.tick()).toMatchObject([
      { id: 'low', status: 'succeeded' },
      { id: 'new', tier: 'high', reason: 'formula_missing' },
    ])
    expect(await ops.ran()).toEqual(['low'])
  })

  it('restored by anybody, it is as if it had not been', async () => {
    await ops.put(policy(LOOSE))
    expect((await trust()).offending).not.toBeNull()
    await ops.put(policy(POLICY), keys().bob)
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, offending: null })
  })

  it("40: it is not laundered by an admin's harmless change on top", async () => {
    const commit = await ops.put(policy(LOOSE), keys().bob)
    await ops.put({ 'formulas/more.toml': OpsRepo.formula('more') }, keys().alice)
    await ops.put(policy(`${LOOSE}# a remark\n`), keys().alice)
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, offending: { commit } })
    // First restore, then change.
    await ops.put({ ...policy(POLICY), 'formulas/more.toml': null })
    const change = await ops.put({ 'formulas/more.toml': OpsRepo.formula('more') }, keys().alice)
    expect(await trust()).toMatchObject({ inForce: { commit: change }, offending: null })
  })

  it("40: nor by an admin's approval of an action", async () => {
    const commit = await ops.put(policy(LOOSE), keys().bob)
    const head = await ops.request('rel', { formula: 'release' }, keys().agent)
    await ops.approve(head, keys().alice)
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, offending: { commit } })
    expect(await ops.tick()).toMatchObject([{ id: 'rel', tier: 'high', reason: 'merged_by_admin' }])
  })

  it('35: an older policy, signed by an admin once, is not brought back by a writer', async () => {
    const tight = POLICY.replace('dev = "medium"', 'dev = "high"')
    const before = await ops.put(policy(`${POLICY}# signed\n`), keys().alice)
    const tightened = await ops.put(policy(tight), keys().alice)
    await ops.put(policy(`${POLICY}# signed\n`), keys().bob)
    expect(await trust()).toMatchObject({ inForce: { commit: tightened } })
    await ops.put(policy(tight))
    // Nor by a merge of the signed commit itself.
    await ops.remote.merge({
      parents: [await ops.main(), before],
      files: policy(`${POLICY}# signed\n`),
      sign: keys().bob,
    })
    expect(await trust()).toMatchObject({
      inForce: { commit: tightened },
      offending: { reason: 'trust_change_unauthorised' },
    })
  })

  it("a writer's merge of a commit that an admin signed is a writer's", async () => {
    const signed = await ops.file('proposal', policy(LOOSE), keys().alice)
    const merge = await ops.remote.merge({ parents: [await ops.main(), signed], sign: keys().bob })
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, offending: { commit: merge } })
  })

  it('an octopus takes no force, whoever signs it', async () => {
    const [a, b] = [await ops.file('a', policy(LOOSE)), await ops.file('b', { b: 'b' })]
    const parents = [await ops.main(), a, b]
    await ops.remote.merge({ parents, files: policy(LOOSE), sign: keys().alice })
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, offending: {} })
  })

  it('43: a removed admin does not come back by a date in the past', async () => {
    const without = POLICY.replace('alice = "admin"\n', '')
    const removed = await ops.put(policy(without), keys().amy)
    const at = Date.UTC(2020, 0, 1) / 1000
    await ops.remote.commit({ files: policy(LOOSE), sign: keys().alice, at })
    expect(await trust()).toMatchObject({ inForce: { commit: removed }, offending: {} })
  })
})

describe('a change with authority', () => {
  it("takes force by an admin's commit, or her merge of anybody's branch", async () => {
    const plain = await ops.put(policy(BOB_ADMIN), keys().alice)
    expect(await trust()).toMatchObject({ inForce: { commit: plain }, offending: null })
    const branch = await ops.file('proposal', policy(LOOSE))
    const merge = await ops.remote.merge({ parents: [await ops.main(), branch], sign: keys().bob })
    expect(await trust()).toMatchObject({ inForce: { commit: merge }, offending: null })
  })

  it("a revoked admin's merge that has not fired does not fire", async () => {
    const head = await ops.request('rel', { formula: 'release' }, keys().agent)
    await ops.approve(head, keys().alice)
    await ops.put(policy(POLICY.replace('alice = "admin"', 'alice = "write"')), keys().amy)
    expect(await ops.tick()).toMatchObject([{ id: 'rel', verdict: 'refuse', reason: 'approver_role' }])
  })

  it('a pin of admins holds for actions and for the policy', async () => {
    const pinned = POLICY.replace('[signers]', '[approval.high]\nadmins = [{ login = "alice", id = 1 }]\n\n[signers]')
    const commit = await ops.put(policy(pinned), keys().alice)
    await ops.put(policy(LOOSE), keys().amy)
    expect(await trust()).toMatchObject({ inForce: { commit }, offending: {} })
    await ops.put(policy(pinned))
    await ops.approve(await ops.request('rel', { formula: 'release' }, keys().agent), keys().amy)
    expect(await ops.tick()).toMatchObject([{ id: 'rel', reason: 'approver_excluded' }])
  })

  it('a symlink among the formulas leads nowhere', async () => {
    await ops.put({ 'formulas/link.toml': { mode: '120000', content: 'touch.toml' } }, keys().alice)
    await ops.request('link', { formula: 'link' }, keys().agent)
    expect(await ops.tick()).toMatchObject([{ id: 'link', verdict: 'refuse', reason: 'formula_missing' }])
  })
})

describe('49: what cannot be used', () => {
  let shared: OpsRepo
  beforeAll(async () => {
    shared = await OpsRepo.make()
    return () => shared.remove()
  })

  const FAULTS: readonly (readonly [name: string, make: () => Promise<Files> | Files, code: ProblemCode])[] = [
    ['a typo', () => policy(TYPO), 'unknown_key'],
    ['no policy', () => policy(null), 'file_missing'],
    ['no formulas', () => Object.fromEntries(FORMULAS.map((path) => [path, null])), 'file_missing'],
    ['a policy that is a symlink', () => ({ 'policy.toml': { mode: '120000', content: '/x' } }), 'file_missing'],
    ['no admin', () => policy(POLICY.replaceAll('"admin"', '"write"')), 'no_admin'],
    ['admins who are never a second key', () => policy(POLICY.replace('[signers]', NEVER)), 'no_admin'],
    ['43: a key with an end of its validity', () => signers('carol valid-before="20300101"'), 'signer_line'],
    ['43: a second key of one principal', () => signers('alice'), 'duplicate'],
    ['43: one key for two principals', () => signers('carol', shared.keys.alice.publicKey), 'duplicate'],
    ['more files than are read', () => many(500), 'too_many'],
  ]

  it.each(FAULTS)('%s', async (_, make, code) => {
    const sound = (await shared.remote.git(['rev-parse', 'main^{tree}'])) as Oid
    await shared.put(await make(), shared.keys.alice)
    const dispatcher = await shared.dispatcher()
    const { trust } = await dispatcher.observer.observe(shared.now)
    await dispatcher.close()
    expect(trust.broken?.files.flatMap(({ problems }) => problems.map((problem) => problem.code))).toContain(code)
    expect(trust.offending).toBeNull()
    await shared.remote.merge({ parents: [await shared.main()], tree: sound, sign: shared.keys.alice })
  })

  const signers = async (line: string, key = shared.keys.mallory.publicKey): Promise<Files> => ({
    allowed_signers: `${await shared.remote.read('main', 'allowed_signers')}\n${line} ${key}\n`,
  })
  const many = (count: number): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`formulas/lib/${index}.sh`, 'true\n']))
})

describe('49: a set that an admin brought and that cannot be used', () => {
  it('nothing fires until an admin of the last set repairs it; no writer can, and nobody whom only the broken one names', async () => {
    const typo = TYPO.replace('bob = "write"', 'bob = "admin"')
    const broken = await ops.put(policy(typo), keys().alice)
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'trust_set_broken' }])
    await ops.put(policy(POLICY), keys().bob)
    expect(await ops.tick()).toMatchObject([{ id: 'low', verdict: 'wait', reason: 'trust_set_broken' }])
    expect(await trust()).toMatchObject({ inForce: { commit: ops.root }, broken: { commit: broken }, offending: {} })
    await ops.put(policy(typo))
    const repaired = await ops.put(policy(BOB_ADMIN), keys().amy)
    expect(await trust()).toMatchObject({ inForce: { commit: repaired }, broken: null, offending: null })
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
  })

  it('what was approved meanwhile waits too, and is not refused', async () => {
    const head = await ops.request('rel', { formula: 'release' }, keys().agent)
    await ops.put(policy(TYPO), keys().alice)
    await ops.approve(head, keys().alice)
    expect(await ops.tick()).toMatchObject([{ id: 'rel', verdict: 'wait', reason: 'trust_set_broken' }])
    await ops.put(policy(POLICY), keys().alice)
    expect(await ops.tick()).toMatchObject([{ id: 'rel', reason: 'merged_by_admin', status: 'succeeded' }])
  })
})
