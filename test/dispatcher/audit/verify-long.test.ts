/** What a fast reading of a long history could pass over: records behind many others, that came and went, or that look alike. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sealRecord } from '../../../vault/record/seal.js'
import { type Intent, intentStatement } from '../../../vault/record/statement.js'
import type { Files } from '../../support/git-repo.js'
import { AuditedRepo } from './audited-repo.js'
import { type Forged, forgeClaim, outcomeOf, statementIn } from './forge.js'

/** More than are read ahead, and more commits than one window of the line has. */
const CLAIMS = 70
const QUIET = 260
/** Of the honest story. */
const BEFORE = 3

let repo: AuditedRepo
let claims: readonly Forged[]
/** The story, many claims, then many commits: what an attack begins from. */
let long: string
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
  long = await repo.branch()
  claims = await claimTogether(long)
  await quietly(long)
})
afterAll(() => repo.remove())

/** As a dispatcher would after a burst: all in one commit. */
async function claimTogether(branch: string): Promise<readonly Forged[]> {
  const { remote } = repo.ops
  const model = statementIn(await repo.read(`${await repo.folderOf('low-1')}/intent.json`)).predicate
  const base = (await remote.ref(branch))!
  const made = Array.from({ length: CLAIMS }, (_, index) => {
    const id = `long-${index}` as Intent['id']
    const action = new TextEncoder().encode(repo.ops.action(id))
    const intent = sealRecord(intentStatement(action, { ...model, id, base, nonce: `nonce-${id}` }), repo.signer)
    return { folder: `vault/fired/2026-11-22/${id}`, action, intentText: new TextDecoder().decode(intent) }
  })
  const files = made.flatMap((claim): [string, Files[string]][] => [
    [`${claim.folder}/action.toml`, claim.action],
    [`${claim.folder}/intent.json`, claim.intentText],
    [`${claim.folder}/outcome.json`, outcomeOf(claim, repo.signer)],
  ])
  const commit = await remote.commit({ branch, files: Object.fromEntries(files) })
  return made.map((claim) => ({ ...claim, commit }))
}

/** Commits that have nothing to do with records, one upon the other. */
async function quietly(branch: string): Promise<void> {
  const commit = (index: number) => `commit refs/heads/${branch}
committer somebody <somebody@example.org> ${1_790_000_000 + index} +0000
data 2
x
${index === 0 ? `from refs/heads/${branch}^0\n` : ''}M 100644 inline notes.txt
data ${`${index}`.length}
${index}
`
  const input = Array.from({ length: QUIET }, (_, index) => commit(index)).join('')
  await repo.ops.remote.git(['fast-import', '--quiet', '--date-format=raw'], { input })
}

/** A branch on which each of these happens, with many commits between. */
async function attackLong(...commits: readonly Files[]): Promise<string> {
  const branch = await repo.branch()
  await repo.ops.remote.setRef(branch, (await repo.ops.remote.ref(long))!)
  for (const files of commits) {
    await repo.ops.remote.commit({ branch, files })
    await quietly(branch)
  }
  return branch
}

const codesOf = async (branch: string) =>
  (await repo.verify(branch)).findings.map(({ code, path }) => `${code} ${path}`)

/** In the middle of those that are read together. */
const MIDDLE = 40
const middle = () => claims[MIDDLE]!

/** Another signature of the same length, in the same spelling. */
function misSigned(text: string): string {
  const at = text.indexOf('"sig":"') + 20
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}

describe('verify of a long history', () => {
  it('holds, and judges each claim once', async () => {
    expect(await repo.verify(long)).toMatchObject({ ok: true, findings: [], judged: BEFORE + CLAIMS })
  })

  it.each(['intent.json', 'outcome.json'])('one signature of an %s among many that hold is found', async (name) => {
    const { folder, intentText } = middle()
    const text = name === 'intent.json' ? intentText : await repo.read(`${folder}/${name}`, long)
    const found = await codesOf(await attackLong({ [`${folder}/${name}`]: misSigned(text) }))
    expect(found).toContain(`record_signature ${folder}/${name}`)
    expect(found).toContain(`record_changed ${folder}/${name}`)
    expect(found.every((finding) => finding.includes(folder))).toBe(true)
  })

  it('a record that was changed and put back left no trace, and its claim is not judged anew', async () => {
    const { folder, intentText } = middle()
    const path = `${folder}/intent.json`
    const branch = await attackLong({ [path]: misSigned(intentText) }, { [path]: intentText })
    expect(await repo.verify(branch)).toMatchObject({ ok: true, findings: [], judged: BEFORE + CLAIMS })
  })

  it('a folder that was taken away, and put back without one of its records', async () => {
    const { folder, action, intentText } = middle()
    const [a, i, o] = [`${folder}/action.toml`, `${folder}/intent.json`, `${folder}/outcome.json`]
    const branch = await attackLong({ [a]: null, [i]: null, [o]: null }, { [a]: action, [i]: intentText })
    expect(await codesOf(branch)).toEqual([`record_missing ${o}`])
  })

  it('a good intent that lay under another id for a while claimed nothing there', async () => {
    const { action, intentText } = middle()
    const other = 'vault/fired/2026-11-22/other'
    const [a, i] = [`${other}/action.toml`, `${other}/intent.json`]
    const branch = await attackLong({ [a]: action, [i]: intentText }, { [a]: null, [i]: null })
    expect(await repo.verify(branch)).toMatchObject({ ok: true, judged: BEFORE + CLAIMS })
  })

  it('a folder of an earlier commit, the same tree, under another day', async () => {
    const { folder, action, intentText } = middle()
    const copy = folder.replace('2026-11-22', '2026-11-23')
    const files = { [`${copy}/action.toml`]: action, [`${copy}/intent.json`]: intentText }
    const outcome = await repo.read(`${folder}/outcome.json`, long)
    const branch = await attackLong({ ...files, [`${copy}/outcome.json`]: outcome })
    expect(await codesOf(branch)).toEqual([`record_misplaced ${copy}/intent.json`])
  })

  it('a claim that should not have been, behind many that should', async () => {
    const branch = await attackLong()
    const { commit, folder } = await forgeClaim(repo, branch, 'rel-2', {}, { formula: 'release' })
    await quietly(branch)
    const { findings } = await repo.verify(branch)
    expect(findings.map(({ code }) => code)).toEqual(['tier_mismatch', 'second_key_mismatch'])
    expect(findings[0]).toMatchObject({ path: `${folder}/intent.json`, commit })
  })

  it('a claim in two steps, first the intent beside another action, is judged like one in one step', async () => {
    const branch = await attackLong()
    const path = 'vault/fired/2026-11-22/rel-2/action.toml'
    const { action } = await forgeClaim(repo, branch, 'rel-2', {}, { formula: 'release' }, { [path]: 'something else' })
    await repo.ops.remote.commit({ branch, files: { [path]: action } })
    const { findings, judged } = await repo.verify(branch)
    expect(findings.map(({ code }) => code)).toEqual(['tier_mismatch', 'second_key_mismatch'])
    expect(judged).toBe(BEFORE + CLAIMS + 1)
  })
})
