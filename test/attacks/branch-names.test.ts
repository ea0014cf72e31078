/** Names that somebody else chose: of branches, tags and other refs. They are data, never options and never refs of ours. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TickLine } from '../../dispatcher/cli/tick-line.js'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo } from '../support/ops-repo.js'

const LONG = 'a'.repeat(200)
const MARK = 'ran-by-option'

/** Suffix of the branch -> why. The file in it is an honest action of the id `inner`. */
const NAMES: readonly (readonly [name: string, suffix: string])[] = [
  ['a folder in the name', 'deep/er'],
  ['letters of another script', 'дело'],
  ['200 characters', LONG],
  ['a dash at the beginning', '-x'],
  ['35: an option of git', `--upload-pack=touch ${MARK};`.replaceAll(' ', '$IFS')],
  ['capitals', 'Upper'],
  ['what a shell would run', '$(touch$IFS.x)'],
  ['an underscore first', '_x'],
  ['right-to-left text', 'a\u202eb'],
  ['a trailing comma and quote', `it's,"x"`],
]

let ops: OpsRepo
let lines: ReadonlyMap<string, TickLine>
const heads = new Map<string, Oid>()

beforeAll(async () => {
  ops = await OpsRepo.make()
  for (const [, suffix] of NAMES) {
    heads.set(suffix, await ops.file(`vault/${suffix}`, { 'vault/actions/inner.toml': ops.action('inner') }))
  }
  await ops.file('vault/up', { 'vault/actions/UP.toml': ops.action('UP') })
  await ops.request('honest')
  lines = new Map((await ops.tick()).map((line) => [line.id, line]))
})
afterAll(() => ops.remove())

describe('names of branches', () => {
  it.each(NAMES)('%s is refused as a name', (_, suffix) => {
    const line = [...lines.values()].find(({ id }) => id === suffix) ?? lines.get('inner')
    expect(line).toMatchObject({ verdict: 'refuse', reason: 'branch_name_invalid' })
  })

  it('a file whose name is no id is refused as a name', () => {
    expect(lines.get('UP')).toMatchObject({ verdict: 'refuse', reason: 'branch_name_invalid' })
  })

  it('none of them runs anything, and the honest one does', async () => {
    expect(await ops.ran()).toEqual(['honest'])
    expect(existsSync(join(ops.remote.path, MARK))).toBe(false)
    expect(existsSync(MARK)).toBe(false)
  })

  it('each has its comment', async () => {
    for (const head of new Set(heads.values())) expect(await ops.note(head)).toContain('branch_name_invalid')
  })
})

describe('names that only git takes', () => {
  it('51: a name that is no UTF-8, or beyond all length, fails alone', async () => {
    const head = await ops.file('aside', { 'vault/actions/bytes.toml': ops.action('bytes') })
    for (const name of [Buffer.from([0xff, 0xfe]), Buffer.from(`${'a/'.repeat(800)}a`)]) {
      const input = Buffer.concat([Buffer.from('create refs/heads/vault/'), name, Buffer.from(` ${head}\n`)])
      await ops.remote.git(['update-ref', '--stdin'], { input })
    }
    await ops.request('honest-2')
    const again = await ops.tick()
    expect(again.find(({ id }) => id === 'honest-2')).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).not.toContain('bytes')
  })
})

describe('refs that pose as others', () => {
  it('35: a tag, and a branch deep down, that are named like main are not main', async () => {
    const evil = await ops.remote.commit({ branch: 'evil', files: { 'policy.toml': 'version = 1\n' } })
    for (const name of ['refs/tags/main', 'refs/heads/x/refs/heads/main', 'refs/heads/heads/main']) {
      await ops.remote.setRef(name, evil)
    }
    await ops.request('posed')
    expect(await ops.tick()).toContainEqual(expect.objectContaining({ id: 'posed', status: 'succeeded' }))
  })

  it('a tag is no request', async () => {
    const head = await ops.file('elsewhere', { 'vault/actions/tagged.toml': ops.action('tagged') })
    for (const name of [
      'refs/tags/vault/tagged',
      'refs/tags/refs/heads/vault/tagged',
      'refs/remotes/origin/vault/tagged',
    ]) {
      await ops.remote.setRef(name, head)
    }
    const again = await ops.tick()
    expect(again.map(({ id }) => id)).not.toContain('tagged')
    expect(await ops.ran()).not.toContain('tagged')
  })

  it('37: a replacement of the policy, or of main, is not seen', async () => {
    await ops.request('replaced', { formula: 'release' }, ops.keys.agent)
    const loose = (await ops.remote.read('main', 'policy.toml'))?.replace('release = "high"', 'release = "low"') ?? ''
    const blob = await ops.remote.git(['rev-parse', 'main:policy.toml'])
    const swapped = await ops.remote.commit({ branch: null, files: { 'policy.toml': loose } })
    await ops.remote.setRef(`refs/replace/${blob}`, await ops.remote.object('blob', loose))
    await ops.remote.setRef(`refs/replace/${await ops.main()}`, swapped)
    // A fresh state folder too: it clones what is there.
    for (const name of ['one', 'two']) {
      const line = (await ops.tick(name)).find(({ id }) => id === 'replaced')
      expect(line).toMatchObject({ tier: 'high', verdict: 'wait', reason: 'awaiting_admin_merge' })
    }
    for (const each of [blob, await ops.main()]) await ops.remote.setRef(`refs/replace/${each}`, null)
  })

  it('51: `vault/x/y` after `vault/x` is gone, in a clone that had it', async () => {
    await ops.request('x', { formula: 'release' }, ops.keys.agent)
    await ops.tick()
    await ops.remote.setRef('vault/x', null)
    await ops.file('vault/x/y', { 'vault/actions/y.toml': ops.action('y') })
    await ops.request('honest-3')
    const again = await ops.tick()
    expect(again).toContainEqual(expect.objectContaining({ id: 'honest-3', status: 'succeeded' }))
    expect(again).toContainEqual(expect.objectContaining({ id: 'y', reason: 'branch_name_invalid' }))
  })
})
