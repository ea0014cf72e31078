import { expect, it } from 'vitest'
import type { Oid } from '../../vault/oid.js'
import { contract, eventually, type Stage } from './stage.js'

const historyOf = (stage: Stage, number: number) =>
  eventually(async () => {
    const forge = stage.forge()
    return forge.history(await forge.pull(number))
  })

contract('history', (stage) => {
  it('has nothing but the first push in a fresh one', async () => {
    const { number, head } = await stage.request()
    const history = await historyOf(stage, number)
    expect(new Set(history.pushes.map(({ by }) => by?.id))).toEqual(new Set([stage.agent.id]))
    expect(history.pushes.map(({ after }) => after)).toContain(head)
    expect(history).toMatchObject({ wasRetargeted: false, scheduledBy: [], closedBy: [], reopenedBy: [] })
  })

  it('names who pushed the branch, where somebody else opened the pull request', async () => {
    const { number } = await stage.request(stage.agent, stage.writer)
    const { pushes } = await historyOf(stage, number)
    expect(pushes.map(({ by }) => by?.id)).toContain(stage.writer.id)
  })

  it('names who pushed later, each by himself', async () => {
    const request = await stage.request()
    const second = await stage.pushMore(stage.writer, request)
    const third = await stage.pushMore(stage.admin, request)
    const { pushes } = await historyOf(stage, request.number)
    const by = (commit: Oid) => pushes.filter(({ after }) => after === commit).map((push) => push.by?.id)
    expect(by(second)).toContain(stage.writer.id)
    expect(by(third)).toContain(stage.admin.id)
  })

  it('marks a forced push, with both tips', async () => {
    const request = await stage.request()
    const main = (await stage.repo.tip('main'))!
    const forced = await stage.repo.push(
      stage.writer,
      request.branch,
      { parent: main, files: { 'f.txt': 'f\n' } },
      { force: true },
    )
    // Forgejo's activity may tell of the push before the timeline tells that it was a forced one.
    const push = await eventually(async () => {
      const { pushes } = await historyOf(stage, request.number)
      const found = pushes.find(({ isForced }) => isForced)
      expect(found).toMatchObject({ before: request.head, after: forced })
      return found
    })
    expect(push?.by?.id).toBe(stage.writer.id)
  })

  it('tells of another base, also when it came back', async () => {
    const { number } = await stage.request()
    await stage.repo.push(stage.agent, 'elsewhere', (await stage.repo.tip('main'))!)
    await stage.repo.as(stage.agent).retarget(number, 'elsewhere')
    await stage.pullOnce(number, (pull) => pull.baseBranch === 'elsewhere')
    await stage.repo.as(stage.agent).retarget(number, 'main')
    expect((await historyOf(stage, number)).wasRetargeted).toBe(true)
  })

  it('names who closed it, also when it was reopened', async () => {
    const { number } = await stage.request()
    await stage.repo.as(stage.writer).closePull(number)
    await stage.repo.as(stage.agent).reopenPull(number)
    const { closedBy, reopenedBy } = await historyOf(stage, number)
    expect([...closedBy, ...reopenedBy].map(({ id }) => id)).toEqual([stage.writer.id, stage.agent.id])
    expect(await stage.forge().pull(number)).toMatchObject({ state: 'open' })
  })

  it('counts a merge as no closing', async () => {
    const { number } = await stage.request()
    await stage.repo.as(stage.admin).merge(number)
    const history = await historyOf(stage, number)
    expect(history.closedBy).toEqual([])
    expect(history.pushes.map(({ by }) => by?.id)).toContain(stage.agent.id)
  })

  it('closes with its head branch, and keeps the head', async () => {
    const { number, branch, head } = await stage.request()
    await stage.repo.as(stage.writer).deleteBranch(branch)
    const pull = await stage.pullOnce(number, ({ state }) => state === 'closed')
    expect(pull).toMatchObject({ merged: false, head })
    expect(await stage.repo.tip(`refs/pull/${number}/head`)).toBe(head)
    expect((await historyOf(stage, number)).closedBy.map(({ id }) => id)).toEqual([stage.writer.id])
  })

  it('reads all of it, over all pages', async () => {
    const { number } = await stage.request()
    const person = stage.repo.as(stage.writer)
    for (let each = 0; each < 52; each += 1) await person.comment(number, `${each}`)
    await person.closePull(number)
    expect((await historyOf(stage, number)).closedBy.map(({ id }) => id)).toEqual([stage.writer.id])
  })
})
