import { describe, expect, it } from 'vitest'
import type { OwnComments } from '../../../dispatcher/apply/own-comments.js'
import { PullWriter } from '../../../dispatcher/apply/pull-writer.js'
import { PullsFile } from '../../../dispatcher/state/pulls-file.js'
import { WindowsFile } from '../../../dispatcher/state/windows-file.js'
import { ForgeError, type ForgeWriter } from '../../../lib/forge/port.js'
import { LIMITS } from '../../../vault/limits.js'
import type { ShowStep } from '../../../vault/plan/step.js'
import { NOW, OIDS } from '../../vault/plan/world.js'

const SHOWN = {
  ...{ head: OIDS[2]!, digest: 'x', comment: 1, label: null, status: null },
  claim: null,
}

/** A pull request with comments, of which each is a number. */
class Desk {
  readonly said: string[] = []
  readonly there = new Set<number>()
  readonly labels = new Set<string>()
  takesNoStatus = false
  /** Commits that were given a status. */
  readonly marked: string[] = []

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
  readonly #pullsFile = new PullsFile('state', this.#stateFiles)

  async shown(pull = 3) {
    return (await this.#pullsFile.all()).get(pull)
  }

  /** Numbers of what is remembered. */
  async known() {
    return [...(await this.#pullsFile.all()).keys()]
  }

  async know(pull: number): Promise<void> {
    await this.#pullsFile.set(new Map([[pull, SHOWN]]))
  }

  /** As an earlier version left it. */
  leave(file: object): void {
    this.#files.set('state/pulls.json', JSON.stringify(file))
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
      setStatus: async (commit) => {
        this.marked.push(commit)
        if (this.takesNoStatus) throw new ForgeError({ reason: 'forge_unreachable', detail: 'gone' })
      },
      closePull: async () => undefined,
    }
  }
}

const show = (text: string, more: Partial<ShowStep> = {}): ShowStep => ({
  ...{ kind: 'show', pull: 3, head: OIDS[2]!, text, tier: null, otherLabels: [], digest: text },
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

describe('a pull request from which something was claimed', () => {
  const close = { kind: 'close', pull: 3, id: 'act', head: OIDS[2]! } as const

  it('and that was shown before, but not seen when it was claimed, is told the end, and once', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.show([show('waits')])
    await writer.close([close])
    expect((await desk.shown())?.claim).toEqual({ id: 'act', isTold: false })
    await writer.show([show('ended', { isLast: true })])
    expect((await desk.shown())?.claim).toEqual({ id: 'act', isTold: true })
    // A forge that took no closing is asked again.
    await writer.close([close])
    expect((await desk.shown())?.claim).toEqual({ id: 'act', isTold: true })
  })

  it('is told the end of the next claim, too', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.close([close])
    await writer.show([show('ended', { isLast: true })])
    await writer.close([{ ...close, id: 'next' }])
    expect((await desk.shown())?.claim).toEqual({ id: 'next', isTold: false })
  })

  it('and whose head nobody knows is told the end, and no commit is given a status', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    await writer.close([close])
    await writer.show([show('ended', { head: null, isLast: true })])
    expect(desk.said).toEqual(['made 1'])
    expect(desk.marked).toEqual([])
    expect(await desk.shown()).toMatchObject({ head: OIDS[2], claim: { isTold: true } })
  })

  it('by an earlier version, which kept the day of the claim, is told its end', async () => {
    const desk = new Desk()
    desk.leave({ version: 1, since: NOW, pulls: { 3: { ...SHOWN, claim: { id: 'act', day: '2026-11-22' } } } })
    expect((await desk.shown())?.claim).toEqual({ id: 'act', isTold: false })
  })
})

describe('what was shown on pull requests that are over', () => {
  const numbers = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => from + index)

  it('is kept of the newest, of those that are open, and of those that are not told an end yet', async () => {
    const desk = new Desk()
    const writer = desk.writer(async () => [])
    const most = 2 * LIMITS.closedPulls
    desk.leave({ version: 1, pulls: Object.fromEntries(numbers(1, most + 4).map((pull) => [pull, SHOWN])) })
    await writer.claimed([{ pull: 5, head: OIDS[2]!, id: 'act' }])
    await writer.tidy(new Set([2, 9]))
    expect(await desk.known()).toHaveLength(most + 3)
    await writer.tidy(new Set([2]))
    expect(await desk.known()).toEqual([2, 5, ...numbers(LIMITS.closedPulls + 4, most + 4)])
  })

  it('is looked for where one of them opens again', async () => {
    const desk = new Desk()
    const writer = desk.writer(async (pull) => (pull === 3 ? [...desk.there] : []))
    await writer.show([show('first', { pull: 3 })])
    await writer.show([show('another', { pull: 4 })])
    expect(desk.said).toEqual(['made 1', 'made 2'])
    desk.there.delete(2)
    for (const pull of numbers(5, 2 * LIMITS.closedPulls + 4)) await desk.know(pull)
    await writer.tidy(new Set())
    expect(await desk.shown()).toBe(undefined)
    await writer.show([show('second')])
    expect(desk.said).toEqual(['made 1', 'made 2', 'edited 1'])
  })
})
