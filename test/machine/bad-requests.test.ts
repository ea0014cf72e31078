/** Files that no parser likes: each is refused with its place and the remedy, and the good one beside them fires. */
import { beforeEach, expect, it } from 'vitest'
import type { Dispatcher } from '../../dispatcher/dispatcher.js'
import { OpsRepo } from '../support/ops-repo.js'
import { expectTold } from './tried.js'

let ops: OpsRepo
let dispatcher: Dispatcher
beforeEach(async () => {
  ops = await OpsRepo.make()
  dispatcher = await ops.dispatcher()
  return async () => {
    await dispatcher.close()
    await ops.remove()
  }
})

const MEGABYTE = 1024 * 1024
const keys = (count: number) => Array.from({ length: count }, (_, index) => `k${index} = ${index}`).join('\n')
const bad = (id: string): Readonly<Record<string, string | Uint8Array>> => ({
  megabyte: `${ops.action(id)}# ${'x'.repeat(MEGABYTE)}\n`,
  nul: ops.action(id).replace('because', 'be\0cause'),
  'not-utf8': Buffer.concat([Buffer.from(ops.action(id)), Buffer.from([0x23, 0xff, 0xfe, 0x0a])]),
  utf16: Buffer.from(ops.action(id), 'utf16le'),
  'many-keys': `${keys(10_000)}\n${ops.action(id)}`.slice(0, 60_000),
  'deep-key': `${Array.from({ length: 5_000 }, () => 'a').join('.')} = 1\n${ops.action(id)}`,
  'deep-array': `x = ${'['.repeat(5_000)}${']'.repeat(5_000)}\n${ops.action(id)}`,
  'late-date': ops.action(id, { lines: ['expires_at = 10000-01-01T00:00:00Z'] }),
  'no-date': ops.action(id, { lines: ['expires_at = 2026-02-30T00:00:00Z'] }),
  infinite: ops.action(id, { lines: ['timeout_minutes = inf'] }),
  'huge-number': ops.action(id, { lines: ['timeout_minutes = 99999999999999999999'] }),
  twice: `${ops.action(id)}[vars]\n`,
  empty: '',
  'only-spaces': ' '.repeat(1_000),
  proto: ops.action(id, { lines: ['__proto__ = 1'] }),
})

it('are refused one by one; the daemon goes on, and the next good one fires', async () => {
  const names = Object.keys(bad('x'))
  for (const id of names) await ops.file(`vault/${id}`, { [`vault/actions/${id}.toml`]: bad(id)[id] ?? '' })
  await ops.request('good')
  const lines = new Map((await ops.tickBy(dispatcher)).map((line) => [line.id, line]))
  expect(lines.get('good')).toMatchObject({ status: 'succeeded' })
  for (const id of names) {
    const line = lines.get(id)
    expect(line, id).toMatchObject({ verdict: 'refuse' })
    expectTold(line?.detail ?? '', id === 'megabyte' ? /the file has \d+ bytes/ : /^\d+:\d+ .*\./s)
  }
  await ops.request('next')
  expect((await ops.tickBy(dispatcher)).find(({ id }) => id === 'next')).toMatchObject({ status: 'succeeded' })
  expect(await ops.ran()).toEqual(['good', 'next'])
})
