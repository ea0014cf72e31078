/** Law 11 for records: what cannot be written fails alone, never the group that it shares a commit with, nor the tick. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Oid } from '../../vault/oid.js'
import type { RawEntry } from '../support/git-repo.js'
import { OpsRepo } from '../support/ops-repo.js'

const FIRED = 'vault/fired/2026-11-22'
const at = (path: string) => `${FIRED}/${path}`
/** The longest names that git's own tools can carry. */
const long = (letter: string) => letter.repeat(60_000)

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const incidents = async () => (await ops.records()).filter((path) => path.includes('-incident-'))
const entriesOf = async (folder: string): Promise<readonly RawEntry[]> => {
  const listing = await ops.remote.git(['ls-tree', `main:${folder}`])
  return listing.split('\n').map((line) => {
    const [, mode = '', oid = '', name = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/.exec(line) ?? []
    return { mode: mode.padStart(6, '0').replace(/^0/, ''), name, oid: oid as Oid }
  })
}

/** A commit on main that holds more entries in a folder, by names that no work tree could have. */
async function plant(folder: string, ...planted: readonly string[]): Promise<void> {
  const blob = await ops.remote.object('blob', 'x')
  const names = folder.split('/')
  let added: readonly RawEntry[] = planted.map((name) => ({ mode: '100644', name, oid: blob }))
  for (let depth = names.length; depth >= 0; depth--) {
    const here = names.slice(0, depth).join('/')
    const others = (await entriesOf(here)).filter((entry) => entry.name !== names[depth])
    const key = ({ mode, name: of }: RawEntry) => `${of as string}${mode === '40000' ? '/' : ''}`
    const tree = await ops.remote.rawTree([...others, ...added].sort((a, b) => (key(a) < key(b) ? -1 : 1)))
    added = [{ mode: '40000', name: names[depth - 1] ?? '', oid: tree }]
  }
  const parent = await ops.main()
  const text = `tree ${added[0]?.oid}\nparent ${parent}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n\nx\n`
  await ops.remote.setRef('main', await ops.remote.object('commit', text))
}

describe('names without end', () => {
  it('among the records: they are undone, and the incident names as much as a record can hold', async () => {
    await ops.request('before')
    await ops.tick()
    await plant(FIRED, ...[...'abcdefghijklmnopqrstuvwxyz'].map(long))
    await ops.request('after')
    expect(await ops.tick()).toMatchObject([{ id: 'after', status: 'succeeded' }])
    expect(await incidents()).toHaveLength(1)
    const main = await ops.main()
    await ops.tick()
    expect(await ops.main()).toBe(main)
  })

  it('of a waiting action: it is refused like any other, and its commit has a short message', async () => {
    await plant('vault/actions', `${long('a')}.toml`)
    await ops.request('after')
    expect((await ops.tick()).find(({ id }) => id === 'after')).toMatchObject({ status: 'succeeded' })
    expect((await ops.records()).filter((path) => path.startsWith('vault/refused/'))).not.toEqual([])
    expect((await ops.remote.git(['log', '--format=%B', 'main'])).length).toBeLessThan(5_000)
  })
})

describe('names that no commit can be told to remove', () => {
  it.each(['..', '.', '.git'])('%s: what else was done to the records is undone all the same', async (name) => {
    await ops.request('before')
    await ops.tick()
    await ops.put({ [at('before/outcome.json')]: null })
    await plant(FIRED, name)
    await ops.request('after')
    expect(await ops.tick()).toMatchObject([{ id: 'after', status: 'succeeded' }])
    expect(await ops.records()).toContain(at('before/outcome.json'))
    expect(await incidents()).toHaveLength(1)
    await ops.tick()
    expect(await incidents()).toHaveLength(1)
  })
})
