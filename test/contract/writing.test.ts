import { expect, it } from 'vitest'
import { contract } from './stage.js'

contract('writing', (stage) => {
  it('comments, edits what it wrote, and reads all of them', async () => {
    const { number } = await stage.request()
    const forge = stage.forge()
    const id = await forge.createComment(number, 'first words')
    await forge.editComment(id, 'better words')
    await stage.repo.as(stage.reader).comment(number, '/veto')
    const { id: bot, login } = stage.bot
    const [own, other] = await forge.comments(number)
    expect(own).toMatchObject({ id, body: 'better words', author: { id: bot, login, kind: 'person' } })
    expect(other).toMatchObject({ body: '/veto', author: { id: stage.reader.id } })
  })

  it('rejects forge_missing when it edits a comment that is gone', async () => {
    const { number } = await stage.request()
    const id = await stage.forge().createComment(number, 'soon gone')
    await stage.repo.as(stage.admin).deleteComment(id)
    await expect(stage.forge().editComment(id, 'x')).rejects.toMatchObject({ fault: { reason: 'forge_missing' } })
    expect(await stage.forge().comments(number)).toEqual([])
  })

  it('shows what a writer made of the words of another (trait)', async () => {
    const { number } = await stage.request()
    const id = await stage.forge().createComment(number, 'what the dispatcher said')
    await stage.repo.as(stage.writer).editComment(id, 'what it did not')
    expect(await stage.forge().comments(number)).toMatchObject([
      { id, body: 'what it did not', author: { id: stage.bot.id } },
    ])
  })

  it('reads all comments, over all pages', async () => {
    const { number } = await stage.request()
    const person = stage.repo.as(stage.writer)
    const made: number[] = []
    for (let each = 0; each < 52; each += 1) made.push(await person.comment(number, `${each}`))
    expect((await stage.forge().comments(number)).map(({ id }) => id)).toEqual(made)
  })

  it('puts a label on that the repository did not have, twice as well as once, and takes it off', async () => {
    const { number } = await stage.request()
    const label = { name: `waits ${stage.newBranch()}`, color: 'd93f0b', description: 'for a person' }
    const forge = stage.forge()
    await forge.addLabel(number, label)
    await forge.addLabel(number, label)
    expect((await forge.pull(number)).labels).toEqual([label.name])
    await forge.removeLabel(number, label.name)
    await forge.removeLabel(number, label.name)
    expect((await forge.pull(number)).labels).toEqual([])
    const other = await stage.request()
    await stage.forge().addLabel(other.number, label)
    expect((await forge.pull(other.number)).labels).toEqual([label.name])
  })

  it('sets a status on the head', async () => {
    const { head } = await stage.request()
    await stage.forge().setStatus(head, 'pending', 'waits for an admin', 'https://example.org/x')
    const told = await stage.repo.as(stage.reader).api<Record<string, unknown>[]>('GET', `/commits/${head}/statuses`)
    expect(told).toHaveLength(1)
    // Forgejo says `status` where GitHub says `state`.
    expect(told[0]?.[stage.kind === 'forgejo' ? 'status' : 'state']).toBe('pending')
    expect(told[0]).toMatchObject({
      context: 'countersign',
      description: 'waits for an admin',
      target_url: 'https://example.org/x',
    })
  })

  it('closes a pull request', async () => {
    const { number } = await stage.request()
    await stage.forge().closePull(number)
    const pull = await stage.forge().pull(number)
    expect(pull).toMatchObject({ state: 'closed', merged: false })
    expect((await stage.forge().history(pull)).closedBy.map(({ id }) => id)).toEqual([stage.bot.id])
  })

  it('opens one pull request for a branch, however often it is asked', async () => {
    const headBranch = stage.newBranch()
    const head = await stage.repo.push(stage.agent, headBranch, { files: { 'o.txt': 'o\n' } })
    const wish = { headBranch, baseBranch: 'main', title: 'request', body: 'please' }
    const first = await stage.forge(stage.agent).openPull(wish)
    expect(first).toMatchObject({ head, headBranch, state: 'open', author: { id: stage.agent.id } })
    expect((await stage.forge(stage.writer).openPull(wish)).number).toBe(first.number)
    await stage.repo.as(stage.agent).closePull(first.number)
    expect((await stage.forge(stage.agent).openPull(wish)).number).not.toBe(first.number)
  })

  it('opens none for a branch that there is not', async () => {
    const wish = { headBranch: 'vault/nowhere', baseBranch: 'main', title: 'request', body: '' }
    await expect(stage.forge(stage.agent).openPull(wish)).rejects.toThrow()
  })

  it('may write nothing with a token that only reads', async () => {
    const { number } = await stage.request()
    const scopes = stage.kind === 'github' ? ['read:org'] : ['read:repository', 'read:issue', 'read:user']
    const token = await stage.world.newToken(stage.bot, scopes)
    const forge = stage.forge({ ...stage.bot, token })
    expect((await forge.pull(number)).number).toBe(number)
    await expect(forge.createComment(number, 'x')).rejects.toMatchObject({ fault: { reason: 'forge_forbidden' } })
  })
})
