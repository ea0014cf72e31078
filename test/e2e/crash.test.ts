/** A dispatcher that is killed in the middle of a run. */
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ops } from './ops.js'
import { until } from './until.js'

let ops: Ops
beforeAll(async () => {
  ops = await Ops.make()
})
afterAll(() => ops.remove())

async function killedTick(id: string, seconds: string): Promise<void> {
  await ops.push(ops.people.agent, id, { formula: 'nap', vars: { seconds } })
  const tick = ops.people.operator.start('tick', '--json', '--config', ops.config)
  await until(`${id} began`, async () => (await ops.ran()).includes(`begin ${id}`))
  tick.signal('SIGKILL')
  expect((await tick.ended).code).toBeNull()
}

/** Of this ops repo's dispatcher, which alone has that folder in its command line. */
async function killSupervisors(): Promise<void> {
  const killed: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    if (!command.includes('supervisor.js') || !command.includes(ops.stateFolder)) continue
    process.kill(Number(pid), 'SIGKILL')
    killed.push(Number(pid))
  }
  if (killed.length === 0) throw new Error('there is no supervisor')
}

describe('kill -9 of tick in the middle of a run', () => {
  it('the run goes on, and the next tick waits for its true end', async () => {
    await killedTick('goes-on', '3')
    expect((await ops.verdicts())['goes-on']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect(await ops.ran()).toEqual(['begin goes-on', 'goes-on'])
    expect((await ops.operate('log', 'goes-on', '--json')).json()).toMatchObject({
      outcome: expect.objectContaining({}),
    })
  })

  it('the run that ended meanwhile is recorded by the next tick, and never runs again', async () => {
    await killedTick('ends', '1')
    await until('it ended', async () => (await ops.ran()).includes('ends'))
    expect((await ops.verdicts())['ends']).toMatchObject({ verdict: 'fire', status: 'succeeded' })
    expect((await ops.verdicts())['ends']).toBeUndefined()
    expect((await ops.ran()).filter((line) => line === 'begin ends')).toHaveLength(1)
    expect((await ops.operate('verify')).code).toBe(0)
  })

  it('the run that died with it is indeterminate, is told, and never runs again', async () => {
    await killedTick('dies', '60')
    await killSupervisors()
    expect((await ops.verdicts())['dies']).toMatchObject({ verdict: 'fire', status: 'indeterminate' })
    expect((await ops.verdicts())['dies']).toBeUndefined()
    expect((await ops.ran()).filter((line) => line.endsWith('dies'))).toEqual(['begin dies'])
    const told = await ops.operate('status', 'dies')
    expect(told.stdout).toContain('indeterminate')
    expect(told.stdout).toContain('never run again by itself')
    const verified = await ops.operate('verify')
    expect(verified.code, verified.text).toBe(0)
  })
})
