import { expect, it } from 'vitest'
import type { Account } from '../../vault/forge/fact.js'
import type { Person } from '../support/forge/world/person.js'
import { contract, eventually } from './stage.js'

const accountOf = ({ id, login }: Person): Account => ({ id, login, kind: 'person' })

contract('people', (stage) => {
  it('has four words for what somebody may do', async () => {
    const forge = stage.forge()
    const of = (person: Person) => forge.permission(accountOf(person))
    expect(await of(stage.owner)).toBe('admin')
    expect(await of(stage.admin)).toBe('admin')
    expect(await of(stage.writer)).toBe('write')
    expect(await of(stage.reader)).toBe('read')
    expect(await of(await stage.world.createUser('passer-by'))).toBe('read')
  })

  it('gives strangers nothing in a private repository', async () => {
    const repo = await stage.world.createRepo(stage.owner, 'private', { isPrivate: true })
    const forge = stage.forge(stage.owner, repo)
    expect(await forge.permission(accountOf(stage.reader))).toBe('none')
    await expect(stage.forge(stage.reader, repo).repository()).rejects.toMatchObject({
      fault: { reason: 'forge_missing' },
    })
  })

  it('is asked anew each time', async () => {
    const person = await stage.world.createUser('demoted')
    await stage.repo.addCollaborator(person, 'admin')
    const forge = stage.forge()
    expect(await forge.permission(accountOf(person))).toBe('admin')
    await stage.repo.addCollaborator(person, 'write')
    expect(await forge.permission(accountOf(person))).toBe('write')
    await stage.repo.removeCollaborator(person)
    expect(await forge.permission(accountOf(person))).toBe('read')
  })

  it('says nothing about an account whose login is now of another', async () => {
    const before = await stage.world.createUser('roberta')
    const after = await stage.world.renameUser(before, 'roberta-renamed')
    const impostor = await stage.world.createUser('roberta')
    await stage.repo.addCollaborator(impostor, 'admin')
    expect(impostor.id).not.toBe(before.id)
    await expect(stage.forge().permission(accountOf(before))).rejects.toMatchObject({
      fault: { reason: 'forge_malformed' },
    })
    expect(await stage.forge().permission(accountOf(after))).toBe('read')
  })

  it('tells no permissions to who may not ask', async () => {
    const fault = { fault: { reason: 'forge_forbidden' } }
    await expect(stage.forge(stage.reader).permission(accountOf(stage.writer))).rejects.toMatchObject(fault)
  })

  it.runIf(stage.kind === 'forgejo')('tells a writer not even his own permission (trait)', async () => {
    const fault = { fault: { reason: 'forge_forbidden' } }
    await expect(stage.forge(stage.writer).permission(accountOf(stage.writer))).rejects.toMatchObject(fault)
  })

  it.runIf(stage.kind === 'forgejo')('counts a site admin as an admin of every repository', async () => {
    const root = await stage.world.createUser('root-like', { admin: true })
    expect(await stage.forge().permission(accountOf(root))).toBe('admin')
  })

  it('has a ghost where an account was deleted, who is never a person', async () => {
    const leaver = await stage.world.createUser('leaver')
    await stage.repo.addCollaborator(leaver, 'admin')
    const { number } = await stage.request()
    await stage.repo.as(leaver).review(number, 'comment')
    await stage.repo.as(leaver).merge(number)
    await stage.world.deleteUser(leaver)
    const pull = await eventually(() => stage.forge().pull(number))
    expect(pull.merged).toBe(true)
    expect(pull.mergedBy?.kind ?? 'ghost').toBe('ghost')
    for (const review of await stage.forge().reviews(number)) expect(review.author?.kind ?? 'ghost').toBe('ghost')
    expect(await stage.forge().permission(accountOf(leaver))).toBe('none')
  })
})
