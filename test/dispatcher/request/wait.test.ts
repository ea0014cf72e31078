import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RequestOptions, requestCommand } from '../../../dispatcher/cli/request-command.js'
import type { Remote } from '../../../lib/git/port.js'
import { OpsRepo } from '../../support/ops-repo.js'
import { Person, type PersonSpec, type Told } from '../../support/person.js'

let ops: OpsRepo
let agent: Person
beforeEach(async () => {
  ops = await OpsRepo.make()
  agent = await someone()
})
afterEach(() => ops.remove())

/** Their clock runs, and shows the day of the ops repo. */
function someone(spec: PersonSpec = {}): Promise<Person> {
  const start = Date.now()
  return Person.make(ops.remote.folder, ops.keys.agent, { now: () => ops.now + Date.now() - start, ...spec })
}

function wait(formula: string, id: string, options: Partial<RequestOptions> = {}, who = agent): Promise<Told> {
  const all = {
    context: 'because',
    var: [`trace=${ops.trace}`],
    repo: ops.remote.path,
    json: true,
    wait: true,
    timeout: 20,
    id,
    ...options,
  }
  return who.run((adapters, terminal) => requestCommand(formula, all, adapters, terminal))
}

async function branchOf(id: string): Promise<NonNullable<Awaited<ReturnType<OpsRepo['remote']['ref']>>>> {
  for (;;) {
    const head = await ops.remote.ref(`vault/${id}`)
    if (head !== null) return head
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('request --wait', () => {
  it('ends with the outcome, and exits 0 where it succeeded', async () => {
    const told = wait('touch', 'tidy')
    await branchOf('tidy')
    await ops.tick()
    expect(await told).toMatchObject({
      code: 0,
      err: '',
      json: { id: 'tidy', tier: 'low', state: 'fired', status: 'succeeded', record: 'vault/fired/2026-11-22/tidy' },
    })
  })

  it('exits 1 where the run failed', async () => {
    const told = wait('touch', 'tidy', { var: ['trace=/nonexistent/trace'] })
    await branchOf('tidy')
    await ops.tick()
    expect(await told).toMatchObject({ code: 1, json: { state: 'fired', status: 'failed' } })
  })

  it('waits over an approval', async () => {
    const told = wait('release', 'rel-1')
    const head = await branchOf('rel-1')
    await ops.tick()
    await ops.approve(head, ops.keys.alice)
    await ops.tick()
    expect(await told).toMatchObject({
      code: 0,
      json: { tier: 'high', state: 'fired', status: 'succeeded', commit: head },
    })
  })

  it('exits 1 when the action is refused on main, with the record', async () => {
    const told = wait('release', 'rel-1')
    const head = await branchOf('rel-1')
    await ops.approve(head, ops.keys.bob)
    await ops.tick()
    expect(await told).toMatchObject({
      code: 1,
      json: {
        state: 'refused',
        reason: 'approver_role',
        record: expect.stringMatching(/^vault\/refused\/2026-11-22\/rel-1-[0-9a-f]{12}$/),
      },
    })
  })

  it('a refusal of an earlier attempt is not told as one of this', async () => {
    await wait('release', 'rel-1', { timeout: 1 })
    await ops.approve((await ops.remote.ref('vault/rel-1'))!, ops.keys.bob)
    await ops.tick()
    await ops.remote.setRef('vault/rel-1', null)
    expect(await wait('release', 'rel-1', { timeout: 1 })).toMatchObject({
      code: 3,
      json: { state: 'waiting', reason: 'awaiting_admin_merge' },
    })
  })

  it('exits 3 when the time is over, and says how far it came', async () => {
    expect(await wait('dev', 'dev-1', { timeout: 1 })).toMatchObject({
      code: 3,
      json: { state: 'waiting', reason: 'pending_async_review' },
      err: expect.stringContaining(
        'gave up waiting, as --timeout says; the request stands. Look again with `countersign status dev-1`',
      ),
    })
  })

  it('47: never tells the success of another action that took the id', async () => {
    const told = wait('release', 'rel-1')
    const head = await branchOf('rel-1')
    await ops.remote.setRef('vault/rel-1', null)
    await ops.request('rel-1', { formula: 'touch' })
    await ops.tick()
    expect(await ops.ran()).toEqual(['rel-1'])
    const { code, json } = await told
    expect(code).toBe(1)
    expect(json).toMatchObject({ state: 'refused', commit: head })
    expect(json).not.toHaveProperty('status')
  })

  it('exits 1 when somebody stopped it by deleting its branch', async () => {
    const told = wait('dev', 'dev-1')
    await branchOf('dev-1')
    await ops.remote.setRef('vault/dev-1', null)
    expect(await told).toMatchObject({
      code: 1,
      json: { state: 'refused', detail: expect.stringContaining('deleted') },
    })
  })

  it('exits 1 when it expired', async () => {
    const expiresAt = new Date(ops.now + 2_500).toISOString()
    expect(await wait('dev', 'dev-1', { expiresAt })).toMatchObject({
      code: 1,
      json: { state: 'refused', reason: 'expired' },
    })
  })

  it('of a request that ended before is over at once', async () => {
    const first = wait('touch', 'tidy')
    await branchOf('tidy')
    await ops.tick()
    await first
    expect(await wait('touch', 'tidy', { timeout: 1 })).toMatchObject({
      code: 0,
      json: { state: 'fired', status: 'succeeded' },
    })
  })

  it('shows progress on a terminal only', async () => {
    const there = await someone({ answer: 'yes' })
    const told = wait('release', 'rel-1', { json: false }, there)
    await ops.approve(await branchOf('rel-1'), ops.keys.alice)
    await ops.tick()
    const { out, err } = await told
    expect(err).toContain('rel-1 (high): requested, blocked until an admin merges')
    expect(out).toContain('rel-1 (high): fired, succeeded')
  })

  it('lives through a remote that cannot be reached for a while, and asks cheaply', async () => {
    const calls = { list: 0, fetch: 0 }
    const real = agent.adapters()
    const flaky = await someone({
      adapters: {
        openClone: async (options) => {
          const repository = await real.openClone(options)
          const { GitError } = await import('../../../lib/git/git-error.js')
          const remote: Remote = {
            list: async () => {
              calls.list++
              if (calls.list > 4 && calls.list < 7) throw new GitError('unreachable', 'no network')
              return repository.remote.list()
            },
            fetch: (refs) => {
              calls.fetch++
              return repository.remote.fetch(refs)
            },
            fetchTips: (tips) => repository.remote.fetchTips(tips),
            push: (updates) => repository.remote.push(updates),
          }
          return { ...repository, remote }
        },
      },
    })
    expect(await wait('dev', 'dev-1', { timeout: 6 }, flaky)).toMatchObject({ code: 3 })
    expect(calls.list).toBeGreaterThan(6)
    expect(calls.fetch).toBe(1)
  })
})
