/** A place in the pool is never had by two, at whatever moment somebody asks for one. */
import { expect, it } from 'vitest'
import { RunPool } from '../../../dispatcher/apply/run-pool.js'

/** Continuations between the end of a run and the start of the one that waits: far more than there are. */
const MOMENTS = 20

/** @returns how many ran at once at most, where a third one comes so many continuations after the first has ended */
async function mostAtOnce(moment: number): Promise<number> {
  const pool = new RunPool(1)
  let running = 0
  let most = 0
  const work = (end: Promise<unknown>) => async () => {
    most = Math.max(most, ++running)
    await end
    running--
  }
  let resolve: () => void = () => undefined
  const end = new Promise<void>((settle) => {
    resolve = settle
  })
  const runs = [pool.run(work(end)), pool.run(work(shortTime()))]
  resolve()
  for (let left = moment; left > 0; left--) await Promise.resolve()
  await Promise.all([...runs, pool.run(work(shortTime()))])
  expect(pool.isBusy).toBe(false)
  return most
}

const shortTime = () => new Promise<void>((resolve) => setImmediate(resolve))

it('whoever comes just when a run ends waits for the one that was there before', async () => {
  const most = await Promise.all(Array.from({ length: MOMENTS }, (_, moment) => mostAtOnce(moment)))
  expect(most).toEqual(Array(MOMENTS).fill(1))
})

it('a run that fails gives its place back', async () => {
  const pool = new RunPool(1)
  const fail = () => Promise.reject(new Error('no room'))
  const failed = [pool.run(fail), pool.run(fail)]
  await Promise.allSettled(failed)
  expect(await pool.run(async () => 'ran')).toBe('ran')
})
