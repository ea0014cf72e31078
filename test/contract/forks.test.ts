import { expect, it } from 'vitest'
import { contract, eventually } from './stage.js'

contract('forks', (stage) => {
  it('shows that the head is of another repository, whoever pushed it', async () => {
    const stranger = await stage.world.createUser('forker')
    const fork = await stage.repo.fork(stranger)
    const head = await fork.push(stranger, 'vault/from-fork', { files: { 'fork.txt': 'x\n' } })
    const number = await stage.repo.as(stranger).openPull({ head: `${stranger.login}:vault/from-fork` })
    const pull = (await stage.forge().openPulls()).pulls.find((each) => each.number === number)
    expect(pull).toMatchObject({ head, headRepoId: fork.id, baseRepoId: stage.repo.id, author: { id: stranger.id } })
    expect(await stage.repo.tip(`refs/pull/${number}/head`)).toBe(head)
    const history = await eventually(async () => stage.forge().history(await stage.forge().pull(number)))
    expect(history.pushes.some(({ by }) => by === null || by.id === stranger.id)).toBe(true)
    await fork.scratch.remove()
  })

  it('keeps the head of a fork that was deleted', async () => {
    const stranger = await stage.world.createUser('vanisher')
    const fork = await stage.repo.fork(stranger)
    const head = await fork.push(stranger, 'vault/vanishing', { files: { 'gone.txt': 'x\n' } })
    const number = await stage.repo.as(stranger).openPull({ head: `${stranger.login}:vault/vanishing` })
    await fork.remove()
    const pull = await stage.pullOnce(number, ({ headRepoId }) => headRepoId === null)
    expect(pull).toMatchObject({ head, headRepoId: null, headBranch: null })
    // Forgejo closes it, GitHub leaves it open.
    expect(pull.state).toBe(stage.kind === 'forgejo' ? 'closed' : 'open')
    expect(await stage.repo.tip(`refs/pull/${number}/head`)).toBe(head)
    await fork.scratch.remove()
  })

  it('lets nobody push to a repository that he may only read (trait)', async () => {
    await expect(stage.repo.push(stage.reader, 'vault/nope', { files: { 'x.txt': 'x\n' } })).rejects.toThrow()
    expect(await stage.repo.tip('vault/nope')).toBeNull()
  })
})
