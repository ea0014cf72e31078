/** Claims that a dispatcher signed and should not have: it was misled, or its key was stolen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Oid } from '../../../vault/oid.js'
import type { TestKey } from '../../support/git-repo.js'
import type { ActionSpec } from '../../support/ops-repo.js'
import { AuditedRepo } from './audited-repo.js'
import { forgeClaim, mergeEvidence, signRaw, statementIn } from './forge.js'

const RELEASE: ActionSpec = { formula: 'release' }
const HIGH = { tier: 'high', reason: 'merged_by_admin' } as const

let repo: AuditedRepo
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
})
afterAll(() => repo.remove())

const found = async (branch: string) => (await repo.verify(branch)).findings.map(({ code, reason }) => reason ?? code)

/** A request for a release by `by`, on its own branch from the attacked main. */
async function ask(branch: string, id: string, by: TestKey | null): Promise<Oid> {
  const { remote } = repo.ops
  const files = { [`vault/actions/${id}.toml`]: repo.ops.action(id, RELEASE) }
  const parent = (await remote.ref(branch))!
  return remote.commit({ branch: `asked-${branch}-${id}`, parent, files, ...(by === null ? {} : { sign: by }) })
}

describe('verify of claims', () => {
  it('holds for one more claim like those of the dispatcher', async () => {
    const branch = await repo.branch()
    await forgeClaim(repo, branch, 'low-2')
    expect(await repo.verify(branch)).toMatchObject({ ok: true, judged: 4 })
  })

  it('finds a high action that fired as low on the policy alone', async () => {
    const branch = await repo.branch()
    await forgeClaim(repo, branch, 'rel-2', {}, RELEASE)
    const { findings } = await repo.verify(branch)
    expect(findings.map(({ code }) => code)).toEqual(['tier_mismatch', 'second_key_mismatch'])
    expect(findings[1]).toMatchObject({ id: 'rel-2', reason: 'no_second_key' })
  })

  it('finds an intent of tier high on the policy alone, which no reader accepts', async () => {
    const branch = await repo.branch()
    const claim = await forgeClaim(repo, branch, 'rel-2', {}, RELEASE)
    const statement = statementIn(claim.intentText)
    const forged = { ...statement, predicate: { ...statement.predicate, ...HIGH } }
    const attacked = await repo.attack({
      [`${claim.folder}/action.toml`]: claim.action,
      [`${claim.folder}/intent.json`]: signRaw(forged, repo.signer),
    })
    expect(await found(attacked)).toEqual(['record_malformed'])
  })

  it('holds for a merge that git shows, and finds evidence that differs from it', async () => {
    const { agent, alice } = repo.ops.keys
    const branch = await repo.branch()
    const before = (await repo.ops.remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    const merge = await repo.ops.remote.merge({ branch, parents: [before, head], sign: alice })
    const other = await repo.branch()
    await repo.ops.remote.setRef(other, merge)
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(merge, [before, head], alice) }, RELEASE)
    expect(await found(branch)).toEqual([])
    const wrong = mergeEvidence(merge, [before, head], alice, { requesters: ['bob'] })
    await forgeClaim(repo, other, 'rel-2', { ...HIGH, ...wrong }, RELEASE)
    expect(await found(other)).toEqual(['second_key_mismatch'])
  })

  it('finds a merge by somebody without the role', async () => {
    const { agent, bob } = repo.ops.keys
    expect(await found(await fireMerged(agent, bob))).toEqual(['approver_role'])
  })

  it('finds a merge by nobody', async () => {
    const { agent, mallory } = repo.ops.keys
    expect(await found(await fireMerged(agent, mallory))).toEqual(['approver_unknown'])
  })

  it('finds a merge by the one who asked', async () => {
    const { alice } = repo.ops.keys
    expect(await found(await fireMerged(alice, alice))).toEqual(['self_approval'])
  })

  it('finds a request that nobody signed', async () => {
    const { alice } = repo.ops.keys
    expect(await found(await fireMerged(null, alice))).toEqual(['requester_unknown'])
  })

  it('finds an evil merge, whose content is not what was asked', async () => {
    const { agent, alice } = repo.ops.keys
    const evil = { 'vault/actions/rel-2.toml': `${repo.ops.action('rel-2', RELEASE)}# and more\n` }
    expect(await found(await fireMerged(agent, alice, evil))).toEqual(['binding_mismatch'])
  })

  it('finds a merge that brought something else along', async () => {
    const { agent, alice } = repo.ops.keys
    expect(await found(await fireMerged(agent, alice, { 'vault/actions/rel-3.toml': 'x' }))).toEqual([
      'binding_mismatch',
    ])
  })

  it('finds a record whose action is not what was merged', async () => {
    const { agent, alice } = repo.ops.keys
    const branch = await repo.branch()
    const before = (await repo.ops.remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    const merge = await repo.ops.remote.merge({ branch, parents: [before, head], sign: alice })
    const other = { ...RELEASE, lines: ['purpose = "something else"'] }
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(merge, [before, head], alice) }, other)
    expect(await found(branch)).toEqual(['binding_mismatch'])
  })

  it('finds a squash, which has no second parent to bind to', async () => {
    const { agent, alice } = repo.ops.keys
    const branch = await repo.branch()
    const before = (await repo.ops.remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    const files = { 'vault/actions/rel-2.toml': repo.ops.action('rel-2', RELEASE) }
    const squash = await repo.ops.remote.commit({ branch, files, sign: alice })
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(squash, [before, head], alice) }, RELEASE)
    expect(await found(branch)).toEqual(['no_second_key'])
  })

  it('finds a merge with its parents the wrong way round', async () => {
    const { agent, alice } = repo.ops.keys
    const branch = await repo.branch()
    const before = (await repo.ops.remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    await repo.ops.remote.commit({ branch, files: { 'README.md': 'main moved on' } })
    const moved = (await repo.ops.remote.ref(branch))!
    const merge = await repo.ops.remote.merge({ branch, parents: [head, moved], sign: alice })
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(merge, [moved, head], alice) }, RELEASE)
    expect(before).not.toBe(moved)
    expect(await found(branch)).toEqual(['no_second_key'])
  })

  it('finds an old approval that counts again after a revert', async () => {
    const { agent, alice, bob } = repo.ops.keys
    const branch = await repo.branch()
    const { remote } = repo.ops
    const before = (await remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    const merge = await remote.merge({ branch, parents: [before, head], sign: alice })
    const file = { 'vault/actions/rel-2.toml': repo.ops.action('rel-2', RELEASE) }
    await remote.commit({ branch, files: { 'vault/actions/rel-2.toml': null }, sign: alice })
    await remote.commit({ branch, files: file, sign: bob })
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(merge, [before, head], alice) }, RELEASE)
    expect(await found(branch)).toEqual(['no_second_key'])
  })

  it('finds a claim of an action that never was on main', async () => {
    const { agent, alice } = repo.ops.keys
    const branch = await repo.branch()
    const before = (await repo.ops.remote.ref(branch))!
    const head = await ask(branch, 'rel-2', agent)
    await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...mergeEvidence(head, [before, head], alice) }, RELEASE)
    expect(await found(branch)).toEqual(['no_second_key'])
  })

  it('finds a claim that says of its action what the action does not say', async () => {
    const branch = await repo.branch()
    await forgeClaim(repo, branch, 'low-2', { dry_run: true, timeout_minutes: 5 })
    await forgeClaim(
      repo,
      branch,
      'low-3',
      { claimed_at: '2026-11-22T20:00:00.000Z' },
      { lines: ['expires_at = 2026-11-22T12:00:00Z'] },
    )
    await forgeClaim(repo, branch, 'low-4', {}, { lines: ['model = "m"'] })
    await forgeClaim(repo, branch, 'low-5', {}, { lines: ['dispatch_mode = "direct"'] })
    const { findings } = await repo.verify(branch)
    expect(findings.map(({ id, code }) => `${id} ${code}`)).toEqual([
      'low-2 action_mismatch',
      'low-2 action_mismatch',
      'low-3 action_mismatch',
      'low-4 action_mismatch',
      'low-5 action_mismatch',
    ])
  })

  it('finds a second claim of one id, also after the first was removed', async () => {
    const branch = await repo.branch()
    const folder = await repo.folderOf('low-1')
    const later = { claimed_at: '2026-11-23T08:00:00.000Z', nonce: 'again' }
    const action = await repo.read(`${folder}/action.toml`)
    const claim = await forgeClaim(repo, await repo.branch(), 'low-1', later)
    const copy = folder.replace('2026-11-22', '2026-11-23')
    await repo.ops.remote.commit({
      branch,
      files: { [`${copy}/action.toml`]: action, [`${copy}/intent.json`]: claim.intentText },
    })
    expect(await found(branch)).toEqual(['claimed_twice'])
    const removed = {
      [`${folder}/action.toml`]: null,
      [`${folder}/intent.json`]: null,
      [`${folder}/outcome.json`]: null,
    }
    await repo.ops.remote.commit({ branch, files: removed })
    expect((await found(branch)).sort()).toEqual(['claimed_twice', 'record_missing', 'record_missing'])
  })

  it('finds a record of another ops repo with the same dispatcher', async () => {
    const branch = await repo.branch()
    const elsewhere = await repo.ops.remote.commit({ branch: 'elsewhere', parent: null, files: { a: 'b' } })
    const claim = await forgeClaim(repo, branch, 'low-2', { base: elsewhere })
    const { findings } = await repo.verify(branch)
    expect(findings).toMatchObject([{ id: 'low-2', code: 'record_misplaced', commit: claim.commit }])
  })

  it('counts no record of another ops repo that was taken away again', async () => {
    const branch = await repo.branch()
    const { folder } = await forgeClaim(repo, branch, 'low-2', { base: '1'.repeat(40) as Oid })
    await repo.ops.remote.commit({
      branch,
      files: { [`${folder}/action.toml`]: null, [`${folder}/intent.json`]: null },
    })
    expect(await found(branch)).toEqual([])
  })
})

/** A release by `by`, merged by `merger` with `files` laid over it, and fired by a dispatcher that did not look. */
async function fireMerged(by: TestKey | null, merger: TestKey, files: Record<string, string> = {}): Promise<string> {
  const branch = await repo.branch()
  const before = (await repo.ops.remote.ref(branch))!
  const head = await ask(branch, 'rel-2', by)
  const merge = await repo.ops.remote.merge({ branch, parents: [before, head], sign: merger, files })
  const evidence = mergeEvidence(merge, [before, head], merger, { requesters: [by?.name ?? 'agent'] })
  await forgeClaim(repo, branch, 'rel-2', { ...HIGH, ...evidence }, RELEASE)
  return branch
}
