/** The list of open pull requests: what it costs, and what it survives. */
import { fc, test } from '@fast-check/vitest'
import { beforeEach, describe, expect, it } from 'vitest'
import { PullListing } from '../../../lib/forge/listing/pull-listing.js'
import { ForgeError } from '../../../lib/forge/port.js'
import { SimulatedListing } from './simulated-listing.js'

const LIMITS = { pageItems: 10, probeItems: 3, pages: 5, overlapMs: 2000, relistMs: 600_000, closedRemembered: 100 }

let forge: SimulatedListing
let listing: PullListing

beforeEach(() => {
  forge = new SimulatedListing()
  listing = new PullListing(forge, () => forge.clock * 1000, LIMITS)
})

async function numbers(): Promise<readonly number[]> {
  return (await listing.read()).pulls.map(({ number }) => number)
}

function openMany(count: number): void {
  for (let each = 0; each < count; each += 1) {
    forge.openOne()
    forge.clock += 1
  }
}

describe('what it costs', () => {
  it('is one question in an idle tick, whatever the number of closed ones', async () => {
    openMany(200)
    for (let number = 1; number <= 190; number += 1) forge.change(number, false)
    await numbers()
    forge.clock += 3
    await numbers()
    forge.questions.length = 0
    for (let tick = 0; tick < 5; tick += 1) {
      forge.clock += 10
      await numbers()
    }
    expect(forge.questions).toEqual(Array(5).fill('recent 1 3'))
    expect(await numbers()).toHaveLength(10)
  })

  it('is one question also where many were updated in one second', async () => {
    for (let each = 0; each < 30; each += 1) forge.openOne()
    forge.clock += 5
    await numbers()
    await numbers()
    forge.questions.length = 0
    await numbers()
    expect(forge.questions).toEqual(['recent 1 3'])
  })

  it('is one reading for those who ask at the same time', async () => {
    openMany(2)
    await Promise.all([numbers(), numbers(), numbers()])
    expect(forge.questions).toEqual(['recent 1 3', 'open 1 10'])
  })

  it('is a full listing every ten minutes, and where the clock was set back', async () => {
    openMany(2)
    await numbers()
    forge.questions.length = 0
    forge.clock += 601
    await numbers()
    expect(forge.questions).toContain('open 1 10')
    forge.questions.length = 0
    forge.clock -= 300
    await numbers()
    expect(forge.questions).toContain('open 1 10')
  })
})

describe('what it sees', () => {
  it('opened, closed, reopened, in one second too', async () => {
    openMany(3)
    await numbers()
    const fourth = forge.openOne()
    forge.change(1, false)
    expect(await numbers()).toEqual([2, 3, fourth])
    forge.change(1, true)
    forge.change(fourth, false)
    expect(await numbers()).toEqual([1, 2, 3])
  })

  it('more changes than a small page holds, and than a large one', async () => {
    openMany(30)
    await numbers()
    for (let number = 5; number <= 29; number += 1) {
      forge.clock += 1
      forge.change(number, false)
    }
    expect(await numbers()).toEqual([1, 2, 3, 4, 30])
  })

  it('a deleted one is gone with the next full listing', async () => {
    openMany(3)
    await numbers()
    forge.clock += 100
    forge.delete(2)
    forge.clock += 700
    expect(await numbers()).toEqual([1, 3])
  })

  it('the last one deleted', async () => {
    openMany(1)
    await numbers()
    forge.delete(1)
    expect(await numbers()).toEqual([])
  })

  it('more than it may read, and says so', async () => {
    openMany(60)
    const { pulls, truncated } = await listing.read()
    expect([pulls.length, truncated]).toEqual([50, true])
  })
})

describe('what it survives', () => {
  it('one that closes between two pages, and moves another over the edge', async () => {
    openMany(25)
    let isDone = false
    forge.before = (question) => {
      if (question !== 'open 2 10' || isDone) return
      isDone = true
      forge.clock += 1
      forge.change(3, false)
    }
    expect(await numbers()).toEqual(forge.open_)
  })

  it('one that closes while another opens: the count comes out, and the list is wrong all the same', async () => {
    openMany(25)
    let isDone = false
    forge.before = (question) => {
      if (question !== 'open 2 10' || isDone) return
      isDone = true
      forge.clock += 1
      forge.change(3, false)
      forge.openOne()
    }
    expect(await numbers()).toEqual(forge.open_)
  })

  it('duplicated pages', async () => {
    openMany(25)
    const first = await forge.open(1, 10)
    forge.bend = (page, question) => (question === 'open 2 10' ? first : page)
    await expect(listing.read()).rejects.toThrow(ForgeError)
    forge.bend = (page) => page
    expect(await numbers()).toHaveLength(25)
  })

  it('an entry that stands on two pages', async () => {
    openMany(12)
    forge.bend = (page, question) =>
      question === 'open 2 10' ? { ...page, entries: [...page.entries, ...page.entries] } : page
    expect(await numbers()).toHaveLength(12)
  })

  it('an empty page, where there is more: a fault', async () => {
    openMany(25)
    forge.bend = (page, question) => (question === 'open 2 10' ? { ...page, entries: [] } : page)
    await expect(listing.read()).rejects.toMatchObject({ fault: { reason: 'forge_malformed' } })
  })

  it('an empty first page, where there were some: a fault, and what was known is not forgotten', async () => {
    openMany(3)
    await numbers()
    forge.bend = (page) => ({ ...page, entries: [] })
    await expect(listing.read()).rejects.toThrow(ForgeError)
    forge.bend = (page) => page
    expect(await numbers()).toEqual([1, 2, 3])
  })

  it('a forge that does not sort', async () => {
    openMany(25)
    forge.bend = (page) => ({ ...page, entries: page.entries.toReversed() })
    expect(await numbers()).toHaveLength(25)
    forge.clock += 5
    forge.change(4, false)
    expect(await numbers()).toHaveLength(24)
  })

  it('a list older than what was seen does not open a closed one again', async () => {
    openMany(3)
    await numbers()
    const old = forge.snapshot
    forge.clock += 2
    forge.change(2, false)
    expect(await numbers()).toEqual([1, 3])
    const fresh = forge.snapshot
    forge.snapshot = old
    expect(await numbers()).toEqual([1, 3])
    forge.snapshot = fresh
    expect(await numbers()).toEqual([1, 3])
  })

  it('a list older than what was seen does not take away one that was just opened', async () => {
    openMany(3)
    await numbers()
    const old = forge.snapshot
    forge.clock += 2
    const fourth = forge.openOne()
    expect(await numbers()).toContain(fourth)
    forge.snapshot = old
    expect(await numbers()).toContain(fourth)
  })

  it('a forge that says neither how many nor what time it is', async () => {
    openMany(25)
    forge.bend = (page) => ({ ...page, total: null, serverTime: null })
    expect(await numbers()).toHaveLength(25)
    forge.clock += 1
    forge.change(3, false)
    expect(await numbers()).toHaveLength(24)
  })

  it('a fault in the middle: the next reading goes on', async () => {
    openMany(25)
    forge.before = (question) => {
      if (question === 'open 2 10') throw new ForgeError({ reason: 'forge_unreachable', detail: '' })
    }
    await expect(listing.read()).rejects.toThrow(ForgeError)
    forge.before = () => {}
    expect(await numbers()).toHaveLength(25)
  })
})

type Happening = { readonly kind: 'open' | 'close' | 'reopen' | 'wait' | 'read'; readonly at: number }

const happening: fc.Arbitrary<Happening> = fc.record({
  kind: fc.constantFrom('open', 'open', 'close', 'reopen', 'wait', 'read'),
  at: fc.nat(),
})

test.prop([fc.array(happening, { maxLength: 80 })], { numRuns: 200 })(
  'shows what is open, whatever happened',
  async (happenings) => {
    const site = new SimulatedListing()
    const reader = new PullListing(site, () => site.clock * 1000, LIMITS)
    let count = 0
    for (const { kind, at } of happenings) {
      if (kind === 'open' && count < 45) count = site.openOne()
      if (kind === 'wait') site.clock += at % 4
      if (kind === 'close' && count > 0) site.change((at % count) + 1, false)
      if (kind === 'reopen' && count > 0) site.change((at % count) + 1, true)
      if (kind === 'read') {
        const { pulls } = await reader.read()
        expect(pulls.map(({ number }) => number)).toEqual(site.open_.toSorted((a, b) => a - b))
      }
    }
  },
)
