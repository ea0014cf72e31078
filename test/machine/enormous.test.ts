/** Ops repos with something enormous in them: it is refused in few words, and what lies beside it fires. */
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import '../e2e/patience.js'
import type { Oid } from '../../vault/oid.js'
import { formula, OpsRepo, POLICY } from '../support/ops-repo.js'

const MEGABYTE = 1024 * 1024

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const actionOf = (id: string) => ({ [`vault/actions/${id}.toml`]: ops.action(id) })
const repeated = (count: number, entry: (index: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [entry(index), '']))

/** A branch whose commit is this text. */
async function commitText(id: string, text: string | Uint8Array): Promise<void> {
  await ops.remote.forceRef(`refs/heads/vault/${id}`, await ops.remote.object('commit', text))
}

async function treeWith(id: string): Promise<Oid> {
  const commit = await ops.file(`scratch/${id}`, actionOf(id))
  return (await ops.remote.git(['rev-parse', `${commit}^{tree}`])) as Oid
}

async function longHistory(id: string, length: number): Promise<void> {
  const lines = ['feature done', `commit refs/heads/vault/${id}`]
  const who = 'committer A <a@a> 1800000000 +0000'
  lines.push(who, 'data 0', `from ${ops.root}`, '')
  for (let index = 1; index < length; index++) lines.push(`commit refs/heads/vault/${id}`, who, 'data 0', '')
  const action = ops.action(id)
  lines.push(`commit refs/heads/vault/${id}`, who, 'data 0')
  lines.push(`M 100644 inline vault/actions/${id}.toml`, `data ${Buffer.byteLength(action)}`, action, 'done', '')
  await ops.remote.git(['fast-import', '--quiet', '--done', '--date-format=raw'], { input: lines.join('\n') })
}

/** What a tick must do: judge this one as told in few words, and fire the honest one beside it. */
async function expectBeside(id: string, verdict: object): Promise<void> {
  await ops.request('honest')
  const lines = await ops.tick()
  const line = lines.find((each) => each.id === id)
  expect(line).toMatchObject(verdict)
  expect((line?.detail ?? '').length).toBeLessThan(8_000)
  expect(lines.find((each) => each.id === 'honest')).toMatchObject({ status: 'succeeded' })
  expect(await ops.ran()).toContain('honest')
}

describe('a request with', () => {
  it('a file of 200 MB', async () => {
    const file = join(ops.remote.folder, 'zeros')
    await writeFile(file, '')
    await truncate(file, 200 * MEGABYTE)
    const oid = (await ops.remote.git(['hash-object', '-w', '--', file])) as Oid
    await ops.file('vault/blob', { 'vault/actions/blob.toml': { mode: '100644', oid } })
    await expectBeside('blob', { verdict: 'refuse', reason: 'file_too_large' })
  })

  it('50,000 files in folders', async () => {
    await ops.file('vault/wide', { ...actionOf('wide'), ...repeated(50_000, (index) => `d${index % 100}/f${index}`) })
    await expectBeside('wide', { verdict: 'refuse', reason: 'extra_paths' })
  })

  it('50,000 files in one folder', async () => {
    const blob = await ops.remote.object('blob', '')
    const names = Array.from({ length: 50_000 }, (_, index) => `f${index}`).sort()
    const folder = await ops.remote.rawTree(names.map((name) => ({ mode: '100644', name, oid: blob })))
    await ops.file('vault/flat', { ...actionOf('flat'), d: { mode: '040000', oid: folder } })
    await expectBeside('flat', { verdict: 'refuse', reason: 'extra_paths' })
  })

  it('20,000 commits: a low one fires, by what it adds to main', async () => {
    await longHistory('long', 20_000)
    await expectBeside('long', { verdict: 'fire', status: 'succeeded' })
  })

  it('a path of 4,096 bytes', async () => {
    const path = `${Array.from({ length: 20 }, () => 'd'.repeat(203)).join('/')}/${'x'.repeat(16)}`
    expect(path).toHaveLength(4_096)
    await ops.file('vault/path', { ...actionOf('path'), [path]: '' })
    await expectBeside('path', { verdict: 'refuse', reason: 'extra_paths' })
  })

  it('a name of more than 65,535 bytes', async () => {
    const blob = await ops.remote.object('blob', '')
    const tree = await ops.remote.rawTree([{ mode: '100644', name: 'x'.repeat(70_000), oid: blob }])
    await commitText(
      'name',
      `tree ${tree}\nparent ${ops.root}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n\nx\n`,
    )
    await expectBeside('name', { verdict: 'refuse', reason: 'extra_paths' })
  })

  it('folders 1,000 deep', async () => {
    await ops.file('vault/deep', { ...actionOf('deep'), [`${'d/'.repeat(1_000)}x`]: '' })
    await expectBeside('deep', {
      verdict: 'refuse',
      reason: 'extra_paths',
      detail: expect.stringContaining('its folders are deeper'),
    })
  })

  it.each([
    ['a message of 10 MB', (head: string) => `${head}\n${'m'.repeat(10 * MEGABYTE)}\n`],
    [
      'a signature of 1 MB',
      (head: string) =>
        `${head}gpgsig -----BEGIN SSH SIGNATURE-----\n ${'A'.repeat(MEGABYTE)}\n -----END SSH SIGNATURE-----\n\nx\n`,
    ],
  ])('%s: it fires never by that, and costs the others nothing', async (_, textOf) => {
    const tree = await treeWith('said')
    const head = `tree ${tree}\nparent ${ops.root}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n`
    await commitText('said', textOf(head))
    await ops.request('honest')
    const lines = await ops.tick()
    expect(lines.find(({ id }) => id === 'honest')).toMatchObject({ status: 'succeeded' })
    expect(['fire', 'refuse', 'unverifiable']).toContain(lines.find(({ id }) => id === 'said')?.verdict)
  })
})

describe('an ops repo with', () => {
  it('5,000 request branches: all are judged, and an honest one fires', { timeout: 600_000 }, async () => {
    const parent = await ops.main()
    const made = Array.from({ length: 5_000 }, (_, index) => ({
      branch: `vault/many-${index}`,
      parent,
      files: { [`vault/actions/many-${index}.toml`]: 'broken' },
    }))
    await ops.remote.commits(made)
    await ops.request('honest')
    const lines = await ops.tick()
    // The one that is too much for one tick waits for the next.
    expect(lines.filter(({ verdict }) => verdict === 'refuse')).toHaveLength(4_999)
    expect(lines.filter(({ verdict }) => verdict === 'wait')).toHaveLength(1)
    expect(await ops.ran()).toEqual(['honest'])
  })

  it('submodules and links in vault/: they are refused or undone, and honest ones fire', async () => {
    await ops.tick()
    const link = { mode: '120000', content: '/etc/passwd' } as const
    const module = { mode: '160000', oid: ops.root }
    await ops.put({
      'vault/actions/link.toml': link,
      'vault/actions/module.toml': module,
      'vault/fired/link': link,
      'vault/fired/module': module,
      'vault/refused/link': link,
      'vault/ledger': link,
    })
    await ops.request('honest')
    const lines = await ops.tick()
    expect(lines.find(({ id }) => id === 'honest')).toMatchObject({ status: 'succeeded' })
    await ops.tick()
    await ops.request('later')
    expect((await ops.tick()).find(({ id }) => id === 'later')).toMatchObject({ status: 'succeeded' })
    expect(await ops.ran()).toEqual(['honest', 'later'])
    const left = (await ops.records()).filter((path) => /\/(?:link|module)$/.test(path))
    expect(left).toEqual([])
  })

  it('500 formulas: they are read when the trust set changes, and a request for one fires', async () => {
    const names = Array.from({ length: 480 }, (_, index) => `formula-${index}`)
    const tiers = names.map((name) => `${name} = "low"`).join('\n')
    await ops.put(
      {
        ...Object.fromEntries(names.map((name) => [`formulas/${name}.toml`, formula(name)])),
        'policy.toml': POLICY.replace('[tiers]', `[tiers]\n${tiers}`),
      },
      ops.keys.alice,
    )
    await ops.request('one-of-many', { formula: 'formula-479' })
    expect(await ops.tick()).toMatchObject([{ id: 'one-of-many', status: 'succeeded' }])
  })
})
