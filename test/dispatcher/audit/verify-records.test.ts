/** What can be done to records by somebody who may push, but has no dispatcher's key. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSigner } from '../../vault/record/key.js'
import { AuditedRepo } from './audited-repo.js'
import { forgeClaim, outcomeOf, signRaw, statementIn } from './forge.js'

let repo: AuditedRepo
let low: string
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
  low = await repo.folderOf('low-1')
})
afterAll(() => repo.remove())

const codesOf = async (branch: string) =>
  (await repo.verify(branch)).findings.map(({ code, path }) => `${code} ${path}`)

describe('verify of records', () => {
  it('holds for an honest history, and says what it looked at', async () => {
    expect(await repo.verify()).toMatchObject({
      exitCode: 0,
      ok: true,
      checked: 7,
      judged: 3,
      findings: [],
      root: repo.ops.root,
    })
  })

  it('finds one byte of an outcome that was changed', async () => {
    const text = await repo.read(`${low}/outcome.json`)
    const at = text.indexOf('"payload":"') + 200
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    const branch = await repo.attack({ [`${low}/outcome.json`]: changed })
    expect(await codesOf(branch)).toEqual([
      `record_signature ${low}/outcome.json`,
      `record_changed ${low}/outcome.json`,
    ])
  })

  it('finds an outcome that was removed, and names the commit', async () => {
    const branch = await repo.attack({ [`${low}/outcome.json`]: null })
    const { findings, exitCode } = await repo.verify(branch)
    const commit = await repo.ops.remote.ref(branch)
    expect(findings).toMatchObject([{ id: 'low-1', code: 'record_missing', path: `${low}/outcome.json`, commit }])
    expect(exitCode).toBe(1)
  })

  it('finds a fired folder that was removed', async () => {
    const files = { [`${low}/action.toml`]: null, [`${low}/intent.json`]: null, [`${low}/outcome.json`]: null }
    const branch = await repo.attack(files)
    expect(await codesOf(branch)).toEqual([`record_missing ${low}/intent.json`, `record_missing ${low}/outcome.json`])
  })

  it('finds a fired folder that was taken away in small steps', async () => {
    const branch = await repo.attack(
      { [`${low}/action.toml`]: 'something else' },
      { [`${low}/intent.json`]: null },
      { [`${low}/outcome.json`]: null },
      { [`${low}/action.toml`]: null },
    )
    expect(await codesOf(branch)).toEqual([`record_missing ${low}/intent.json`, `record_missing ${low}/outcome.json`])
  })

  it('finds an action that was edited beside its intent', async () => {
    const branch = await repo.attack({ [`${low}/action.toml`]: `${await repo.read(`${low}/action.toml`)}# more\n` })
    expect(await codesOf(branch)).toEqual([`subject_mismatch ${low}/action.toml`])
  })

  it('finds an action that was removed beside its intent', async () => {
    const branch = await repo.attack({ [`${low}/action.toml`]: null })
    expect(await codesOf(branch)).toContain(`record_missing ${low}/action.toml`)
  })

  it('finds a record that was copied to another day', async () => {
    const copy = low.replace('2026-11-22', '2026-11-23')
    const names = ['action.toml', 'intent.json', 'outcome.json']
    const files = await Promise.all(
      names.map(async (name) => [`${copy}/${name}`, await repo.read(`${low}/${name}`)] as const),
    )
    expect(await codesOf(await repo.attack(Object.fromEntries(files)))).toEqual([
      `record_misplaced ${copy}/intent.json`,
    ])
  })

  it('finds a record that was copied to another id', async () => {
    const copy = low.replace('low-1', 'low-2')
    const files = {
      [`${copy}/action.toml`]: await repo.read(`${low}/action.toml`),
      [`${copy}/intent.json`]: await repo.read(`${low}/intent.json`),
    }
    expect(await codesOf(await repo.attack(files))).toEqual([`record_misplaced ${copy}/intent.json`])
  })

  it('finds an outcome that was put beside another intent', async () => {
    const dev = await repo.folderOf('dev-1')
    const branch = await repo.attack({ [`${dev}/outcome.json`]: await repo.read(`${low}/outcome.json`) })
    expect(await codesOf(branch)).toEqual([`intent_mismatch ${dev}/outcome.json`, `record_changed ${dev}/outcome.json`])
  })

  it('finds an intent that was signed anew by a key that nobody pinned', async () => {
    const foreign = newSigner()
    const statement = statementIn(await repo.read(`${low}/intent.json`))
    const { predicate } = statement
    const forged = {
      ...statement,
      predicate: { ...predicate, dispatcher: { ...predicate.dispatcher, key: foreign.keyId } },
    }
    const branch = await repo.attack({ [`${low}/intent.json`]: signRaw(forged, foreign) })
    expect(await codesOf(branch)).toEqual([
      `record_key_unknown ${low}/intent.json`,
      `intent_mismatch ${low}/outcome.json`,
      `record_changed ${low}/intent.json`,
    ])
  })

  it('finds a file that no dispatcher writes', async () => {
    const branch = await repo.attack({
      'vault/fired/README.md': 'hello',
      [`${low}/notes.txt`]: 'hello',
      'vault/fired/2026-11-22/UPPER/intent.json': '{}',
      'vault/refused/x/y': '',
      'vault/ledger/checkpoint': '',
    })
    expect((await codesOf(branch)).sort()).toEqual([
      'record_foreign vault/fired/2026-11-22/UPPER',
      `record_foreign ${low}/notes.txt`,
      'record_foreign vault/fired/README.md',
      'record_foreign vault/ledger/checkpoint',
      'record_foreign vault/refused/x',
    ])
  })

  it('finds a record that became a symlink, an executable, or too large', async () => {
    const outcome = `${low}/outcome.json`
    const symlink = await repo.attack({ [outcome]: { mode: '120000', content: 'intent.json' } })
    expect(await codesOf(symlink)).toContain(`record_foreign ${outcome}`)
    const executable = await repo.attack({ [outcome]: { mode: '100755', content: await repo.read(outcome) } })
    expect(await codesOf(executable)).toEqual([`record_foreign ${outcome}`])
    const large = await repo.attack({ [outcome]: 'x'.repeat(600_000) })
    expect(await codesOf(large)).toContain(`record_malformed ${outcome}`)
  })

  it('finds a refusal that was changed or moved, and a refused file that was exchanged', async () => {
    const paths = await repo.ops.remote.paths('main', 'vault/refused')
    const folder = paths[0]!.slice(0, -'/action.toml'.length)
    const decision = await repo.read(`${folder}/decision.json`)
    const moved = `${folder.slice(0, -12)}000000000000`
    expect(await codesOf(await repo.attack({ [`${moved}/decision.json`]: decision }))).toEqual([
      `record_misplaced ${moved}/decision.json`,
    ])
    expect(await codesOf(await repo.attack({ [`${folder}/action.toml`]: 'x' }))).toEqual([
      `subject_mismatch ${folder}/action.toml`,
      `record_changed ${folder}/action.toml`,
    ])
    expect(await codesOf(await repo.attack({ [`${folder}/action.toml`]: null }))).toEqual([
      `record_missing ${folder}/action.toml`,
    ])
    expect(
      await codesOf(await repo.attack({ [`${folder}/decision.json`]: null, [`${folder}/action.toml`]: null })),
    ).toContain(`record_missing ${folder}/decision.json`)
  })

  it('does not mind what was tampered with and put back exactly', async () => {
    const outcome = await repo.read(`${low}/outcome.json`)
    const intent = await repo.read(`${low}/intent.json`)
    const branch = await repo.attack(
      { [`${low}/outcome.json`]: 'x', [`${low}/intent.json`]: null, 'vault/fired/2026-11-22/extra/intent.json': '{}' },
      {
        [`${low}/outcome.json`]: outcome,
        [`${low}/intent.json`]: intent,
        'vault/fired/2026-11-22/extra/intent.json': null,
      },
    )
    expect(await repo.verify(branch)).toMatchObject({ exitCode: 0, ok: true, judged: 3 })
  })

  it("takes a late outcome for what it is, and not under another instance's name", async () => {
    const branch = await repo.branch()
    const claim = await forgeClaim(repo, branch, 'low-2')
    const first = outcomeOf(claim, repo.signer, { status: 'indeterminate', reason: 'taken_over' })
    const late = outcomeOf(claim, repo.signer)
    const { instance } = statementIn(claim.intentText).predicate.dispatcher
    await repo.ops.remote.commit({
      branch,
      files: { [`${claim.folder}/outcome.json`]: first, [`${claim.folder}/outcome-${instance}.json`]: late },
    })
    expect(await repo.verify(branch)).toMatchObject({ ok: true, checked: 10, judged: 4 })
    await repo.ops.remote.commit({ branch, files: { [`${claim.folder}/outcome-other.json`]: late } })
    expect(await codesOf(branch)).toEqual([`record_misplaced ${claim.folder}/outcome-other.json`])
  })

  it('finds an outcome that denies its intent', async () => {
    const branch = await repo.branch()
    const claim = await forgeClaim(repo, branch, 'low-2')
    await repo.ops.remote.commit({
      branch,
      files: { [`${claim.folder}/outcome.json`]: outcomeOf(claim, repo.signer, { dry_run: true }) },
    })
    expect(await codesOf(branch)).toEqual([`intent_mismatch ${claim.folder}/outcome.json`])
  })
})
