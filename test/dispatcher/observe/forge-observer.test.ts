// Found by the simulated forge of test/simulation: what a tick may make of a forge that answers in part.
import { describe, expect, it } from 'vitest'
import { ForgeObserver } from '../../../dispatcher/observe/forge-observer.js'
import { ForgeError, type ForgeReader } from '../../../lib/forge/port.js'
import { UNREACHED_FORGE } from '../../../lib/forge/unreached-forge.js'
import type { PullDossier, PullFact } from '../../../vault/forge/fact.js'
import type { Oid } from '../../../vault/oid.js'
import type { RequestFact } from '../../../vault/request/fact.js'
import { BOB, HEAD, mergedPull, openPull, REPO, reviewBy, SELF } from '../../vault/forge/pulls.js'
import { FORGE_SETS } from '../../vault/plan/forge-world.js'
import { NOW, OIDS } from '../../vault/plan/world.js'
import { requestOf } from '../../vault/verdict/forge-request.js'

const { pull: MERGED } = mergedPull()
const REPOSITORY = {
  ...{ id: REPO, fullName: 'acme/ops', url: 'https://forge.example/acme/ops' },
  ...{ cloneUrl: 'https://forge.example/acme/ops.git', defaultBranch: 'main' },
}
const malformed = () => Promise.reject(new ForgeError({ reason: 'forge_malformed', detail: 'x' }))

function observerOf(answers: Partial<ForgeReader>, elapsed = () => 0): ForgeObserver {
  const reader: ForgeReader = {
    ...UNREACHED_FORGE,
    ...{ repository: async () => REPOSITORY, self: async () => SELF, permission: async () => 'write' },
    ...{ openPulls: async () => ({ pulls: [], truncated: false }) },
    ...answers,
  }
  const notRead = async () => {
    throw new Error('not read here')
  }
  const objects = { commit: notRead, commitBytes: notRead, tree: notRead, entry: notRead, blob: notRead }
  const verifier = { knows: () => false, verify: () => false }
  const pulls = { all: async () => new Map(), revision: 0 }
  return new ForgeObserver({
    forge: reader,
    branch: 'main',
    objects,
    verifier,
    pulls,
    usedIds: { dayOf: async () => null },
    windows: async () => [],
    elapsed,
    isLook: false,
  })
}

describe('a forge that answers in part', () => {
  it.each<[string, Partial<ForgeReader>]>([
    ['who we are', { self: malformed }],
    ['which repository this is', { repository: malformed }],
  ])('gives no word on a change of the trust set while it does not say %s', async (_, broken) => {
    const observer = observerOf({ pullsOfMerge: async () => [3], pull: async () => MERGED, ...broken })
    const listing = await observer.list(NOW)
    const { pullOf } = observer.ground(listing)
    const merge = { oid: MERGED.mergeCommit!, parents: [MERGED.head, MERGED.head], changes: [] }
    // Judged by a repository that nobody knows, an admin's merge would be refused for good.
    expect(await pullOf?.(merge)).toMatchObject({ ok: false, fault: { reason: 'forge_malformed' } })
  })
})

describe('a merge that is told of late', () => {
  const merge = { commit: MERGED.mergeCommit!, parents: [MERGED.head, MERGED.head] }
  const OPEN = { ...openPull({ pull: { number: 4 } }).pull, updatedAt: NOW }
  const JUST_MERGED = { ...MERGED, updatedAt: NOW }

  /** What is said of the pull requests that were merged as it, at so many milliseconds from now on. */
  async function told(
    answers: Partial<ForgeReader>,
    listed: readonly PullFact[],
    ...times: readonly number[]
  ): Promise<readonly string[]> {
    const answer = openPull().history
    if (answer?.ok !== true) throw new Error('an honest pull request has a history')
    let passed = 0
    const observer = observerOf(
      {
        ...{ kind: 'github', openPulls: async () => ({ pulls: listed, truncated: false }) },
        ...{ pullsOfMerge: async () => [MERGED.number], history: async () => answer.value },
        ...answers,
      },
      () => passed,
    )
    const said: string[] = []
    for (const time of times) {
      passed = time
      const { learner } = await observer.list(NOW + time)
      const found = await observer.pullOfMerge(merge, learner)
      if (!found.ok) said.push(found.fault.reason)
      else if (found.value === null) said.push('none')
      else {
        const { pull, others, isRecent } = found.value
        said.push(
          `${[pull, ...others.map((other) => other.pull)].map(({ number }) => number)}${isRecent ? ' just now' : ''}`,
        )
      }
    }
    return said
  }

  it('is read in all pull requests that the forge gives for it, seen before or not', async () => {
    const pull = async (number: number) => ({ ...JUST_MERGED, number })
    expect(await told({ pull }, [OPEN], 0)).toEqual(['4,3 just now'])
    expect(await told({ pull, pullsOfMerge: async () => [3, 4] }, [], 0)).toEqual(['3,4 just now'])
  })

  it('waits for another one of the same head, as long as the forge may be late', async () => {
    const pull = async (number: number) => (number === 4 ? OPEN : JUST_MERGED)
    expect(await told({ pull }, [OPEN], 0, 19_999, 20_000)).toEqual(['forge_missing', 'forge_missing', '3'])
    // On Forgejo a merge is that of one alone.
    expect(await told({ pull, kind: 'forgejo' }, [OPEN], 0)).toEqual(['3 just now'])
  })

  it('waits for the forge also while the clock steps ahead', async () => {
    let passed = 0
    const observer = observerOf({ pullsOfMerge: async () => [] }, () => passed)
    const isKnown = async (now: number) => (await observer.pullOfMerge(merge, (await observer.list(now)).learner)).ok
    expect(await isKnown(NOW)).toBe(false)
    passed = 1_000
    expect(await isKnown(NOW + 3_600_000)).toBe(false)
    passed = 20_000
    expect(await isKnown(NOW + 3_620_000)).toBe(true)
  })

  it('does not count as recent for ever where each tick is a process of its own', async () => {
    const pull = async () => MERGED
    expect(await told({ pull }, [], 15 * 60_000)).toEqual(['3'])
  })

  it('does not rest on one that could not be read', async () => {
    const pull = async (number: number) => (number === 4 ? malformed() : JUST_MERGED)
    expect(await told({ pull }, [OPEN], 0, 60_000)).toEqual(['forge_malformed', 'forge_malformed'])
  })
})

describe('several pull requests of one head', () => {
  const history = async ({ number }: PullFact) => {
    const learned = openPull({ pull: { number } }).history
    if (learned?.ok !== true) throw new Error('an honest pull request has a history')
    return learned.value
  }

  async function read(others: readonly RequestFact[]): Promise<readonly PullDossier[]> {
    const first = openPull({ pull: { number: 3 } }).pull
    const second = openPull({ pull: { number: 4, author: BOB } }).pull
    const reviews = async (number: number) => (number === 3 ? [reviewBy(BOB)] : [])
    const observer = observerOf({ history, reviews, pull: async (number) => (number === 3 ? first : second) })
    const listing = await observer.list(NOW)
    const facts = [requestOf('dev', []), ...others]
    const found = facts.map((fact, index) => ({
      fact,
      pulls: others.length === 0 ? [first, second] : [[first], [second]][index]!,
    }))
    const context = { set: FORGE_SETS.plain, isHeld: false, now: NOW, deciding: new Set<Oid>() }
    return (await observer.requests(found, listing, context)).requests.flatMap(({ pulls }) => pulls)
  }

  it.each<[string, readonly RequestFact[]]>([
    ['of one branch', []],
    ['of two branches', [{ ...requestOf('dev', []), suffix: 'b' }]],
  ])('are all asked who pushed, where one of them is approved: %s', async (_, others) => {
    const dossiers = await read(others)
    expect(dossiers.map(({ pull, history: told }) => [pull.number, told?.ok])).toEqual([
      [3, true],
      [4, true],
    ])
  })
})

describe('open pull requests that wait', () => {
  interface Looks {
    /** At the third look: at the heads of some something would be let through. */
    readonly deciding?: readonly Oid[]
    /** Before it nothing could fire. */
    readonly wasHeld?: boolean
  }

  /** How often reviews were asked for in a third look, some time after two in which all was read. */
  async function askedAfter(
    minutes: number,
    count: number,
    { deciding = [], wasHeld = false }: Looks = {},
  ): Promise<number> {
    let asked = 0
    const reviews = async () => {
      asked++
      return []
    }
    const observer = observerOf({ reviews })
    const found = Array.from({ length: count }, (_, index) => ({
      fact: { ...requestOf('dev', []), suffix: `r${index}` },
      pulls: [openPull({ pull: { number: index + 1 } }).pull],
    }))
    const look = async (now: number, isLast = false) => {
      asked = 0
      const isHeld = wasHeld && !isLast
      const context = { set: FORGE_SETS.plain, isHeld, now, deciding: new Set(isLast ? deciding : []) }
      await observer.requests(found, await observer.list(now), context)
    }
    await look(NOW)
    await look(NOW + 4_000)
    await look(NOW + 4_000 + minutes * 60_000, true)
    return asked
  }

  it('are read anew after a while, and of many each less often', async () => {
    expect(await askedAfter(4, 10)).toBe(0)
    expect(await askedAfter(5, 10)).toBe(10)
    expect(await askedAfter(99, 1_000)).toBe(0)
    expect(await askedAfter(100, 1_000)).toBe(1_000)
  })

  it('are read anew where something would be let through by what was kept', async () => {
    expect(await askedAfter(1, 10, { deciding: [HEAD] })).toBe(10)
    expect(await askedAfter(1, 10, { deciding: [OIDS[4]!] })).toBe(0)
  })

  it('are read at once when something may fire again', async () => {
    expect(await askedAfter(1, 10, { wasHeld: true })).toBe(10)
  })
})
