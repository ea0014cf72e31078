import { expect, it } from 'vitest'
import { contract, eventually } from './stage.js'

contract('reviews', (stage) => {
  it('tells author, state and commit of each', async () => {
    const { number, head } = await stage.request()
    const ids = [
      await stage.repo.as(stage.writer).review(number, 'approve', { commit: head }),
      await stage.repo.as(stage.admin).review(number, 'request_changes'),
      await stage.repo.as(stage.reader).review(number, 'comment'),
    ]
    const reviews = await stage.forge().reviews(number)
    const people = [stage.writer, stage.admin, stage.reader]
    expect(reviews.map((review) => review.id)).toEqual(ids)
    expect(reviews.map((review) => review.author)).toEqual(
      people.map(({ id, login }) => ({ id, login, kind: 'person' })),
    )
    expect(reviews.map((review) => review.state)).toEqual(['approved', 'changes_requested', 'commented'])
    expect(reviews.every((review) => review.commit === head && !review.dismissed)).toBe(true)
    expect(Math.abs((reviews[0]?.submittedAt ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('keeps the commit that was reviewed when the head moves', async () => {
    const request = await stage.request()
    await stage.repo.as(stage.writer).review(request.number, 'approve', { commit: request.head })
    await stage.pushMore(stage.agent, request)
    const [review] = await stage.forge().reviews(request.number)
    expect(review).toMatchObject({ state: 'approved', commit: request.head, dismissed: false })
  })

  it('takes an approval of an older commit than the head', async () => {
    const request = await stage.request()
    await stage.pushMore(stage.agent, request)
    await stage.repo.as(stage.writer).review(request.number, 'approve', { commit: request.head })
    expect((await stage.forge().reviews(request.number)).at(-1)?.commit).toBe(request.head)
  })

  it('marks what was dismissed', async () => {
    const { number } = await stage.request()
    const admin = stage.repo.as(stage.admin)
    await admin.dismissReview(number, await stage.repo.as(stage.writer).review(number, 'approve'))
    const [review] = await stage.forge().reviews(number)
    expect(review?.dismissed).toBe(true)
    expect(review?.author?.id).toBe(stage.writer.id)
  })

  it('still tells that a dismissed review asked for changes', async () => {
    const { number } = await stage.request()
    const admin = stage.repo.as(stage.admin)
    await admin.dismissReview(number, await stage.repo.as(stage.writer).review(number, 'request_changes'))
    const [review] = await stage.forge().reviews(number)
    expect(review).toMatchObject({ state: 'changes_requested', dismissed: true })
  })

  it.each(['approve', 'request_changes'] as const)('lets nobody %s what is his own (trait)', async (verdict) => {
    const { number } = await stage.request()
    await expect(stage.repo.as(stage.agent).review(number, verdict)).rejects.toMatchObject({ status: 422 })
  })

  it('lets a pusher approve the pull request of another (trait)', async () => {
    const { number } = await stage.request(stage.agent, stage.writer)
    await stage.repo.as(stage.writer).review(number, 'approve')
    expect((await stage.forge().reviews(number)).map((review) => review.state)).toEqual(['approved'])
  })

  it('shows an approval by somebody without any rights (trait)', async () => {
    const { number } = await stage.request()
    const stranger = await stage.world.createUser('stranger')
    await stage.repo.as(stranger).review(number, 'approve')
    expect((await stage.forge().reviews(number)).map((review) => review.author?.id)).toEqual([stranger.id])
  })

  it('keeps two verdicts of one person, in their order', async () => {
    const { number } = await stage.request()
    await stage.repo.as(stage.writer).review(number, 'request_changes')
    await stage.repo.as(stage.writer).review(number, 'approve')
    const reviews = await stage.forge().reviews(number)
    expect(reviews.map((review) => review.state)).toEqual(['changes_requested', 'approved'])
    // Forgejo dismisses the earlier one.
    expect(reviews.map((review) => review.dismissed)).toEqual([stage.kind === 'forgejo', false])
  })

  it('reads all of them, over all pages', async () => {
    const { number } = await stage.request()
    const person = stage.repo.as(stage.writer)
    const made: number[] = []
    for (let each = 0; each < 52; each += 1) made.push(await person.review(number, 'comment', { body: `${each}` }))
    expect((await stage.forge().reviews(number)).map((review) => review.id)).toEqual(made)
  })

  it('has approvals dismissed by a push where main is protected so', async () => {
    const repo = await stage.newRepo('dismissing')
    await protectStale(stage.kind, repo.as(stage.owner))
    const branch = stage.newBranch()
    await repo.push(stage.agent, branch, { files: { 'a.txt': 'a\n' } })
    const number = await repo.as(stage.agent).openPull({ head: branch })
    await repo.as(stage.writer).review(number, 'approve')
    await repo.push(stage.agent, branch, { files: { 'b.txt': 'b\n' } })
    const forge = stage.forge(stage.bot, repo)
    await eventually(async () => expect((await forge.reviews(number))[0]?.dismissed).toBe(true))
  })
})

async function protectStale(
  kind: string,
  person: { api(method: string, path: string, body: unknown): Promise<unknown> },
) {
  if (kind === 'forgejo') {
    await person.api('POST', '/branch_protections', { rule_name: 'main', dismiss_stale_approvals: true })
    return
  }
  const rules = [{ type: 'pull_request', parameters: { dismiss_stale_reviews_on_push: true } }]
  const conditions = { ref_name: { include: ['refs/heads/main'], exclude: [] } }
  await person.api('POST', '/rulesets', { name: 'main', target: 'branch', enforcement: 'active', conditions, rules })
}
