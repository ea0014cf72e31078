/** What agents push by git itself: honest and not, all in one heap, and one tick sorts it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json, Ran } from './cli.js'
import type { Clone } from './clone.js'
import { byId, Ops } from './ops.js'

const DAY_MS = 86_400_000
const MEGABYTES_10 = 10 * 1024 * 1024

let ops: Ops
let tick: Ran
let lines: Readonly<Record<string, Json>>

beforeAll(async () => {
  ops = await Ops.make()
  const clone = await ops.cloneOf(ops.people.agent)
  await pushContents(clone)
  await pushShapes(clone)
  tick = await ops.tick()
  lines = byId(tick)
})
afterAll(() => ops.remove())

async function pushContents(clone: Clone): Promise<void> {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
  const expires = (ms: number) => ({ lines: [`expires_at = ${time(Date.now() + ms)}`] })
  await clone.pushRequest('huge', `${ops.action('huge')}\n# ${'x'.repeat(MEGABYTES_10)}\n`)
  await clone.pushRequest(
    'not-utf8',
    Buffer.concat([Buffer.from(ops.action('not-utf8')), Buffer.from([0x23, 0xff, 0x0a])]),
  )
  await clone.pushRequest('windows', ops.action('windows').replaceAll('\n', '\r\n'))
  await clone.pushRequest('typo', ops.action('typo').replace('secrets = []', 'secrets = [\nblast_radious = "low"'))
  await clone.pushRequest(
    'direct',
    ops.action('direct', { formula: 'note-gated', lines: ['dispatch_mode = "direct"'] }),
  )
  await clone.pushRequest('too-late', ops.action('too-late', expires(-60_000)))
  await clone.pushRequest('in-time', ops.action('in-time', expires(DAY_MS)))
  await clone.pushRequest('rehearsal', ops.action('rehearsal', { lines: ['dry_run = true'] }))
  await clone.pushRequest('unsigned', ops.action('unsigned', { formula: 'note-gated' }), { isSigned: false })
  await clone.pushRequest('stumble', ops.action('stumble', { formula: 'trip' }))
}

async function pushShapes(clone: Clone): Promise<void> {
  const main = await clone.git('rev-parse', 'origin/main')
  await clone.git('push', '--quiet', 'origin', 'origin/main:refs/heads/vault/at-main')

  await branch(clone, 'with-policy')
  await clone.commit({
    message: 'a request, and a policy for it',
    files: { 'vault/actions/with-policy.toml': ops.action('with-policy'), 'policy.toml': 'version = 1\n' },
  })
  await clone.push('vault/with-policy')

  for (const [id, mode, oid] of [
    ['link', '120000', await clone.git('rev-parse', 'origin/main:policy.toml')],
    ['submodule', '160000', main],
    ['program', '100755', await clone.git('rev-parse', 'origin/main:policy.toml')],
  ] as const) {
    await branch(clone, id)
    await clone.git('update-index', '--add', '--cacheinfo', `${mode},${oid},vault/actions/${id}.toml`)
    await clone.git('commit', '--quiet', '-S', '-m', id)
    await clone.push(`vault/${id}`)
    await clone.git('reset', '--quiet', '--hard')
  }

  await clone.git('checkout', '--quiet', '--orphan', 'vault/stranger')
  await clone.git('rm', '-r', '--quiet', '--force', '.')
  await clone.commit({ message: 'from nowhere', files: { 'vault/actions/stranger.toml': ops.action('stranger') } })
  await clone.push('vault/stranger')
}

async function branch(clone: Clone, id: string): Promise<void> {
  await clone.git('checkout', '--quiet', '--force', '-B', `vault/${id}`, 'origin/main')
}

describe('one tick over a heap of requests', () => {
  it('exits 0 and says one thing about each of them', () => {
    expect(tick.code, `${tick}`).toBe(0)
    expect(tick.stderr).toBe('')
    expect(lines['at-main']).toBeUndefined()
    expect(tick.lines()).toHaveLength(15)
  })

  it.each([
    ['10 MB', 'huge', 'file_too_large'],
    ['bytes that are not UTF-8', 'not-utf8', 'not_utf8'],
    ['broken TOML', 'typo', 'toml_syntax'],
    ['dispatch_mode', 'direct', 'dispatch_mode_forbidden'],
    ['one that has expired', 'too-late', 'expired'],
    ['a high one without a signature', 'unsigned', 'requester_unknown'],
    ['one that brings its own policy', 'with-policy', 'extra_paths'],
    ['a symlink', 'link', 'not_regular_file'],
    ['a submodule', 'submodule', 'not_regular_file'],
    ['an executable file', 'program', 'not_regular_file'],
    ['one without common history', 'stranger', 'no_common_history'],
  ])('%s is refused with its reason', (_, id, reason) => {
    expect(lines[id]).toMatchObject({ id, verdict: 'refuse', reason })
  })

  it('the honest ones run, each once, byte for byte what was asked', async () => {
    for (const id of ['windows', 'in-time']) expect(lines[id]).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect((await ops.ran()).toSorted()).toEqual(['in-time', 'windows'])
    expect(await ops.readMain(`${lines['windows']?.['record']}/action.toml`)).toBe(
      ops.action('windows').replaceAll('\n', '\r\n').trimEnd(),
    )
  })

  it('a dry run leaves its records and runs nothing', async () => {
    expect(lines['rehearsal']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).not.toContain('rehearsal')
    const log = await ops.operate('log', 'rehearsal')
    expect(log.stdout).toContain('rehearsal: low, succeeded, a dry run')
    expect(log.stdout).toContain('planned_only')
  })

  it('a run that fails is an end like any other', async () => {
    expect(lines['stumble']).toMatchObject({ verdict: 'fire', status: 'failed' })
    const log = await ops.operate('log', 'stumble')
    expect(log.stdout).toMatch(/failed at .*exit code 7, in step trip/)
    expect(log.stdout).toContain('fell over')
  })

  it('the branch at main is tidied in silence, refused ones stay with a comment that says why', async () => {
    const branches = await ops.branches()
    expect(branches).not.toContain('vault/at-main')
    expect(branches).toContain('vault/typo')
    const note = await ops.git('notes', '--ref=countersign', 'show', await ops.git('rev-parse', 'vault/typo'))
    expect(note).toContain('typo is refused (toml_syntax)')
    expect(note).toMatch(/line \d+, column \d+/)
    const status = await ops.people.agent.cli('status', 'typo', '--repo', ops.path)
    expect(status.stdout.trim()).toBe(note)
  })

  it('the next tick says the same of what is still there, and fires nothing', async () => {
    const ran = await ops.ran()
    const again = byId(await ops.tick())
    expect(Object.keys(again).toSorted()).toEqual(
      Object.keys(lines)
        .filter((id) => lines[id]?.['verdict'] === 'refuse')
        .toSorted(),
    )
    expect(await ops.ran()).toEqual(ran)
  })
})
