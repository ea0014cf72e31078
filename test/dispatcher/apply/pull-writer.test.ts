import { describe, expect, it } from 'vitest'
import type { OwnComments } from '../../../dispatcher/apply/own-comments.js'
import { PullWriter } from '../../../dispatcher/apply/pull-writer.js'
import { PullsFile } from '../../../dispatcher/state/pulls-file.js'
import { WindowsFile } from '../../../dispatcher/state/windows-file.js'
import { ForgeError, type ForgeWriter } from '../../../lib/forge/port.js'
import type { ShowStep } from '../../../vault/plan/step.js'
import { NOW, OIDS } from '../../vault/plan/world.js'

/** A pull request with comments, of which each is a number. */
class Desk {
  readonly said: string[] = []
  readonly there = new Set<number>()
  readonly labels = new Set<string>()
  takesNoStatus = false

  readonly #files = new Map<string, string>()
  readonly #stateFiles = {
    read: async (path: string) => this.#files.get(path) ?? null,
    write: async (path: string, text: string) => void this.#files.set(path, text),
    append: async () => undefined,
    sync: async () => undefined,
    rename: async () => false,
    list: async () => [],
    remove: async (path: string) => void this.#files.delete(path),
  }
  readonly #pullsFile = new PullsFile('state', () => NOW, true, this.#stateFiles)

  async shown() {
    return (await this.#pullsFile.all()).get(3)
  }

  writer(own: OwnComments['find']): PullWriter {
    const nothing = () => undefined
    const key = { keyId: 'k', sign: () => new Uint8Array() }
    return new PullWriter({
      forge: this.#forge(),
      ownComments: { find: own },
      pullsFile: this.#pullsFile,
      windowsFile: new WindowsFile('state', key, { knows: () => true, verify: () => true }, this.#stateFiles),
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    })
  }

  #forge(): ForgeWriter {
    return {
      createComment: async () => {
        const id = this.there.size + 1
        this.there.add(id)
        this.said.push(`made ${id}`)
        return id
      },
      editComment: async (id) => {
        if (!this.there.has(id)) throw new ForgeError({ reason: 'forge_missing', detail: 'gone' })
        this.said.push(`edited ${id}`)
      },
      addLabel: async (_, { name }) => void this.labels.add(name),
      removeLabel: async (_, name) => void this.labels.delete(name),
      setStatus: async () => {
        if (this.takesNoStatus) throw new ForgeError({ reason: 'forge_unreachable', detail: 'gone' })
      },
      closePull: async () => undefined,
    }
  }
}

const show = (text: string, more: Partial<ShowStep> = {}): ShowStep => ({
  ...{ kind: 'show', pull: 3, head: OIDS[2]!, createdAt: NOW, text, tier: null, otherLabels: [], digest: text },
  ...{ isLast: false, status: { state: 'pending', description: 'x' } },
  ...more,
})

describe('the one comment on a pull request', () => {
  it('where ours was deleted, and another dispatcher of the account has made one since, that one is edited', async () => {
    const desk = new Desk()
    const found: number[][] = [[]]
    const writer = desk.writer(async () => found.shift() ?? [])
    await writer.show([show('first')])
    desk.there.delete(1)
    desk.there.add(7)
    found.push([7])
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'edited 7'])
  })

  it('where ours was deleted and none is there, a new one is made, also where the forge still shows the old one', async () => {
    const desk = new Desk()
    const found: number[][] = [[]]
    const writer = desk.writer(async () => found.shift() ?? [])
    await writer.show([show('first')])
    desk.there.delete(1)
    found.push([1])
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'made 1'])
  })

  it('where several were made and some deleted, the oldest that is there is edited, whatever the forge still shows', async () => {
    const desk = new Desk()
    const found: number[][] = [[]]
    const writer = desk.writer(async () => found.shift() ?? [])
    await writer.show([show('first')])
    desk.there.delete(1)
    desk.there.add(3).add(4)
    found.push([1, 2, 3, 4])
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'edited 3'])
  })
})

describe('the one label of a tier', () => {
  it('takes the place of the one that it had, also where the forge does not show that yet', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.show([show('first', { tier: 'medium' })])
    await writer.show([show('second', { tier: 'high' })])
    expect([...desk.labels]).toEqual(['tier: high'])
  })

  it('takes the place of one that nobody remembers, and nothing is said again', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.show([show('first', { tier: 'high' })])
    desk.labels.add('tier: low')
    await writer.show([show('first', { tier: 'high', otherLabels: ['tier: low'] })])
    expect([...desk.labels]).toEqual(['tier: high'])
    expect(desk.said).toEqual(['made 1'])
  })
})

describe('what could not be shown whole', () => {
  it('is written over where what was decided turns back to what had been shown', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.show([show('first')])
    desk.takesNoStatus = true
    await writer.show([show('second', { status: { state: 'failure', description: 'y' } })])
    desk.takesNoStatus = false
    expect((await desk.shown())?.digest).toBe(null)
    await writer.show([show('first')])
    expect(desk.said).toEqual(['made 1', 'edited 1', 'edited 1'])
  })
})
