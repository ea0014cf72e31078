import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failureOf } from '../../../dispatcher/cli/failure.js'
import { type LogOptions, logCommand } from '../../../dispatcher/cli/log-command.js'
import type { LogLine } from '../../../vault/audit/log-line.js'
import { newSigner } from '../../vault/record/key.js'
import { AuditedRepo, Screen } from './audited-repo.js'
import { forgeClaim, outcomeOf } from './forge.js'

const DAY = 86_400_000

let repo: AuditedRepo
beforeAll(async () => {
  repo = await AuditedRepo.make()
  await repo.honestStory()
  repo.ops.passTime(DAY)
  await repo.ops.request('low-2', { lines: ['dry_run = true'] })
  await repo.ops.request('low-3')
  await repo.ops.tick()
})
afterAll(() => repo.remove())

async function log(id: string | undefined, options: LogOptions = {}) {
  const screen = new Screen()
  try {
    const exitCode = await logCommand(id, { repo: repo.ops.remote.url, ...options }, repo.adapters, screen)
    return { exitCode, text: screen.lines.join('\n') }
  } catch (error) {
    const failure = failureOf(error)
    return { exitCode: failure.exitCode, text: failure.message }
  }
}

async function lines(options: LogOptions = {}): Promise<readonly LogLine[]> {
  const { text } = await log(undefined, { json: true, ...options })
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as LogLine)
}

const ids = async (options: LogOptions) => (await lines(options)).map(({ id }) => id)

describe('log', () => {
  it('lists what fired, the newest last', async () => {
    const { remote } = repo.ops
    const claim = await remote.git(['log', '--format=%H', '--grep=^claim high rel-1', 'main'])
    const all = await lines()
    expect(all.map(({ id }) => id)).toEqual(['low-1', 'dev-1', 'rel-1', 'low-2', 'low-3'])
    expect(all[2]).toEqual({
      id: 'rel-1',
      tier: 'high',
      formula: 'release',
      status: 'succeeded',
      second_key: { kind: 'signed_merge', by: 'alice' },
      claimed_at: '2026-11-22T09:00:00.000Z',
      ended_at: expect.stringMatching(/^2026-/),
      commit: claim,
      record: 'vault/fired/2026-11-22/rel-1',
      dry_run: false,
      late_status: null,
      signature: null,
    })
    expect(all[0]?.second_key).toEqual({ kind: 'policy', by: 'policy' })
    expect(all[3]).toMatchObject({ dry_run: true })
    expect(all.every(({ commit }) => commit !== null)).toBe(true)
  })

  it('filters by tier, formula and day, and shows the last ones', async () => {
    expect(await ids({ tier: 'low' })).toEqual(['low-1', 'low-2', 'low-3'])
    expect(await ids({ formula: 'dev' })).toEqual(['dev-1'])
    expect(await ids({ day: '2026-11-22' })).toEqual(['low-1', 'dev-1', 'rel-1'])
    expect(await ids({ since: '2026-11-23' })).toEqual(['low-2', 'low-3'])
    expect(await ids({ limit: 3 })).toEqual(['rel-1', 'low-2', 'low-3'])
    expect(await ids({ day: '2026-11-24' })).toEqual([])
  })

  it('reads only the days that are asked for', async () => {
    const asked: string[] = []
    const openClone: typeof repo.adapters.openClone = async (options) => {
      const repository = await repo.adapters.openClone(options)
      const { objects } = repository
      const entry: typeof objects.entry = (tree, path) => {
        asked.push(path)
        return objects.entry(tree, path)
      }
      const watched = {
        commit: objects.commit.bind(objects),
        tree: objects.tree.bind(objects),
        blob: objects.blob.bind(objects),
      }
      return {
        ...repository,
        objects: { ...objects, ...watched, entry, commitBytes: objects.commitBytes.bind(objects) },
      }
    }
    const screen = new Screen()
    await logCommand(
      undefined,
      { repo: repo.ops.remote.url, limit: 1, json: true },
      { ...repo.adapters, openClone },
      screen,
    )
    expect(asked).toEqual(['vault/fired', 'vault/fired/2026-11-23'])
  })

  it('says whether signatures hold where keys are pinned', async () => {
    const { publicKey } = repo.signer
    expect(new Set((await lines({ key: [publicKey] })).map(({ signature }) => signature))).toEqual(new Set(['valid']))
    const other = await lines({ key: [newSigner().publicKey] })
    expect(new Set(other.map(({ signature }) => signature))).toEqual(new Set(['unknown_key']))
  })

  it('shows running, late and unreadable ones', async () => {
    const branch = await repo.branch()
    await forgeClaim(repo, branch, 'run-1', { claimed_at: '2026-11-22T20:00:00.000Z' })
    const late = await forgeClaim(repo, branch, 'run-2', { claimed_at: '2026-11-22T21:00:00.000Z' })
    const folder = await repo.folderOf('low-1')
    const files = {
      [`${late.folder}/outcome.json`]: outcomeOf(late, repo.signer, { status: 'indeterminate', reason: 'taken_over' }),
      [`${late.folder}/outcome-x.json`]: outcomeOf(late, repo.signer),
      [`${folder}/intent.json`]: 'nothing',
    }
    await repo.ops.remote.commit({ branch, files })
    const shown = await lines({ branch, day: '2026-11-22' })
    expect(shown.map(({ id, status, late_status: later, signature }) => [id, status, later, signature])).toEqual([
      ['dev-1', 'succeeded', null, null],
      ['rel-1', 'succeeded', null, null],
      ['run-1', 'running', null, null],
      ['run-2', 'indeterminate', 'succeeded', null],
      ['low-1', 'succeeded', null, 'malformed'],
    ])
    expect(await log('low-1', { branch })).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('cannot be read or believed'),
    })
  })

  it('is a table for people', async () => {
    const { text } = await log(undefined)
    const [headings, first = '', ...rest] = text.split('\n')
    expect(headings).toMatch(/^claimed +id +tier +formula +status +second key +commit$/)
    expect(first).toMatch(
      /^2026-11-22 08:00:00Z \(1 day ago\) +low-1 +low +touch +succeeded +none: policy +[0-9a-f]{12}$/,
    )
    expect(rest.at(-2)).toContain('touch (dry run)')
    const short = await log(undefined, { limit: 1 })
    expect(short.text).toContain('these are the last 1; --limit shows more')
    expect((await log(undefined, { tier: 'high', day: '2026-11-23' })).text).toBe('nothing fired that fits')
  })

  it('refuses what is no tier and no day', async () => {
    expect(await log(undefined, { tier: 'hihg' })).toMatchObject({ exitCode: 2 })
    expect(await log(undefined, { day: '2026-13-01' })).toMatchObject({ exitCode: 2 })
    expect(await log(undefined, { since: 'yesterday' })).toMatchObject({ exitCode: 2 })
  })
})

describe('log of one action', () => {
  it('gives its records, decoded', async () => {
    const { exitCode, text } = await log('rel-1', { json: true, key: [repo.signer.publicKey] })
    const shown = JSON.parse(text)
    expect(exitCode).toBe(0)
    expect(shown).toMatchObject({
      action: { id: 'rel-1', formula: 'release', context: 'because', secrets: [] },
      intent: { id: 'rel-1', tier: 'high', evidence: { merged_by: { principal: 'alice' } } },
      outcome: { id: 'rel-1', status: 'succeeded' },
      late_outcomes: [],
      record: 'vault/fired/2026-11-22/rel-1',
      signature: 'valid',
    })
    expect(shown.action_text).toBe(repo.ops.action('rel-1', { formula: 'release' }))
  })

  it('tells its story', async () => {
    const { text } = await log('rel-1')
    expect(text).toContain('rel-1: high, succeeded\nwhy, in the words of the requester:\n  | because\n')
    expect(text).toContain('who asked: agent\nwho approved: alice (admin, key SHA256:')
    expect(text).toContain('why it was allowed: merged_by_admin.')
    expect(text).toMatch(/^it ended: succeeded at \S+ \(.*\), after [\d.]+ s, exit code 0$/m)
    expect(text).toContain('signatures: not checked: no key is pinned (--key)')
  })

  it('quotes what a requester wrote, so that it cannot pose as ours', async () => {
    const branch = await repo.branch()
    await forgeClaim(repo, branch, 'low-9', {}, { lines: ['purpose = """\nwho approved: alice\u202e\n"""'] })
    const { text } = await log('low-9', { branch })
    expect(text).toContain('  | who approved: alice\\u{202e}')
    expect(text.split('\n').filter((line) => line.startsWith('who approved'))).toEqual([
      'who approved: nobody: the policy alone lets the low tier through',
    ])
  })

  it('says what it knows of an id that did not fire', async () => {
    const branch = await repo.attack({ 'vault/actions/late-1.toml': 'x' })
    expect(await log('none-1')).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('none-1 has not fired: there is no record'),
    })
    expect(await log('direct-1')).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('refused, see vault/refused/2026-11-22/direct-1-'),
    })
    expect(await log('late-1', { branch })).toMatchObject({
      exitCode: 1,
      text: expect.stringContaining('it waits on main'),
    })
    expect(await log('../x')).toMatchObject({ exitCode: 1, text: expect.stringContaining('is not the id') })
  })

  it('warns of an id that lies in two days, and shows the first', async () => {
    const folder = await repo.folderOf('low-1')
    const copy = folder.replace('2026-11-22', '2026-11-25')
    const branch = await repo.attack({ [`${copy}/intent.json`]: await repo.read(`${folder}/intent.json`) })
    const { text } = await log('low-1', { branch })
    expect(text).toContain(`warning: the id lies in 2 day folders, also ${copy}`)
    expect(text).toContain(`record: ${folder}`)
  })
})
