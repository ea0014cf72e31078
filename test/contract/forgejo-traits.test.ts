/** Where Forgejo misleads: the test forge does it as the real one does, so that attacks can be tried on it. */
import { expect, it } from 'vitest'
import type { PersonView } from '../support/forge/world/person-view.js'
import { contract, eventually, type Request, type Stage } from './stage.js'

interface Told {
  readonly id: number
  readonly type: string
  readonly body: string
}

const timelineOf = (person: PersonView, number: number, query = '') =>
  person.api<readonly Told[] | null>('GET', `/issues/${number}/timeline${query}`)

async function reviewWithLines(person: PersonView, { number, branch }: Request, lines: number): Promise<void> {
  const path = `vault/actions/${branch.slice('vault/'.length)}.toml`
  const comments = Array.from({ length: lines }, (_, line) => ({ path, body: `${line}`, new_position: 1 }))
  await person.api('POST', `/pulls/${number}/reviews`, { event: 'COMMENT', body: 'many', comments })
}

const whenUpdated = async (stage: Stage, number: number) => (await stage.forge().pull(number)).updatedAt

contract('traits of Forgejo', (stage) => {
  const trait = it.runIf(stage.kind === 'forgejo')

  trait('hides events behind empty pages of the timeline, and shows them where no page is asked for', async () => {
    const request = await stage.request()
    const person = stage.repo.as(stage.reader)
    await reviewWithLines(person, request, 12)
    await stage.repo.as(stage.writer).closePull(request.number)
    expect(await timelineOf(person, request.number, '?limit=5&page=2')).toBeNull()
    expect((await timelineOf(person, request.number, '?limit=5&page=3'))?.map(({ type }) => type)).toContain('close')
    const whole = await timelineOf(person, request.number, '?limit=5')
    expect(whole?.map(({ type }) => type).sort()).toEqual(['close', 'pull_push', 'review'])
  })

  trait('never tells of a push to a closed one, and merges it all the same', async () => {
    const request = await stage.request()
    const writer = stage.repo.as(stage.writer)
    await writer.closePull(request.number)
    const moved = await stage.repo.push(stage.writer, request.branch, { files: { 'later.txt': 'x\n' } })
    await writer.reopenPull(request.number)
    expect(await stage.forge().pull(request.number)).toMatchObject({ state: 'open', head: moved })
    expect(await stage.repo.tip(`refs/pull/${request.number}/head`)).toBe(request.head)
    const told = (await timelineOf(writer, request.number)) ?? []
    expect(told.some(({ body }) => body.includes(moved))).toBe(false)
    await stage.repo.as(stage.admin).merge(request.number, { head: moved })
    const pull = await stage.forge().pull(request.number)
    expect((await stage.parents(pull.mergeCommit!))[1]).toBe(moved)
  })

  trait('lets an admin of the repository move updated_at back', async () => {
    const { number } = await stage.request()
    const [before] = [await whenUpdated(stage, number)]
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await stage.repo.as(stage.writer).comment(number, 'now')
    expect(await whenUpdated(stage, number)).toBeGreaterThan(before)
    const body = { body: 'then', updated_at: new Date(before).toISOString() }
    await expect(stage.repo.as(stage.writer).api('POST', `/issues/${number}/comments`, body)).rejects.toMatchObject({
      status: 403,
    })
    await stage.repo.as(stage.admin).api('POST', `/issues/${number}/comments`, body)
    expect(await whenUpdated(stage, number)).toBe(before)
  })

  trait('does not count an edited comment as an update', async () => {
    const { number } = await stage.request()
    const id = await stage.repo.as(stage.writer).comment(number, 'one')
    const before = await eventually(() => whenUpdated(stage, number))
    await new Promise((resolve) => setTimeout(resolve, 1100))
    await stage.repo.as(stage.writer).editComment(id, '/veto')
    expect(await whenUpdated(stage, number)).toBe(before)
  })

  trait('lets a reviewer take back a review without a trace', async () => {
    const { number } = await stage.request()
    const writer = stage.repo.as(stage.writer)
    const id = await writer.review(number, 'request_changes')
    await writer.api('DELETE', `/pulls/${number}/reviews/${id}`)
    expect(await stage.forge().reviews(number)).toEqual([])
    expect((await timelineOf(writer, number))?.map(({ type }) => type)).toEqual(['pull_push'])
  })

  trait('makes a pending review, seen by its author only, of the word that GitHub has for approving', async () => {
    const { number } = await stage.request()
    const review = await stage.repo
      .as(stage.writer)
      .api('POST', `/pulls/${number}/reviews`, { event: 'APPROVE', body: 'ok' })
    expect(review['state']).toBe('PENDING')
    expect(await stage.forge().reviews(number)).toEqual([])
    expect((await stage.forge(stage.writer).reviews(number)).map(({ state }) => state)).toEqual(['pending'])
  })

  trait('lists a request for a review among the reviews', async () => {
    const { number } = await stage.request()
    await stage.repo
      .as(stage.admin)
      .api('POST', `/pulls/${number}/requested_reviewers`, { reviewers: [stage.writer.login] })
    const [asked] = await stage.forge().reviews(number)
    expect(asked).toMatchObject({ state: 'requested', commit: null, author: { id: stage.writer.id } })
    await stage.repo.as(stage.writer).review(number, 'approve')
    expect((await stage.forge().reviews(number)).map(({ state }) => state)).toEqual(['approved'])
  })

  trait('keeps a schedule over a retarget, and takes the approval of a stranger as a trigger', async () => {
    const { number, head } = await stage.request()
    await stage.repo.push(stage.agent, 'release', (await stage.repo.tip('main'))!)
    await stage.repo.as(stage.admin).scheduleMerge(number)
    await stage.repo.as(stage.agent).retarget(number, 'release')
    const stranger = await stage.world.createUser('stranger')
    const pull = await eventually(async () => {
      await stage.repo.as(stranger).review(number, 'approve', { commit: head })
      const now = await stage.forge().pull(number)
      expect(now.merged).toBe(true)
      return now
    })
    expect(pull).toMatchObject({ baseBranch: 'release', mergedBy: { id: stage.admin.id } })
  })

  trait('lets an admin of the repository delete a pull request', async () => {
    const { number } = await stage.request()
    await expect(stage.repo.as(stage.writer).api('DELETE', `/issues/${number}`)).rejects.toMatchObject({ status: 403 })
    await stage.repo.as(stage.admin).api('DELETE', `/issues/${number}`)
    await expect(stage.forge().pull(number)).rejects.toMatchObject({ fault: { reason: 'forge_missing' } })
    expect((await stage.forge().openPulls()).pulls.map((pull) => pull.number)).not.toContain(number)
  })

  trait('answers 500 for the timeline of what is not there, and text for a route that it has not', async () => {
    const person = stage.repo.as(stage.writer)
    await expect(timelineOf(person, 99_999)).rejects.toMatchObject({ status: 500 })
    await expect(person.api('GET', '/nothing-of-the-kind')).rejects.toMatchObject({
      status: 404,
      body: expect.not.stringContaining('{'),
    })
  })

  trait('drops from a whitelist who may not write, and does not show a site admin in it', async () => {
    const root = await stage.world.createUser('root-like', { admin: true })
    const people = [root, stage.reader, stage.writer].map(({ login }) => login)
    const rule = {
      rule_name: 'guarded',
      enable_push: true,
      enable_push_whitelist: true,
      push_whitelist_usernames: people,
    }
    const owner = stage.repo.as(stage.owner)
    await owner.api('POST', '/branch_protections', rule)
    expect((await owner.api('GET', '/branch_protections/guarded'))['push_whitelist_usernames']).toEqual([
      stage.writer.login,
    ])
    await stage.repo.push(root, 'guarded', (await stage.repo.tip('main'))!)
    expect(await stage.repo.tip('guarded')).not.toBeNull()
  })

  trait('pages by limit, ignores head and base, and has no tag on its answers', async () => {
    await stage.request()
    await stage.request()
    const url = `${stage.world.url}/api/v1/repos/${stage.repo.fullName}/pulls?state=open&limit=1&per_page=9&head=none&base=none`
    const response = await fetch(url, { headers: { Authorization: `token ${stage.reader.token}` } })
    expect(await response.json()).toHaveLength(1)
    expect(Number(response.headers.get('x-total-count'))).toBeGreaterThan(1)
    expect(response.headers.get('link')).toMatch(/page=2[^>]*>; rel="next"/)
    expect(response.headers.get('etag')).toBeNull()
  })
})
