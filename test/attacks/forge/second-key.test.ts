/** Ways past the second key of a forge, each with the reason that stops it. Nothing of them ever runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import { ForgeOps } from '../../support/forge-ops.js'
import { FORGE_WORLDS } from '../../support/forge-worlds.js'

describe.each(FORGE_WORLDS)('on %s', (kind, start) => {
  let ops: ForgeOps
  let dispatcher: Dispatcher
  beforeAll(async () => {
    ops = await ForgeOps.make(await start())
    dispatcher = await ops.dispatcher()
  })
  afterAll(async () => {
    await dispatcher.close()
    await ops.remove()
  })

  const verdictOn = (id: string) => ops.verdictOn(dispatcher, id)
  const settled = (id: string) => ops.settled(dispatcher, id)
  const refused = async (id: string, reason: string) => {
    expect(await settled(id)).toMatchObject({ verdict: 'refuse', reason })
    expect(await ops.ran()).not.toContain(id)
  }

  it('a writer who merges high', async () => {
    const pull = await ops.request('writer-merge', { formula: 'release' })
    await ops.as('bob').merge(pull)
    await refused('writer-merge', 'approver_role')
  })

  it('an admin who merges their own request', async () => {
    const pull = await ops.request('own-merge', { formula: 'release' }, 'amy')
    await ops.as('amy').merge(pull)
    await refused('own-merge', 'self_approval')
  })

  it('an admin who pushed to the request of another, and merges it', async () => {
    const pull = await ops.request('pushed-to', { formula: 'release' })
    const files = {
      'vault/actions/pushed-to.toml': ops.action('pushed-to', { formula: 'release', lines: ['purpose = "more"'] }),
    }
    await ops.repo.push(ops.people.amy, 'vault/pushed-to', { files, message: 'more\n' })
    await ops.as('amy').merge(pull)
    await refused('pushed-to', 'self_approval')
  })

  it('an admin whose branch another one asks with', async () => {
    await ops.push('borrowed', { formula: 'release' }, 'amy')
    const pull = await ops.as('agent').openPull({ head: 'vault/borrowed' })
    await ops.as('amy').merge(pull)
    await refused('borrowed', 'self_approval')
  })

  it('a review of an older head (field failures 4, 5, 23)', async () => {
    const pull = await ops.request('old-review', { formula: 'dev' })
    await ops.as('bob').review(pull, 'approve')
    const files = {
      'vault/actions/old-review.toml': ops.action('old-review', { formula: 'dev', lines: ['purpose = "other"'] }),
    }
    await ops.repo.push(ops.people.agent, 'vault/old-review', { files, message: 'swap\n' })
    expect(await settled('old-review')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    expect(await ops.ran()).not.toContain('old-review')
  })

  it("an approval beside somebody's request for changes, and one that was dismissed", async () => {
    const pull = await ops.request('objected', { formula: 'dev' })
    await ops.as('bob').review(pull, 'request_changes')
    await ops.as('amy').review(pull, 'approve')
    expect(await settled('objected')).toMatchObject({ verdict: 'wait', reason: 'changes_requested' })
    const other = await ops.request('dismissed', { formula: 'dev' })
    const review = await ops.as('bob').review(other, 'approve')
    await ops.as('amy').dismissReview(other, review)
    expect(await settled('dismissed')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
  })

  it('a review by the one who asks, and by somebody who may only read', async () => {
    await ops.push('own-review', { formula: 'dev' }, 'bob')
    const pull = await ops.as('agent').openPull({ head: 'vault/own-review' })
    await ops.as('bob').review(pull, 'approve')
    await ops.as('rita').review(pull, 'approve')
    expect(await settled('own-review')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    expect(await ops.ran()).not.toContain('own-review')
  })

  it('a review by who asks with the same head in another pull request, and hides that one against another branch', async () => {
    await ops.repo.push(ops.people.agent, 'aside', { files: { 'notes.txt': 'z' }, message: 'another base\n' })
    const shown = await ops.request('shown', { formula: 'dev' })
    await ops.as('bob').openPull({ head: 'vault/shown', base: 'aside' })
    await ops.as('bob').review(shown, 'approve')
    expect(await settled('shown')).toMatchObject({ verdict: 'wait', reason: 'pending_async_review' })
    expect(await ops.ran()).not.toContain('shown')
  })

  it('a squash, which binds to nothing (field failure 7)', async () => {
    const pull = await ops.request('squashed', { formula: 'release' })
    await ops.as('alice').merge(pull, { style: 'squash' })
    await refused('squashed', 'no_second_key')
    const comments = await ops.as('bob').api<{ body: string }[]>('GET', `/issues/${pull}/comments`)
    expect(comments).toHaveLength(1)
    expect(comments[0]?.body).toContain('squash')
  })

  it('a commit straight on main, and a merge that was pushed past the pull request', async () => {
    await ops.repo.push(ops.people.alice, 'main', {
      files: { 'vault/actions/direct.toml': ops.action('direct', { formula: 'release' }) },
      message: 'Merge pull request #1 from agent/ops\n',
    })
    await refused('direct', 'no_second_key')
  })

  it('a pull request that was made against another branch (forge-facts: base retargeted)', async () => {
    await ops.repo.push(ops.people.agent, 'elsewhere', { files: { 'notes.txt': 'x' }, message: 'another base\n' })
    await ops.push('retargeted', { formula: 'release' })
    const pull = await ops.as('agent').openPull({ head: 'vault/retargeted', base: 'elsewhere' })
    await ops.as('agent').retarget(pull, 'main')
    await ops.as('amy').merge(pull)
    await refused('retargeted', 'retargeted')
  })

  it('and a second one of the same head, which GitHub takes for merged as well, does not hide it', async () => {
    await ops.repo.push(ops.people.agent, 'turned-to', { files: { 'notes.txt': 'y' }, message: 'another base\n' })
    const head = await ops.push('hidden', { formula: 'release' })
    await ops.repo.push(ops.people.agent, 'beside', head)
    await ops.as('agent').openPull({ head: 'beside' })
    await verdictOn('hidden')
    const pull = await ops.as('agent').openPull({ head: 'vault/hidden' })
    for (const base of ['turned-to', 'main']) await ops.as('agent').retarget(pull, base)
    await ops.as('amy').merge(pull)
    await refused('hidden', 'retargeted')
  })

  it("an admin's merge whose head is swapped after an approval is bound to what was merged", async () => {
    const pull = await ops.request('moved-after', { formula: 'release' })
    await ops.as('amy').merge(pull)
    const files = {
      'vault/actions/moved-after.toml': ops.action('moved-after', { formula: 'release', lines: ['purpose = "x"'] }),
    }
    await ops.repo.push(ops.people.agent, 'vault/moved-after', { files, message: 'too late\n' })
    expect(await settled('moved-after')).toMatchObject({
      verdict: 'fire',
      reason: 'merged_by_admin',
      status: 'succeeded',
    })
    expect((await ops.ran()).filter((id) => id === 'moved-after')).toHaveLength(1)
  })

  it('the same pull request, merged twice over: one id is claimed once', async () => {
    const pull = await ops.request('replayed', { formula: 'release' })
    await ops.as('amy').merge(pull)
    expect(await settled('replayed')).toMatchObject({ verdict: 'fire' })
    await ops.push('replayed', { formula: 'release' })
    const again = await ops.as('agent').openPull({ head: 'vault/replayed' })
    expect(await settled('replayed')).toMatchObject({ verdict: 'refuse', reason: 'already_fired' })
    await ops
      .as('amy')
      .merge(again)
      .catch(() => undefined)
    await settled('replayed')
    expect((await ops.ran()).filter((id) => id === 'replayed')).toHaveLength(1)
  })

  it('a stranger who asks for a low formula from a fork (field failure 45)', async () => {
    const fork = await ops.repo.fork(ops.people.stranger)
    const files = { 'vault/actions/forked.toml': ops.action('forked') }
    await fork.push(ops.people.stranger, 'vault/forked', { files, message: 'please\n' })
    await ops.repo.as(ops.people.stranger).openPull({ head: `${ops.people.stranger.login}:vault/forked` })
    expect(await settled('forked')).toMatchObject({ tier: 'high', verdict: 'wait', reason: 'awaiting_admin_merge' })
    expect(await ops.ran()).not.toContain('forked')
  })

  // GitHub has no such merge.
  const knowsNoManualMerge = kind === 'the test forge as GitHub'
  it.skipIf(knowsNoManualMerge)('manually-merged by a writer, with a commit of their choice', async () => {
    await ops.repo.settings({ allow_manual_merge: true })
    const pull = await ops.request('by-hand', { formula: 'release' })
    const main = await ops.repo.tip('main')
    await ops
      .as('bob')
      .markManuallyMerged(pull, String(main))
      .catch(() => undefined)
    const verdict = await settled('by-hand')
    expect(verdict?.verdict).not.toBe('fire')
    expect(await ops.ran()).not.toContain('by-hand')
  })
})
