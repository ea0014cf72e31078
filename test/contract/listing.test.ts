import { expect, it } from 'vitest'
import { contract } from './stage.js'

contract('listing', (stage) => {
  it('says whose token it is', async () => {
    const { id, login } = stage.bot
    expect(await stage.forge().self()).toEqual({ id, login, kind: 'person' })
  })

  it('tells the repository by id, with the address to clone it from', async () => {
    const { id, fullName, cloneUrl } = stage.repo
    const told = await stage.forge().repository()
    expect(told).toMatchObject({ id, fullName, cloneUrl, defaultBranch: 'main' })
  })

  it('lists an open pull request with what hangs on it', async () => {
    const { number, branch, head } = await stage.request()
    const { pulls, truncated } = await stage.forge().openPulls()
    const { id, login } = stage.agent
    expect(truncated).toBe(false)
    expect(pulls.find((pull) => pull.number === number)).toMatchObject({
      ...{ state: 'open', merged: false, mergeCommit: null, mergedBy: null, draft: false },
      ...{ head, headBranch: branch, headRepoId: stage.repo.id, baseBranch: 'main', baseRepoId: stage.repo.id },
      ...{ author: { id, login, kind: 'person' }, labels: [] },
    })
  })

  it('says against which branch each is', async () => {
    const { head } = await stage.request()
    await stage.repo.push(stage.agent, 'other-base', head)
    const branch = stage.newBranch()
    await stage.repo.push(stage.agent, branch, { parent: head, files: { 'x.txt': 'x\n' } })
    const number = await stage.repo.as(stage.agent).openPull({ head: branch, base: 'other-base' })
    const { pulls } = await stage.forge().openPulls()
    expect(pulls.flatMap((pull) => (pull.baseBranch === 'other-base' ? [pull.number] : []))).toEqual([number])
  })

  it('shows at the next reading what was opened, pushed, closed and reopened', async () => {
    const forge = stage.forge()
    await forge.openPulls()
    const request = await stage.request()
    const find = async () => (await forge.openPulls()).pulls.find((pull) => pull.number === request.number)
    expect((await find())?.head).toBe(request.head)
    const moved = await stage.pushMore(stage.agent, request)
    expect((await find())?.head).toBe(moved)
    await stage.repo.as(stage.agent).closePull(request.number)
    expect(await find()).toBeUndefined()
    await stage.repo.as(stage.agent).reopenPull(request.number)
    expect(await find()).toBeDefined()
  })

  it('rejects forge_missing for a number that there is not', async () => {
    await expect(stage.forge().pull(999_999)).rejects.toMatchObject({ fault: { reason: 'forge_missing' } })
  })

  it('rejects forge_unauthorized for a token that is none', async () => {
    const forge = stage.forge({ ...stage.bot, token: 'f'.repeat(40) })
    await expect(forge.openPulls()).rejects.toMatchObject({ fault: { reason: 'forge_unauthorized' } })
  })

  it('does not tell who merged in a list, only singly (trait)', async () => {
    const { number, head } = await stage.request()
    const admin = stage.repo.as(stage.admin)
    await admin.merge(number, { head })
    const listed = await admin.api<Record<string, unknown>[]>('GET', '/pulls?state=closed')
    const pull = listed.find((each) => each['number'] === number)
    expect(pull?.['merged_by'] ?? null).toBeNull()
    expect(pull?.['merged_at']).toEqual(expect.any(String))
    expect(await admin.pull(number)).toMatchObject({ merged: true, merged_by: { id: stage.admin.id } })
  })
})
