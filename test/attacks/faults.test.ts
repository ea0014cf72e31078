/** Faults of git, of the remote and of the disk: nothing is lost, nothing runs twice, and one broken request fails alone. */
import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tick } from '../../dispatcher/tick.js'
import { GitError } from '../../lib/git/git-error.js'
import { StateFileError } from '../../lib/state/json-file.js'
import type { Oid } from '../../vault/oid.js'
import { OpsRepo } from '../support/ops-repo.js'

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

const state = (...names: string[]) => join(ops.remote.folder, 'one', 'state', ...names)
const outcomes = async () => (await ops.records()).filter((path) => path.endsWith('outcome.json'))

describe('the remote', () => {
  it('8: is away: nothing is recorded as failed, and the next tick does it', async () => {
    await ops.request('low')
    await ops.tick()
    await ops.request('later')
    await rename(ops.remote.path, `${ops.remote.path}.away`)
    await expect(ops.tick()).rejects.toThrow(GitError)
    await rename(`${ops.remote.path}.away`, ops.remote.path)
    expect(await ops.tick()).toMatchObject([{ id: 'later', status: 'succeeded' }])
  })

  it('29: refuses a whole group once: every member is asked again, none is dropped', async () => {
    const ids = ['a', 'b', 'c']
    for (const id of ids) await ops.request(id)
    await ops.remote.hook('pre-receive', 'echo "not today" >&2; exit 1')
    for (const line of await ops.tick()) expect(line).toMatchObject({ verdict: 'unverifiable', reason: 'git_failed' })
    expect(await ops.ran()).toEqual([])
    await ops.remote.hook('pre-receive', 'exit 0')
    await ops.tick()
    expect([...(await ops.ran())].sort()).toEqual(ids)
    expect(await outcomes()).toHaveLength(3)
  })

  it('9: refuses the outcome three times: it is recorded with the fourth, and nothing runs again', async () => {
    await ops.request('low')
    const count = join(ops.remote.folder, 'count')
    await ops.remote.hook(
      'update',
      `case "$(git log -1 --format=%s "$3")" in outcome*) echo x >> '${count}'; [ "$(wc -l < '${count}')" -gt 3 ];; esac`,
    )
    for (let attempt = 0; attempt < 4; attempt++)
      expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
    expect(await outcomes()).toHaveLength(1)
  })

  it('52: dies after it took a push: the answer is lost, the claim is not', async () => {
    await ops.request('low')
    await ops.remote.hook('post-receive', 'kill -9 $PPID')
    await ops.tick()
    await ops.remote.hook('post-receive', 'exit 0')
    await ops.tick()
    expect(await ops.ran()).toEqual(['low'])
    expect(await outcomes()).toHaveLength(1)
    expect((await ops.remote.git(['log', '--format=%s', 'main'])).match(/^claim/gm)).toHaveLength(1)
  })

  it('52: takes a push, and neither the answer nor a look comes back: the next tick starts it', async () => {
    const dispatcher = await ops.dispatcher()
    const { remote } = dispatcher.repository
    const [push, list] = [remote.push.bind(remote), remote.list.bind(remote)]
    remote.push = async (updates) => {
      await push(updates)
      remote.push = push
      remote.list = async () => {
        remote.list = list
        throw new GitError('unreachable', 'gone')
      }
      throw new GitError('unreachable', 'gone')
    }
    await ops.request('low')
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', verdict: 'unverifiable', reason: 'git_failed' }])
    expect(await ops.ran()).toEqual([])
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['low'])
  })

  it('has notes that are none: the requests go on', async () => {
    for (const notes of [await ops.remote.object('blob', 'x'), await ops.main()]) {
      await ops.remote.forceRef('refs/notes/countersign', notes)
      await ops.request('rel', { formula: 'release' }, ops.keys.agent)
      await ops.request(`low-${notes.slice(0, 8)}`)
      const lines = await ops.tick()
      expect(lines.filter(({ status }) => status === 'succeeded')).toHaveLength(1)
    }
  })
})

describe('51: one broken request fails alone', () => {
  const NAMES: readonly (readonly [string, string | Uint8Array])[] = [
    ['dots', '..'],
    ['a-git-folder', '.git'],
    ['a-slash', 'vault/actions/x.toml'],
    ['no-name', ''],
  ]

  it('objects that are missing or malformed', async () => {
    const action = await ops.remote.object('blob', ops.action('x'))
    const entry = (name: string | Uint8Array) => ({ mode: '100644', name, oid: action })
    for (const [id, name] of NAMES) await point(id, await ops.remote.rawTree([entry(name)]))
    await point('twice', await ops.remote.rawTree([entry('a'), entry('a')]))
    await point('mode', await ops.remote.rawTree([{ ...entry('a'), mode: '177777' }]))
    await ops.remote.forceRef('refs/heads/vault/not-a-commit', action)
    const [tree, author] = [`tree ${await treeOf(ops.root)}\n`, 'author A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n']
    await commit('two-trees', `${tree}${tree}parent ${ops.root}\n${author}\nx\n`)
    await commit('late-parent', `${tree}${author}parent ${ops.root}\n\nx\n`)
    await commit('no-author', `${tree}parent ${ops.root}\n\nx\n`)
    const torn = await ops.request('torn')
    await lose((await ops.remote.git(['rev-parse', `${torn}:vault/actions/torn.toml`])) as Oid)
    await ops.request('honest')
    const lines = await ops.tick()
    expect(lines.find(({ id }) => id === 'honest')).toMatchObject({ status: 'succeeded' })
    expect(lines.find(({ id }) => id === 'torn')).toMatchObject({ verdict: 'unverifiable', reason: 'object_missing' })
    expect(lines.filter(({ verdict }) => verdict === 'fire')).toHaveLength(1)
    expect(lines.filter(({ verdict }) => verdict === 'wait')).toEqual([])
    // The lost object comes back.
    await ops.remote.object('blob', ops.action('torn'))
    expect((await ops.tick()).find(({ id }) => id === 'torn')).toMatchObject({ status: 'succeeded' })
    expect(await ops.ran()).toEqual(['honest', 'torn'])
  })

  const treeOf = (revision: string) => ops.remote.git(['rev-parse', `${revision}^{tree}`])
  const point = async (id: string, tree: Oid) =>
    commit(id, `tree ${tree}\nparent ${ops.root}\nauthor A <a@a> 1 +0000\ncommitter A <a@a> 1 +0000\n\nx\n`)
  const commit = async (id: string, text: string) =>
    ops.remote.forceRef(`refs/heads/vault/${id}`, await ops.remote.object('commit', text))
  const lose = (oid: Oid) => ops.remote.loseObject(oid)
})

describe('a broken signature or tree on main', () => {
  it('stops neither the tick nor the low request beside it', async () => {
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    const merge = await ops.approve(head, ops.keys.alice)
    const raw = await ops.remote.git(['cat-file', 'commit', merge])
    const twice = raw.replace(/(gpgsig [\s\S]*?END SSH SIGNATURE-----\n)/, '$1$1')
    await ops.remote.setRef('main', await ops.remote.object('commit', twice))
    await ops.request('low')
    const lines = new Map((await ops.tick()).map((line) => [line.id, line]))
    expect(lines.get('low')).toMatchObject({ status: 'succeeded' })
    expect(lines.get('rel')).toMatchObject({ verdict: 'refuse', reason: 'signature_invalid' })
  })
})

describe('the disk', () => {
  it('28: locks and half-written files that a killed git left are taken away', async () => {
    await ops.tick()
    await mkdir(state('repo.git', 'refs', 'countersign'), { recursive: true })
    for (const name of ['refs/countersign/main.lock', 'packed-refs.lock', 'config.lock', 'objects/pack/tmp_pack_x']) {
      await writeFile(state('repo.git', name), '')
    }
    await ops.put({ x: 'x' })
    await ops.request('low')
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
  })

  it('is full when a run is to be noted: nothing is claimed; and when there is space again, all is', async () => {
    const dispatcher = await ops.dispatcher()
    const note = dispatcher.runner.note.bind(dispatcher.runner)
    dispatcher.runner.note = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
    await ops.request('low')
    await expect(tick(dispatcher, new Set())).rejects.toThrow('ENOSPC')
    expect(await ops.records()).toEqual([])
    dispatcher.runner.note = note
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await dispatcher.close()
  })

  it('lost the clone or the view: they are built anew, and no id is free', async () => {
    await ops.request('once')
    await ops.tick()
    for (const name of ['repo.git', 'view.json']) {
      await rm(state(name), { recursive: true, force: true })
      await ops.request('once')
      expect((await ops.tick()).find(({ id }) => id === 'once')).toMatchObject({ reason: 'already_fired' })
    }
    await truncate(state('view.json'), 10)
    await expect(ops.tick()).rejects.toThrow(StateFileError)
    expect(await ops.ran()).toEqual(['once'])
  })
})
