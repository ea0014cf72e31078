import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diskFiles } from '../../../lib/state/disk-files.js'
import type { StateFiles } from '../../../lib/state/port.js'
import { type UsedEntry, UsedIds } from '../../../lib/state/used-ids.js'

const DAY = '2026-11-22'
const MANY = 10_000

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-used-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const entries = (prefix: string, count: number, day = DAY): readonly UsedEntry[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}-${index}`, day }))

test('an id keeps its first day, in one call, over calls and over a start', async () => {
  const used = new UsedIds(folder)
  await used.add([
    { id: 'a', day: '2026-11-20' },
    { id: 'a', day: DAY },
  ])
  await used.add([{ id: 'a', day: DAY }])
  expect(await used.dayOf('a')).toBe('2026-11-20')
  expect(await new UsedIds(folder).dayOf('a')).toBe('2026-11-20')
  expect(await used.dayOf('b')).toBeNull()
})

test('a burst touches one file', async () => {
  await new UsedIds(folder).add(entries('burst', 1_000))
  expect(await readdir(folder)).toEqual(['recent'])
})

test('many ids are spread over shards, and all are found: here, after a start, and by who read while it was done', async () => {
  const used = new UsedIds(folder)
  const reader = new UsedIds(folder)
  await used.add(entries('first', MANY - 1))
  expect(await reader.dayOf('first-5')).toBe(DAY)
  const looked = Promise.all(entries('first', MANY - 1).map(({ id }) => used.dayOf(id)))
  await used.add([{ id: 'last', day: DAY }])
  expect(new Set(await looked)).toEqual(new Set([DAY]))
  expect(await readdir(folder)).not.toContain('recent')
  for (const index of [used, reader, new UsedIds(folder)]) {
    const days = await Promise.all(entries('first', MANY - 1).map(({ id }) => index.dayOf(id)))
    expect(new Set(days)).toEqual(new Set([DAY]))
  }
  expect(await used.dayOf('last')).toBe(DAY)
  await used.add([{ id: 'last', day: '2027-01-01' }])
  expect(await used.dayOf('last')).toBe(DAY)
})

test('who dies while ids are spread loses none, and the next one spreads them once', async () => {
  let writes = 0
  const dying: StateFiles = {
    ...diskFiles,
    append: (path, text) => (++writes > 100 ? Promise.reject(new Error('died')) : diskFiles.append(path, text)),
  }
  await expect(new UsedIds(folder, dying).add(entries('id', MANY))).rejects.toThrow('died')
  const next = new UsedIds(folder)
  const days = await Promise.all(entries('id', MANY).map(({ id }) => next.dayOf(id)))
  expect(new Set(days)).toEqual(new Set([DAY]))
  await next.add([{ id: 'one-more', day: DAY }])
  const lines = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  expect(
    lines
      .join('')
      .split('\n')
      .filter((line) => line !== ''),
  ).toHaveLength(MANY + 1)
})

test('a line that a crash tore costs that id only', async () => {
  await writeFile(join(folder, 'recent'), `\nwhole ${DAY}\ntorn 2026-1`)
  const used = new UsedIds(folder)
  await used.add([{ id: 'next', day: DAY }])
  const after = new UsedIds(folder)
  expect(await Promise.all(['whole', 'torn', 'next'].map((id) => after.dayOf(id)))).toEqual([DAY, null, DAY])
})
