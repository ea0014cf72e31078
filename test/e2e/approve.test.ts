/** People let medium and high through, with the command and by hand; others try to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Ops } from './ops.js'

let ops: Ops
beforeAll(async () => {
  ops = await Ops.make()
})
afterAll(() => ops.remove())

const approve = (who: keyof Ops['people'], id: string, ...more: readonly string[]) =>
  ops.people[who].cli('approve', id, '--yes', '--repo', ops.path, '--json', ...more)

describe('countersign approve', () => {
  it('shows what will run, and merges nothing for a stranger, a requester, a writer, or who asked for it', async () => {
    await ops.push(ops.people.agent, 'gated-1', { formula: 'note-gated', vars: { words: 'a plan to read' } })
    await ops.push(ops.people.alice, 'own-1', { formula: 'note-gated' })
    const main = await ops.git('rev-parse', 'main')
    const shown = await ops.people.alice.cli('approve', 'gated-1', '--dry-run', '--repo', ops.path)
    expect(shown.code, shown.text).toBe(0)
    expect(shown.stdout).toContain('formula note-gated, version 1')
    expect(shown.stdout).toContain('words = "a plan to read"')
    expect(shown.stdout).toContain('Requested by: agent')
    expect(shown.stdout).toContain('You approve as alice (admin)')
    expect(shown.stdout).toContain('dry run: nothing was merged')

    for (const [who, id, reason] of [
      ['mallory', 'gated-1', 'approver_unknown'],
      ['bob', 'gated-1', 'approver_role'],
      ['alice', 'own-1', 'self_approval'],
    ] as const) {
      const tried = await approve(who, id)
      expect(tried.code, `${who}: ${tried.text}`).toBe(1)
      expect(tried.stderr).toContain(`${id} is refused (${reason})`)
    }
    const keyless = await approve('eve', 'gated-1')
    expect(keyless.code, keyless.text).toBe(2)
    expect(keyless.stderr).toContain('there is no key to sign with')
    expect(await ops.git('rev-parse', 'main')).toBe(main)
  })

  it('the right person makes the signed merge, and then it runs', async () => {
    const approved = await approve('alice', 'gated-1')
    expect(approved.code, approved.text).toBe(0)
    expect(approved.json()).toMatchObject({ id: 'gated-1', tier: 'high', merge: await ops.git('rev-parse', 'main') })
    const again = await approve('amy', 'gated-1')
    expect(again.code).toBe(0)
    expect(again.stderr).toContain('on main already')
    expect((await ops.verdicts())['gated-1']).toMatchObject({
      tier: 'high',
      verdict: 'fire',
      reason: 'merged_by_admin',
      status: 'succeeded',
    })
    expect(await ops.ran()).toEqual(['gated-1'])
    const late = await approve('amy', 'gated-1')
    expect(late.code).toBe(1)
    expect(late.stderr).toContain('already_fired')
  })

  it('a writer lets medium through; a low one needs nobody; one that is not there is told', async () => {
    await ops.push(ops.people.agent, 'reviewed-1', { formula: 'note-reviewed' })
    await ops.push(ops.people.eve, 'nothing-to-do', {}, false)
    expect((await approve('bob', 'reviewed-1')).code).toBe(0)
    const low = await approve('bob', 'nothing-to-do')
    expect(low.code).toBe(0)
    expect(low.stderr).toContain('nothing to approve')
    const absent = await approve('bob', 'absent')
    expect(absent.code).toBe(1)
    expect(absent.stderr).toContain('there is no request absent')
    expect(await ops.verdicts()).toMatchObject({
      'reviewed-1': { tier: 'medium', verdict: 'fire', reason: 'merged_by_writer', status: 'succeeded' },
      'nothing-to-do': { verdict: 'fire' },
      'own-1': { verdict: 'wait', reason: 'awaiting_admin_merge' },
    })
  })
})

/** Merges a request branch in the clone of `who`, as git users do; `how` are options of `git merge`. */
async function mergeByHand(who: keyof Ops['people'], id: string, ...how: readonly string[]): Promise<void> {
  const clone = await ops.cloneOf(ops.people[who])
  await clone.update()
  await clone.git(
    'merge',
    '--quiet',
    ...how,
    ...(how.includes('--no-ff') ? ['-m', `Merge ${id}`] : []),
    `origin/vault/${id}`,
  )
}

async function amendAndPush(
  who: keyof Ops['people'],
  id: string,
  files: Readonly<Record<string, string>>,
  how: readonly string[] = ['--amend'],
): Promise<void> {
  const clone = await ops.cloneOf(ops.people[who])
  for (const [path, content] of Object.entries(files)) await clone.write(path, content)
  await clone.git('add', '--all')
  await clone.git('commit', '--quiet', ...how, '-S', '-m', `Merge ${id}`)
  await clone.push('main')
}

const pushMain = async (who: keyof Ops['people']) => (await ops.cloneOf(ops.people[who])).push('main')

describe('a merge by hand', () => {
  it('with git merge --no-ff -S by an admin counts like the command', async () => {
    await ops.push(ops.people.agent, 'by-hand', { formula: 'note-gated' })
    await mergeByHand('amy', 'by-hand', '--no-ff', '-S')
    await pushMain('amy')
    expect((await ops.verdicts())['by-hand']).toMatchObject({
      verdict: 'fire',
      reason: 'merged_by_admin',
      status: 'succeeded',
    })
  })

  it('that is no valid second key fires nothing, and its action is taken off main', async () => {
    const { agent, alice } = ops.people
    const high = { formula: 'note-gated' }
    for (const id of ['forwarded', 'unsigned', 'wrong-person', 'squashed', 'more', 'changed'])
      await ops.push(agent, id, high)
    await ops.push(alice, 'mine', high)
    const ran = await ops.ran()

    await mergeByHand('alice', 'forwarded', '--ff-only')
    await pushMain('alice')
    await mergeByHand('alice', 'unsigned', '--no-ff', '--no-gpg-sign')
    await pushMain('alice')
    await mergeByHand('bob', 'wrong-person', '--no-ff', '-S')
    await pushMain('bob')
    await mergeByHand('alice', 'mine', '--no-ff', '-S')
    await pushMain('alice')
    await mergeByHand('alice', 'squashed', '--squash')
    await amendAndPush('alice', 'squashed', {}, [])
    await mergeByHand('alice', 'more', '--no-ff', '-S')
    await amendAndPush('alice', 'more', { 'vault/actions/stowaway.toml': ops.action('stowaway', high) })
    await mergeByHand('alice', 'changed', '--no-ff', '-S')
    await amendAndPush('alice', 'changed', {
      'vault/actions/changed.toml': ops.action('changed', { ...high, vars: { words: 'something else' } }),
    })

    const tick = await ops.tick()
    for (const [id, reason] of [
      ['forwarded', 'no_second_key'],
      ['unsigned', 'merge_unsigned'],
      ['wrong-person', 'approver_role'],
      ['mine', 'self_approval'],
      ['squashed', 'no_second_key'],
      ['more', 'binding_mismatch'],
      ['stowaway', 'binding_mismatch'],
      ['changed', 'binding_mismatch'],
    ]) {
      expect(tick.lines(), `${id}: ${tick}`).toContainEqual(expect.objectContaining({ id, verdict: 'refuse', reason }))
    }
    expect(tick.code).toBe(0)
    expect(await ops.paths('vault/actions')).toEqual(['vault/actions/README.md'])
    expect(await ops.ran()).toEqual(ran)
    const status = await agent.cli('status', 'wrong-person', '--repo', ops.path)
    expect(status.stdout).toContain('refused')
    expect(status.stdout).toContain('bob has the role write, needed is admin')
    expect(status.stdout).toContain('requested again, from the current main')
  })

  it('a squash leaves the request open: the admin can still approve it as it should be', async () => {
    expect((await approve('alice', 'squashed')).code).toBe(0)
    expect((await ops.verdicts())['squashed']).toMatchObject({ verdict: 'fire', reason: 'merged_by_admin' })
  })

  it('what was refused may be asked for again, and approved by the right person', async () => {
    const { agent } = ops.people
    await ops.tick()
    const asked = await agent.cli(
      ...['request', 'note-gated', '--context', 'because', '--id', 'wrong-person', '--repo', ops.path, '--json'],
    )
    expect(asked.code, asked.text).toBe(0)
    expect((await approve('amy', 'wrong-person')).code).toBe(0)
    expect((await ops.verdicts())['wrong-person']).toMatchObject({ verdict: 'fire', reason: 'merged_by_admin' })
    expect((await ops.ran()).filter((id) => id === 'wrong-person')).toHaveLength(1)
  })
})
