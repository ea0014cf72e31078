// The starter set as the dispatcher takes it: its parsers, its runner, its records.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { OpsRepo } from '../support/ops-repo.js'
import { FORMULAS, POLICY } from './formula-file.js'
import { makeRemote, objectAt, refsOf } from './remote.js'

const SIGNERS = 'alice = "admin"\namy = "admin"\nbob = "write"\nagent = "request"\n'

async function makeOps(): Promise<OpsRepo> {
  const entries = readdirSync(FORMULAS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  const formulas = paths.map((path) => [`formulas/${relative(FORMULAS, path)}`, readFileSync(path, 'utf8')])
  const policy = readFileSync(POLICY, 'utf8').replace('enabled = false', 'enabled = true')
  const ops = await OpsRepo.make({ ...Object.fromEntries(formulas), 'policy.toml': `${policy}${SIGNERS}` })
  onTestFinished(() => ops.remove())
  return ops
}

function request(ops: OpsRepo, id: string, formula: string, vars: Readonly<Record<string, string>> = {}, more = '') {
  const values = Object.entries(vars).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`)
  const text = `id = "${id}"\nformula = "${formula}"\ncontext = "because"\nsecrets = []\n${more}\n[vars]\n${values.join('')}`
  return ops.file(`vault/${id}`, { [`vault/actions/${id}.toml`]: text }, ops.keys.agent)
}

interface Outcome {
  readonly status: string
  readonly outputs: Readonly<Record<string, string>>
  readonly log_tail: string
}

async function outcomeOf(ops: OpsRepo, id: string): Promise<Outcome> {
  const path = (await ops.remote.paths('main', 'vault/fired')).find((each) => each.endsWith(`/${id}/outcome.json`))
  const envelope = JSON.parse((await ops.remote.read('main', path ?? '')) ?? '{}') as { payload: string }
  return (JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as { predicate: Outcome }).predicate
}

describe('the dispatcher', () => {
  it('runs both reports of the low tier on the records that it writes itself', async () => {
    const ops = await makeOps()
    // The reports look at the records of the last days by the clock of the machine.
    ops.passTime(Date.now() - ops.now)
    await request(ops, 'groom-1', 'groom-backlog')
    await ops.tick()
    await request(ops, 'triage-1', 'triage')
    await ops.tick()
    await request(ops, 'triage-2', 'triage', { days: '2', rows: '5' })
    await ops.tick()

    expect(await outcomeOf(ops, 'groom-1')).toMatchObject({ status: 'succeeded', outputs: { open: '0' } })
    const { status, outputs, log_tail } = await outcomeOf(ops, 'triage-2')
    expect({ status, ...outputs }).toMatchObject({ status: 'succeeded', fired: '3', succeeded: '2', in_flight: '1' })
    expect(log_tail).toContain('| groom-backlog | 1 | 1 | 0 | 0 | 0 | 0 | 0 |')
    expect(log_tail).toContain('| triage | 2 | 1 | 0 | 0 | 0 | 0 | 1 |')
  })

  it('releases what an admin approved, once', async () => {
    const ops = await makeOps()
    const remote = await makeRemote({ 'README.md': 'one' })
    const vars = { repo_url: remote.url, commit: await objectAt(remote, 'main'), version: '1.0.0' }
    for (const id of ['release-1', 'release-2']) {
      const head = await request(ops, id, 'release', vars)
      expect(await ops.tick()).toMatchObject([{ id, tier: 'high', verdict: 'wait' }])
      await ops.approve(head, ops.keys.alice)
      await ops.tick()
    }
    expect(await outcomeOf(ops, 'release-1')).toMatchObject({ status: 'succeeded', outputs: { tag: 'v1.0.0' } })
    expect(await outcomeOf(ops, 'release-2')).toMatchObject({ status: 'failed', failed_step: 'check' })
    expect(await objectAt(remote, 'v1.0.0^{commit}')).toBe(vars.commit)
  })

  it('does not start a release with a hostile value, and leaves the repo alone in a dry run', async () => {
    const ops = await makeOps()
    const remote = await makeRemote({ 'README.md': 'one' })
    const before = await refsOf(remote)
    const vars = { repo_url: remote.url, commit: await objectAt(remote, 'main'), version: '1.0.0' }
    await request(ops, 'hostile', 'release', { ...vars, repo_url: '--upload-pack=touch pwned' })
    expect(await ops.tick()).toMatchObject([{ id: 'hostile', verdict: 'refuse' }])

    const head = await request(ops, 'dry', 'release', vars, 'dry_run = true')
    await ops.approve(head, ops.keys.alice)
    await ops.tick()
    expect(await outcomeOf(ops, 'dry')).toMatchObject({ status: 'succeeded' })
    expect(await refsOf(remote)).toEqual(before)
  })
})
