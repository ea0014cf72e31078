import { expect, it } from 'vitest'
import { ApiRefusal } from '../support/forge/world/api-client.js'
import { contract, eventually } from './stage.js'

contract('merging', (stage) => {
  it('names who merged, and a merge commit whose parents are main and the head', async () => {
    const { number, head } = await stage.request()
    const main = await stage.repo.tip('main')
    await stage.repo.as(stage.admin).merge(number, { head })
    const pull = await stage.forge().pull(number)
    const { id, login } = stage.admin
    expect(pull).toMatchObject({ state: 'closed', merged: true, mergedBy: { id, login, kind: 'person' } })
    expect(pull.mergeCommit).toBe(await stage.repo.tip('main'))
    expect(await stage.parents(pull.mergeCommit!)).toEqual([main, head])
    expect(await stage.forge().pullsOfMerge(pull.mergeCommit!)).toEqual([number])
  })

  it('finds no pull request for a commit that merged none', async () => {
    const { head } = await stage.request()
    expect(await stage.forge().pullsOfMerge(head)).toEqual([])
  })

  it('has no merge commit before the merge', async () => {
    const { number } = await stage.request()
    const told = await stage.repo.as(stage.reader).pull(number)
    // GitHub shows a test merge there.
    expect(typeof told['merge_commit_sha'] === 'string').toBe(stage.kind === 'github')
    expect(await stage.forge().pull(number)).toMatchObject({ merged: false, mergeCommit: null, mergedBy: null })
  })

  it('refuses another head than the one that was expected (trait)', async () => {
    const request = await stage.request()
    await stage.pushMore(stage.agent, request)
    const merging = stage.repo.as(stage.admin).merge(request.number, { head: request.head })
    await expect(merging).rejects.toMatchObject({ status: 409 })
    await expect(merging).rejects.toBeInstanceOf(ApiRefusal)
  })

  it('lets no reader merge (trait)', async () => {
    const { number } = await stage.request()
    const status = stage.kind === 'github' ? 403 : 405
    await expect(stage.repo.as(stage.reader).merge(number)).rejects.toMatchObject({ status })
  })

  it.each(['squash', 'rebase'] as const)('leaves no second parent after a %s', async (style) => {
    const { number } = await stage.request()
    await stage.request().then((other) => stage.repo.as(stage.admin).merge(other.number))
    const main = await stage.repo.tip('main')
    await stage.repo.as(stage.admin).merge(number, { style })
    const pull = await stage.forge().pull(number)
    expect(pull.mergedBy?.id).toBe(stage.admin.id)
    expect(await stage.parents(pull.mergeCommit!)).toEqual([main])
  })

  it('keeps refs/pull/N/head as it was merged, whatever is pushed afterwards', async () => {
    const request = await stage.request()
    await stage.repo.as(stage.admin).merge(request.number)
    const moved = await stage.pushMore(stage.agent, request)
    expect(await stage.repo.tip(`refs/pull/${request.number}/head`)).toBe(request.head)
    const pull = await stage.forge().pull(request.number)
    // Forgejo shows the live tip of the branch, GitHub what was merged.
    expect(pull.head).toBe(stage.kind === 'forgejo' ? moved : request.head)
    expect((await stage.parents(pull.mergeCommit!))[1]).toBe(request.head)
  })

  it('merges a scheduled one in the name of who scheduled it, once anybody sets it off', async () => {
    const request = await stage.request()
    await stage.repo.as(stage.admin).scheduleMerge(request.number)
    const moved = await stage.pushMore(stage.agent, request)
    const pull = await eventually(async () => {
      // A real forge passes over one that comes while it still looks at the push.
      await stage.repo.as(stage.agent).setStatus(moved, 'success')
      const now = await stage.forge().pull(request.number)
      expect(now.merged).toBe(true)
      return now
    })
    expect(pull.mergedBy?.id).toBe(stage.admin.id)
    // A push did not cancel it.
    expect((await stage.parents(pull.mergeCommit!))[1]).toBe(moved)
    const history = await eventually(() => stage.forge().history(pull))
    expect(history.scheduledBy.map(({ id }) => id)).toEqual([stage.admin.id])
    expect(history.closedBy).toEqual([])
  })

  it('is set off by an approving review too', async () => {
    const request = await stage.request()
    await stage.repo.as(stage.admin).scheduleMerge(request.number)
    await stage.repo.as(stage.writer).review(request.number, 'approve', { commit: request.head })
    expect((await stage.pullOnce(request.number, ({ merged }) => merged)).mergedBy?.id).toBe(stage.admin.id)
  })

  it('tells of a schedule that was cancelled', async () => {
    const { number, head } = await stage.request()
    await stage.repo.as(stage.writer).scheduleMerge(number)
    await stage.repo.as(stage.writer).cancelScheduledMerge(number)
    await stage.repo.as(stage.agent).setStatus(head, 'success')
    const pull = await stage.forge().pull(number)
    expect(pull.merged).toBe(false)
    expect((await stage.forge().history(pull)).scheduledBy.map(({ id }) => id)).toEqual([stage.writer.id])
  })

  it('knows a merge that came by a push, or does not', async () => {
    const { number, head } = await stage.request()
    await stage.repo.fetch()
    const parents = [(await stage.repo.scratch.ref('main'))!, head]
    const merge = await stage.repo.scratch.merge({ parents, branch: null })
    await stage.repo.push(stage.writer, 'main', merge)
    if (stage.kind === 'forgejo') {
      expect(await stage.forge().pull(number)).toMatchObject({ merged: false, state: 'open' })
      return
    }
    const pull = await stage.forge().pull(number)
    expect(pull).toMatchObject({ merged: true, mergeCommit: merge, mergedBy: { id: stage.writer.id } })
  })
})

contract('merging on Forgejo by other ways', (stage) => {
  it.runIf(stage.kind === 'forgejo')('believes anybody who says that it is merged, by any commit of main', async () => {
    await stage.repo.settings({ allow_manual_merge: true })
    const { number } = await stage.request()
    const commit = (await stage.repo.tip('main'))!
    await eventually(() => stage.repo.as(stage.writer).markManuallyMerged(number, commit))
    const pull = await stage.forge().pull(number)
    expect(pull).toMatchObject({ merged: true, mergeCommit: commit, mergedBy: { id: stage.writer.id } })
  })

  it.runIf(stage.kind === 'forgejo')(
    'names the author of a commit as who merged, where it detects merges by itself',
    async () => {
      await stage.repo.settings({ allow_manual_merge: true, autodetect_manual_merge: true })
      const author = { name: 'admin', email: stage.admin.email }
      const spoofed = await stage.repo.push(stage.agent, 'main', { author, files: { 'spoof.txt': 'x\n' } })
      const request = await stage.request()
      await stage.repo.push(stage.agent, request.branch, spoofed, { force: true })
      const pull = await stage.pullOnce(request.number, ({ merged }) => merged)
      expect(pull.mergedBy?.id).toBe(stage.admin.id)
      expect(pull.mergeCommit).toBe(spoofed)
      await stage.repo.settings({ autodetect_manual_merge: false })
    },
  )
})
