/** The trust set along main's line, and the root it starts from. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freezeEntry } from '../../../dispatcher/record/entries.js'
import { UncheckedRecords } from '../../../dispatcher/record/unchecked-records.js'
import type { History, Objects } from '../../../lib/git/port.js'
import type { Oid } from '../../../vault/oid.js'
import { POLICY } from '../../support/ops-repo.js'
import { AuditedRepo } from './audited-repo.js'
import { forgeClaim, statementIn } from './forge.js'

const LAX = { 'policy.toml': POLICY.replace('release = "high"', 'release = "low"') }
const RESTORED = { 'policy.toml': POLICY }
const BROKEN = { 'policy.toml': 'version = ' }

let repo: AuditedRepo
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
})
afterAll(() => repo.remove())

const found = async (branch: string) => (await repo.verify(branch)).findings.map(({ code }) => code)

/** The trust set of a commit on the branch, as an intent names it. */
async function trustSetAt(commit: Oid) {
  const { trust_set: named } = statementIn(await repo.read(`${await repo.folderOf('low-1')}/intent.json`)).predicate
  const policy_blob = (await repo.ops.remote.git(['rev-parse', `${commit}:policy.toml`])) as Oid
  return { ...named, commit, policy_blob }
}

describe('verify of the trust set', () => {
  it('finds a change of the policy that no admin signed', async () => {
    const branch = await repo.branch()
    const commit = await repo.ops.remote.commit({ branch, files: LAX, sign: repo.ops.keys.bob })
    const { findings } = await repo.verify(branch)
    expect(findings).toMatchObject([{ id: null, code: 'unauthorised_policy', path: 'policy.toml', commit }])
  })

  it('does not mind one that was restored', async () => {
    const branch = await repo.attack(LAX, RESTORED)
    expect(await repo.verify(branch)).toMatchObject({ ok: true, findings: [] })
  })

  it('judges a claim by the set that was in force, not by the one that lay on main', async () => {
    const branch = await repo.branch()
    const commit = await repo.ops.remote.commit({ branch, files: LAX })
    const spec = { formula: 'release' }
    const claim = await forgeClaim(repo, branch, 'rel-2', {}, spec)
    const { trust_set } = statementIn(claim.intentText).predicate
    const misled = {
      ...(await trustSetAt(commit)),
      formula: trust_set.formula,
      formula_sha256: trust_set.formula_sha256,
    }
    await forgeClaim(repo, branch, 'rel-3', { trust_set: misled }, spec)
    const { findings } = await repo.verify(branch)
    expect(findings.map(({ id, code }) => `${id} ${code}`)).toEqual([
      'rel-2 tier_mismatch',
      'rel-2 second_key_mismatch',
      'rel-3 trust_set_mismatch',
      'rel-3 tier_mismatch',
      'rel-3 second_key_mismatch',
      'null unauthorised_policy',
    ])
  })

  it('finds a claim by a set that an admin had replaced, and takes one by the new set', async () => {
    const { alice } = repo.ops.keys
    const branch = await repo.branch()
    const commit = await repo.ops.remote.commit({
      branch,
      files: { 'policy.toml': `${POLICY}# by alice\n` },
      sign: alice,
    })
    const { trust_set } = statementIn((await forgeClaim(repo, branch, 'low-2')).intentText).predicate
    expect(await found(branch)).toEqual(['trust_set_mismatch'])
    const right = {
      ...(await trustSetAt(commit)),
      formula: trust_set.formula,
      formula_sha256: trust_set.formula_sha256,
    }
    await forgeClaim(repo, branch, 'low-3', { trust_set: right })
    const { findings } = await repo.verify(branch)
    expect(findings.map(({ id, code }) => `${id} ${code}`)).toEqual(['low-2 trust_set_mismatch'])
  })

  it('finds a claim with another text of its formula', async () => {
    const branch = await repo.branch()
    const { trust_set } = statementIn(await repo.read(`${await repo.folderOf('low-1')}/intent.json`)).predicate
    await forgeClaim(repo, branch, 'low-2', { trust_set: { ...trust_set, formula_sha256: '0'.repeat(64) } })
    expect(await found(branch)).toEqual(['trust_set_mismatch'])
  })

  it('finds a set that an admin broke, and a claim while it was broken', async () => {
    const { alice } = repo.ops.keys
    const branch = await repo.branch()
    const commit = await repo.ops.remote.commit({ branch, files: BROKEN, sign: alice })
    await forgeClaim(repo, branch, 'low-2')
    const { findings } = await repo.verify(branch)
    expect(findings).toMatchObject([
      { id: 'low-2', code: 'claimed_while_stopped' },
      { id: null, code: 'trust_set_unusable', path: 'policy.toml', commit },
    ])
  })

  it('finds a claim while writing was disabled', async () => {
    const { alice } = repo.ops.keys
    const branch = await repo.branch()
    const files = { 'policy.toml': POLICY.replace('enabled = true', 'enabled = false') }
    const commit = await repo.ops.remote.commit({ branch, files, sign: alice })
    const trust_set = await trustSetAt(commit)
    await forgeClaim(repo, branch, 'low-2', { trust_set })
    expect(await found(branch)).toEqual(['claimed_while_stopped'])
  })
})

describe('verify and the trust root', () => {
  it('takes the root that is given', async () => {
    expect(await repo.verify('main', { root: repo.ops.root })).toMatchObject({ ok: true, judged: 3 })
  })

  it('finds claims that name another root than the one given', async () => {
    const root = await repo.ops.remote.commit({ branch: 'other-root', parent: repo.ops.root, files: {} })
    const { findings, exitCode } = await repo.verify('main', { root })
    expect(findings).toMatchObject([{ code: 'root_missing', id: null, path: null }])
    expect(exitCode).toBe(1)
  })

  it('judges only what was claimed after a later root', async () => {
    const branch = await repo.branch()
    const root = (await repo.ops.remote.ref(branch))!
    await forgeClaim(repo, branch, 'low-2')
    expect(await repo.verify(branch, { root })).toMatchObject({
      findings: [{ id: 'low-2', code: 'trust_set_mismatch' }],
      judged: 1,
    })
  })

  it('finds main merged the wrong way round: what was main is not its first-parent line any more', async () => {
    const branch = await repo.branch()
    const main = (await repo.ops.remote.ref(branch))!
    const side = await repo.ops.remote.commit({ branch: null, parent: repo.ops.root, files: { 'README.md': 'x' } })
    await repo.ops.remote.merge({ branch, parents: [side, main] })
    expect((await found(branch)).every((code) => code === 'record_misplaced')).toBe(true)
    expect(await found(branch)).toHaveLength(3)
  })

  it('finds a main that was begun anew', async () => {
    const files = Object.fromEntries(
      await Promise.all(
        (await repo.ops.remote.paths('main')).map(async (path) => [path, await repo.read(path)] as const),
      ),
    )
    await repo.ops.remote.commit({ branch: 'anew', parent: null, files })
    expect(await found('anew')).toEqual(['root_missing'])
  })

  it('follows the set from a root that an operator accepted', async () => {
    const branch = await repo.branch()
    const taken = await repo.ops.remote.commit({ branch, files: { 'policy.toml': `${POLICY}# nobody signed this\n` } })
    expect(await found(branch)).toEqual(['unauthorised_policy'])
    await unfreeze(branch, taken)
    expect(await repo.verify(branch)).toMatchObject({
      ok: true,
      root: repo.ops.root,
      accepted_roots: [{ root: taken }],
    })
    const trust_set = { ...(await trustSetAt(taken)), root: taken }
    await forgeClaim(repo, branch, 'low-2', { trust_set })
    expect(await repo.verify(branch)).toMatchObject({ ok: true, judged: 4 })
    expect(await repo.verify(branch, { root: taken })).toMatchObject({ ok: true, judged: 1 })
  })

  it('finds an accepted root that is not on main', async () => {
    const branch = await repo.branch()
    await unfreeze(branch, await repo.ops.remote.commit({ branch: null, parent: repo.ops.root, files: {} }))
    expect(await found(branch)).toEqual(['root_missing'])
  })

  it('finds an event that was signed for another main, or lies under another name', async () => {
    const branch = await repo.branch()
    const elsewhere = await repo.ops.remote.commit({ branch: null, parent: null, files: { a: 'b' } })
    const path = await unfreeze(branch, null, elsewhere)
    expect(await found(branch)).toEqual(['record_misplaced'])
    const copy = path.replace(/-[0-9a-f]{12}\.json$/, '-000000000000.json')
    const attacked = await repo.attack({ [copy]: await repo.read(path, branch) })
    expect(await found(attacked)).toEqual(['record_misplaced'])
  })

  it('finds an event that was removed', async () => {
    const branch = await repo.branch()
    const path = await unfreeze(branch, null)
    await repo.ops.remote.commit({ branch, files: { [path]: null } })
    expect(await found(branch)).toEqual(['record_missing'])
  })

  async function unfreeze(branch: string, root: Oid | null, main?: Oid): Promise<string> {
    const { dispatcher } = statementIn(await repo.read(`${await repo.folderOf('low-1')}/intent.json`)).predicate
    const at = { main: main ?? (await repo.ops.remote.ref(branch))!, now: Date.UTC(2026, 10, 22, 12) }
    const objects = { entry: async () => null } as unknown as Objects
    const unchecked = new UncheckedRecords({} as History, () => null)
    const scribe = { signer: repo.signer, dispatcher, objects, unchecked, branch: 'main' }
    const entry = freezeEntry('unfreeze', { reason: 'a new root', cause: 'operator', root }, at, scribe)
    const [edit] = await entry.edits(at.main)
    if (edit?.kind !== 'write') throw new Error('an event is written')
    await repo.ops.remote.commit({ branch, files: { [edit.path]: edit.bytes } })
    return edit.path
  }
})
