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

  writer(own: OwnComments['find']): PullWriter {
    const files = new Map<string, string>()
    const stateFiles = {
      read: async (path: string) => files.get(path) ?? null,
      write: async (path: string, text: string) => void files.set(path, text),
      append: async () => undefined,
      remove: async (path: string) => void files.delete(path),
    }
    const nothing = () => undefined
    const key = { keyId: 'k', sign: () => new Uint8Array() }
    return new PullWriter({
      forge: this.#forge(),
      ownComments: { find: own },
      pullsFile: new PullsFile('state', () => NOW, true, stateFiles),
      windowsFile: new WindowsFile('state', key, { knows: () => true, verify: () => true }, stateFiles),
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
      addLabel: async () => undefined,
      removeLabel: async () => undefined,
      setStatus: async () => undefined,
      closePull: async () => undefined,
    }
  }
}

const show = (text: string): ShowStep => ({
  ...{ kind: 'show', pull: 3, head: OIDS[2]!, createdAt: NOW, text, tier: null, digest: text, isLast: false },
  status: { state: 'pending', description: 'x' },
})

describe('the one comment on a pull request', () => {
  it('where ours was deleted, and another dispatcher of the account has made one since, that one is edited', async () => {
    const desk = new Desk()
    const found: (number | null)[] = [null]
    const writer = desk.writer(async () => found.shift() ?? null)
    await writer.show([show('first')])
    desk.there.delete(1)
    desk.there.add(7)
    found.push(7)
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'edited 7'])
  })

  it('where ours was deleted and none is there, a new one is made, also where the forge still shows the old one', async () => {
    const desk = new Desk()
    const found: (number | null)[] = [null]
    const writer = desk.writer(async () => found.shift() ?? null)
    await writer.show([show('first')])
    desk.there.delete(1)
    found.push(1)
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'made 1'])
  })
})
