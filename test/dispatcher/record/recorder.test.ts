/** The one writer of main: what cannot be written fails alone. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Dispatcher } from '../../../dispatcher/dispatcher.js'
import type { Entry } from '../../../dispatcher/record/entry.js'
import { SeenFile } from '../../../dispatcher/state/seen-file.js'
import type { FileEdit } from '../../../lib/git/port.js'
import { RecordError } from '../../../vault/record/seal.js'
import { OpsRepo } from '../../support/ops-repo.js'

let ops: OpsRepo
let dispatcher: Dispatcher
beforeEach(async () => {
  ops = await OpsRepo.make()
  dispatcher = await ops.dispatcher()
  dispatcher.recorder.startFrom(await ops.main())
  await dispatcher.observer.observe(ops.now)
  return async () => {
    await dispatcher.close()
    await ops.remove()
  }
})

function entry(name: string, edits: () => readonly FileEdit[] = () => [write(`notes/${name}`)]): Entry {
  return { subject: name, noun: 'note', trailers: [], decidedOn: null, patient: false, edits: async () => edits() }
}
const write = (path: string): FileEdit => ({ kind: 'write', path, bytes: Buffer.from('x') })
const tooLarge = () => {
  throw new RecordError('record_too_large', 'a record of 2 MB')
}

const record = async (entries: readonly Entry[]) => {
  const recorded = await Promise.all(entries.map((each) => dispatcher.recorder.record(each)))
  return recorded.map(({ kind }) => kind)
}
const written = async () => (await ops.remote.paths('main', 'notes')).map((path) => path.slice('notes/'.length))

describe('a group', () => {
  it('is as fresh as the one before it, where nobody else has written since', async () => {
    const decided = ['a', 'b', 'c'].map((name) => ({ ...entry(name), decidedOn: ops.root }))
    for (const each of decided) expect(await record([each])).toEqual(['done'])
  })

  it('shares one commit', async () => {
    expect(await record([entry('a'), entry('b'), entry('c')])).toEqual(['done', 'done', 'done'])
    expect(await ops.remote.git(['rev-list', '--count', 'main'])).toBe('2')
  })

  it.each([
    ['a record that is too large', tooLarge],
    ['a path that git cannot name', () => [write('notes/../x')]],
    ['a mode that is none', () => [{ kind: 'place' as const, path: 'notes/x', mode: '177777', oid: ops.root }]],
  ])('of which one has %s: it fails alone', async (_, edits) => {
    const others = ['a', 'b', 'c', 'd', 'e'].map((name) => entry(name))
    const bad = entry('bad', edits)
    expect(await record([...others.slice(0, 2), bad, ...others.slice(2)])).toEqual([
      ...['done', 'done', 'refused', 'done', 'done', 'done'],
    ])
    expect(await written()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await record([entry('later')])).toEqual(['done'])
  })

  it('with more bad refusals than are looked for one by one: the claims and outcomes beside them are written', async () => {
    const bad = Array.from({ length: 60 }, (_, count) => ({
      ...entry(`bad-${count}`, () => [write('notes/../x')]),
      noun: 'refusal',
    }))
    const good = ['claim', 'outcome'].map((noun) => ({ ...entry(noun), noun }))
    const recorded = await record([...bad.slice(0, 30), ...good, ...bad.slice(30)])
    expect(recorded.filter((kind) => kind === 'done')).toHaveLength(2)
    expect(await written()).toEqual(['claim', 'outcome'])
  })

  it('in which one takes away what lies where another writes: it is written, whoever came first', async () => {
    const forged = { 'notes/a': 'forged', 'notes/b/forged': 'forged' }
    dispatcher.recorder.startFrom(await ops.put(forged))
    await dispatcher.observer.observe(ops.now)
    const undo = entry('undo', () => Object.keys(forged).map((path) => ({ kind: 'delete', path })))
    expect(await record([entry('a'), undo, entry('b')])).toEqual(['done', 'done', 'done'])
    expect(await written()).toEqual(['a', 'b'])
    expect(await ops.remote.read('main', 'notes/a')).toBe('x')
  })

  it('of which none can be built gives up, and takes the next one', async () => {
    const bad = Array.from({ length: 60 }, (_, index) => entry(`bad-${index}`, () => [write('notes/../x')]))
    expect(new Set(await record(bad))).toEqual(new Set(['refused']))
    expect(await record([entry('later')])).toEqual(['done'])
  })
})

describe('what was seen of main since', () => {
  const seenLast = () => new SeenFile(dispatcher.config.stateDir, ops.root).read()

  it('41: is not written over where a foxtrot took it off the line, though the main that the recorder knows is on it', async () => {
    const seen = await ops.put({ x: 'x' })
    await dispatcher.observer.observe(ops.now)
    const side = await ops.remote.commit({ branch: 'side', parent: ops.root, files: { y: 'y' } })
    const foxtrot = await ops.remote.merge({ branch: null, parents: [side, seen] })
    await ops.remote.setRef('main', foxtrot)
    expect(await record([entry('a')])).toEqual(['lost_race'])
    expect(await ops.main()).toBe(foxtrot)
  })

  it.each([
    ['had no answer may arrive yet, where main is given back', true, 'unknown'],
    ['was turned away does not', false, 'lost_race'],
  ])('and a foxtrot took off the line meanwhile: a push that %s', async (_, isLost, told) => {
    const { remote } = dispatcher.repository
    const seen = await ops.put({ x: 'x' })
    dispatcher.recorder.startFrom(seen)
    await dispatcher.observer.observe(ops.now)
    const side = await ops.remote.commit({ branch: 'side', parent: ops.root, files: { y: 'y' } })
    const foxtrot = await ops.remote.merge({ branch: null, parents: [side, seen] })
    const push = remote.push.bind(remote)
    remote.push = async (updates) => {
      await ops.remote.setRef('main', foxtrot)
      if (isLost) throw new Error('the connection broke')
      return push(updates)
    }
    expect(await record([entry('a')])).toEqual([told])
    expect(await ops.main()).toBe(foxtrot)
  })

  it('is not written over where main was set back to what the recorder knows', async () => {
    await ops.put({ x: 'x' })
    await dispatcher.observer.observe(ops.now)
    await ops.remote.setRef('main', ops.root)
    expect(await record([entry('a')])).not.toEqual(['done'])
    expect(await ops.main()).toBe(ops.root)
  })

  it('is not written over where it was seen while the commit was made, and then taken away', async () => {
    const { writer } = dispatcher.repository
    const commit = writer.commit.bind(writer)
    writer.commit = async (draft) => {
      writer.commit = commit
      await ops.put({ x: 'x' })
      await dispatcher.observer.observe(ops.now)
      await ops.remote.setRef('main', ops.root)
      return commit(draft)
    }
    expect(await record([entry('a')])).not.toEqual(['done'])
    expect(await ops.main()).toBe(ops.root)
  })

  it('cannot be looked at once the commit is made: all that waits for it is told', async () => {
    const { writer, history } = dispatcher.repository
    const commit = writer.commit.bind(writer)
    writer.commit = async (draft) => {
      const built = await commit(draft)
      await ops.put({ x: 'x' })
      await dispatcher.observer.observe(ops.now)
      history.isOnFirstParentLine = () => Promise.reject(new Error('git cannot be started'))
      return built
    }
    expect(await record([entry('a'), entry('b')])).toEqual(['refused', 'refused'])
  })

  it('is not forgotten for an older main of our own, whose answer came late', async () => {
    const { remote } = dispatcher.repository
    const push = remote.push.bind(remote)
    remote.push = async (updates) => {
      remote.push = push
      await push(updates)
      await ops.put({ x: 'x' })
      await dispatcher.observer.observe(ops.now)
      throw new Error('the answer was lost')
    }
    expect(await record([entry('a')])).toEqual(['done'])
    expect(await seenLast()).toBe(await ops.main())
  })
})
