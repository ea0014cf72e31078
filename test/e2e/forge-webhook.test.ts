/** The daemon with an endpoint: a delivery wakes it, and nothing else does. */
import { createHmac } from 'node:crypto'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Ops } from './ops.js'
import { until } from './until.js'
import './patience.js'

const SECRET = 'a secret of both, long enough'

let ops: Ops
beforeAll(async () => {
  ops = await Ops.make()
  const config = await readFile(ops.config, 'utf8')
  // Far away: whatever happens in time, a webhook did it.
  await writeFile(ops.config, config.replace('[schedule]', '[schedule]\ncron = "0 0 0 1 1 *"'))
  await appendFile(ops.config, '\n[webhook]\nlisten = "127.0.0.1:0"\nsecret_env = "HOOK"\n')
})
afterAll(() => ops.remove())

it('a signed delivery wakes the tick at once; a forged one does not; /healthz tells the age of the last tick', async () => {
  const daemon = ops.people.operator.with({ HOOK: SECRET }).start('serve', '--config', ops.config)
  try {
    const url = await endpointOf(() => daemon.stderr)
    const health = async () => {
      const answer = await fetch(`${url}/healthz`)
      return { status: answer.status, body: (await answer.json()) as { last_tick_age_s: number | null } }
    }
    await until('the first tick', async () => (await health()).status === 200)
    await ops.push(ops.people.agent, 'woken')

    const body = JSON.stringify({ ref: 'refs/heads/vault/woken' })
    const post = async (secret: string) => {
      const digest = createHmac('sha256', secret).update(body).digest('hex')
      const headers = { 'X-Hub-Signature-256': `sha256=${digest}` }
      return (await fetch(`${url}/webhook`, { method: 'POST', headers, body })).status
    }
    expect(await post('guess')).toBe(401)
    expect(await ops.ran()).toEqual([])
    expect(await post(SECRET)).toBe(202)
    await until(
      'the action ran',
      async () => (await ops.ran()).includes('woken'),
      () => daemon.stderr,
    )
    expect((await fetch(`${url}/`)).status).toBe(404)
    expect(daemon.stderr).not.toContain(SECRET)
  } finally {
    daemon.signal('SIGTERM')
  }
  expect((await daemon.ended).code).toBe(0)
})

it.each([
  ['not set', {}],
  ['empty', { HOOK: '' }],
])('a secret that is %s is a mistake of the configuration: exit 2, with its place', async (why, env) => {
  const ran = await ops.people.operator.with(env).cli('serve', '--config', ops.config)
  expect(ran.code).toBe(2)
  expect(ran.stderr).toMatch(new RegExp(`countersign.toml:\\d+:1: the environment variable HOOK is ${why}`))
})

async function endpointOf(stderr: () => string): Promise<string> {
  let url = ''
  await until(
    'the endpoint',
    () => {
      url = /"webhook":"([^"]+)"/.exec(stderr())?.[1] ?? ''
      return url !== ''
    },
    stderr,
  )
  return url
}
