import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { healthOf, longestPauseMs } from '../../../dispatcher/serve/health.js'
import { Waker } from '../../../dispatcher/serve/waker.js'

it('a burst of webhooks wakes at once, and once more', async () => {
  let ticks = 0
  const waker = new Waker(() => ticks++, Date.now, 60)
  for (let time = 0; time < 100; time++) waker.wake()
  expect(ticks).toBe(1)
  await sleep(100)
  expect(ticks).toBe(2)
  await sleep(100)
  waker.wake()
  expect(ticks).toBe(3)
  waker.wake()
  waker.stop()
  await sleep(100)
  expect(ticks).toBe(3)
})

it('a clock that steps back does not silence it', () => {
  let ticks = 0
  let now = 10_000
  const waker = new Waker(
    () => ticks++,
    () => now,
  )
  waker.wake()
  now = 0
  waker.wake()
  expect(ticks).toBe(2)
})

const at = (...seconds: number[]) => seconds.map((second) => new Date(second * 1_000))

it.each([
  ['never ticked', { lastSuccessAt: null, busySince: 0, failures: 0 }, 1_000, false],
  ['just ticked', { lastSuccessAt: 1_000, busySince: null, failures: 0 }, 2_000, true],
  ['a bit late', { lastSuccessAt: 0, busySince: null, failures: 0 }, 59_000, true],
  ['too late', { lastSuccessAt: 0, busySince: null, failures: 3 }, 61_000, false],
  ['busy with a long tick', { lastSuccessAt: 0, busySince: 10_000, failures: 0 }, 200_000, true],
  ['hanging in one', { lastSuccessAt: 0, busySince: 10_000, failures: 0 }, 400_000, false],
])('is healthy or not: %s', (_name, pulse, now, ok) => {
  expect(healthOf(pulse, longestPauseMs(at(0, 10, 20)), now).ok).toBe(ok)
})

it('goes by the longest pause of the schedule', () => {
  expect(longestPauseMs(at(0, 10, 3_610))).toBe(3_600_000)
  expect(longestPauseMs([])).toBe(0)
})
