import { describe, expect, it } from 'vitest'
import { RateGate } from '../../../lib/forge/client/rate-gate.js'
import { retryAt } from '../../../lib/forge/client/retry-at.js'
import { faultOf, scripted } from './open-scripted.js'
import { githubPull } from './wire-answers.js'

const world = scripted()
const LIMITS = { rateDefaultMs: 60_000, rateMostMs: 3_600_000 }
const NOW = Date.parse('2026-11-22T05:00:00Z')

describe('when a forge limits the rate', () => {
  it.each([
    [
      '403, nothing remains',
      403,
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 600) },
    ],
    ['403 with retry-after', 403, { 'retry-after': '600' }],
    ['429 with retry-after', 429, { 'retry-after': '600' }],
  ])('%s: nothing more is asked until then', async (_name, status, headers) => {
    world.server.script = () => ({ status, json: { message: 'slow down' }, headers })
    const forge = world.open('github')
    const error = await faultOf(forge.pull(1))
    expect(error.fault.reason).toBe('forge_rate_limited')
    expect((error.retryAt ?? 0) - world.now).toBeGreaterThan(590_000)
    expect((error.retryAt ?? 0) - world.now).toBeLessThan(620_000)
    await faultOf(forge.reviews(1))
    await faultOf(forge.createComment(1, 'x'))
    expect(world.server.asked).toHaveLength(1)
    world.server.script = () => ({ json: githubPull(1) })
    world.now = (error.retryAt ?? 0) + 1
    await expect(forge.pull(1)).resolves.toMatchObject({ number: 1 })
  })

  it('a 403 of the second kind has no header, and is known by its words', async () => {
    world.server.script = () => ({ status: 403, json: { message: 'You have exceeded a secondary rate limit.' } })
    const error = await faultOf(world.open('github').pull(1))
    expect([error.fault.reason, error.retryAt]).toEqual(['forge_rate_limited', world.now + 60_000])
  })

  it('a 403 with much remaining is no limit', async () => {
    world.server.script = () => ({ status: 403, json: {}, headers: { 'x-ratelimit-remaining': '4000' } })
    expect((await faultOf(world.open('github').pull(1))).fault.reason).toBe('forge_forbidden')
  })

  it('the last answer that is allowed is used, and nothing asked after it', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 60)
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
    world.server.script = () => ({ json: githubPull(1), headers })
    const forge = world.open('github')
    await forge.pull(1)
    expect((await faultOf(forge.pull(1))).fault.reason).toBe('forge_rate_limited')
    expect(world.server.asked).toHaveLength(1)
  })
})

describe('until when', () => {
  it('counts by the clock of the server, because ours may be wrong', () => {
    const headers = {
      date: 'Sun, 22 Nov 2026 08:00:00 GMT',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Date.parse('2026-11-22T08:10:00Z') / 1000),
    }
    expect(retryAt(headers, NOW, LIMITS)).toBe(NOW + 601_000)
  })

  it('takes a date', () => {
    const headers = { date: 'Sun, 22 Nov 2026 08:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 08:01:00 GMT' }
    expect(retryAt(headers, NOW, LIMITS)).toBe(NOW + 60_000)
  })

  it('believes nobody who sends it away for years', () => {
    expect(retryAt({ 'retry-after': '999999999' }, NOW, LIMITS)).toBe(NOW + LIMITS.rateMostMs)
  })

  it('is not said where something remains', () => {
    expect(retryAt({ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '1' }, NOW, LIMITS)).toBeNull()
  })
})

describe('the gate', () => {
  it('opens when the clock was set back: nobody waits for an hour twice', () => {
    let now = NOW
    const gate = new RateGate(() => now)
    gate.shutUntil(NOW + 1000)
    expect(() => gate.pass()).toThrow()
    now = NOW - 3_600_000
    expect(() => gate.pass()).not.toThrow()
  })

  it('keeps the later of two times', () => {
    const gate = new RateGate(() => NOW)
    gate.shutUntil(NOW + 2000)
    gate.shutUntil(NOW + 1000)
    expect(() => gate.pass()).toThrow(expect.objectContaining({ retryAt: NOW + 2000 }))
  })
})
