/** The daemon, told by signals. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Running } from './cli.js'
import { Ops } from './ops.js'
import { until } from './until.js'

let ops: Ops
let daemon: Running
beforeAll(async () => {
  ops = await Ops.make()
  await setCron('* * * * * *')
  daemon = serve()
  await said(daemon, 'serving')
})
afterAll(async () => {
  daemon.signal('SIGKILL')
  await ops.remove()
})

const serve = () => ops.people.operator.start('serve', '--config', ops.config)

async function setCron(cron: string): Promise<void> {
  const text = await readFile(ops.config, 'utf8')
  const cronLine = `cron = ${JSON.stringify(cron)}`
  await writeFile(ops.config, text.replace(/\[schedule\]\n(?:cron = .*\n)?/, `[schedule]\n${cronLine}\n`))
}

async function said(running: Running, words: string, times = 1): Promise<void> {
  await until(
    `the daemon says ${words}`,
    () => running.stderr.split(words).length > times,
    () => running.stderr,
  )
}

const ran = async (line: string) => (await ops.ran()).includes(line)

async function began(id: string, by: Running): Promise<void> {
  await until(
    `${id} began`,
    () => ran(`begin ${id}`),
    () => by.stderr,
  )
}

it.each(['serve', 'tick', 'doctor'])('%s says what a schedule has to be', async (command) => {
  const config = join(ops.folder, 'unscheduled.toml')
  const text = (await readFile(ops.config, 'utf8')).replace(/^cron = .*$/m, 'cron = "*/5 * * * *"')
  await writeFile(config, text)
  const told = await ops.people.operator.cli(command, '--config', config)
  expect(told.code, told.text).toBe(2)
  expect(told.stderr).toContain('it needs six fields, seconds first; such as "*/10 * * * * *", every ten seconds')
})

describe('serve', () => {
  it('fires what is pushed, by its schedule', async () => {
    await ops.push(ops.people.agent, 'soon')
    await until(
      'soon ran',
      () => ran('soon'),
      () => daemon.stderr,
    )
    await until('its outcome is on main', async () =>
      (await ops.paths('vault/fired')).some((path) => path.endsWith('soon/outcome.json')),
    )
  })

  it('keeps others off its state folder: a second one exits 2', async () => {
    const other = await serve().ended
    expect(other.code, other.text).toBe(2)
    expect(other.stderr).toMatch(
      /another dispatcher \(process \d+\) works on .*state; stop it, or give this one a state_dir of its own/,
    )
    const tick = await ops.tick()
    expect(tick.code, tick.text).toBe(2)
    // Others look, whoever serves.
    expect((await ops.operate('status', '--json')).code).toBe(0)
  })

  it('reads its configuration again on SIGHUP, and keeps the old one where the new one is broken', async () => {
    await setCron('every now and then')
    daemon.signal('SIGHUP')
    await said(daemon, 'the new configuration cannot be used')
    await setCron('*/2 * * * * *')
    daemon.signal('SIGHUP')
    await said(daemon, '"serving"', 2)
    expect(daemon.stderr).toContain('*/2 * * * * *')
    await ops.push(ops.people.agent, 'after-reload')
    await until(
      'after-reload ran',
      () => ran('after-reload'),
      () => daemon.stderr,
    )
  })

  it('on SIGTERM claims nothing more and exits 0; what runs goes on, and a later tick records its true end', async () => {
    await ops.push(ops.people.agent, 'long', { formula: 'nap', vars: { seconds: '4' } })
    await began('long', daemon)
    daemon.signal('SIGTERM')
    const ended = await daemon.ended
    expect(ended.code, ended.text).toBe(0)
    expect(ended.stdout).toBe('')
    expect(await ran('long')).toBe(false)
    await ops.push(ops.people.agent, 'too-late')
    const status = (await ops.operate('status', 'long', '--json')).json()
    expect(status).toMatchObject({ id: 'long', state: 'running' })
    expect(await ops.verdicts()).toMatchObject({
      long: { verdict: 'fire', status: 'succeeded' },
      'too-late': { verdict: 'fire', status: 'succeeded' },
    })
    expect((await ops.ran()).filter((line) => line === 'begin long')).toHaveLength(1)
    expect(await ran('long')).toBe(true)
  })
})

describe('tick', () => {
  it('on SIGTERM does the same, says so and exits 3: what runs is recorded by a later one', async () => {
    await ops.push(ops.people.agent, 'slow', { formula: 'nap', vars: { seconds: '4' } })
    const ticking = ops.people.operator.start('tick', '--config', ops.config, '--json')
    await began('slow', ticking)
    ticking.signal('SIGTERM')
    const ended = await ticking.ended
    expect(ended.code, ended.text).toBe(3)
    expect(ended.stderr).toContain('what runs goes on with its supervisor, and the next tick records how it ended')
    expect(ended.json()).toMatchObject({ id: 'slow', verdict: 'fire' })
    expect(ended.json()).not.toHaveProperty('status')
    expect(await ran('slow')).toBe(false)
    expect(await ops.verdicts()).toMatchObject({ slow: { verdict: 'fire', status: 'succeeded' } })
    expect((await ops.ran()).filter((line) => line === 'begin slow')).toHaveLength(1)
  })
})
