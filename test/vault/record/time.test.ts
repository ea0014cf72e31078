import { describe, expect, it } from 'vitest'
import { dayOf, isDay, parseTimestamp, timeOfDay, timestampOf } from '../../../vault/record/time.js'

const AT = Date.UTC(2026, 10, 22, 23, 59, 59, 999)

describe('times of records', () => {
  it('are in UTC, whatever the machine thinks', () => {
    expect(timestampOf(AT)).toBe('2026-11-22T23:59:59.999Z')
    expect(dayOf(AT)).toBe('2026-11-22')
    expect(dayOf(AT + 1)).toBe('2026-11-23')
    expect(timeOfDay(AT)).toBe('235959999')
    expect(parseTimestamp(timestampOf(AT))).toBe(AT)
  })

  it.each([
    '',
    '2026-11-22',
    '2026-11-22T23:59:59Z',
    '2026-11-22T23:59:59.999+00:00',
    '2026-11-22t23:59:59.999z',
    'now',
  ])('have one spelling, which %j is not', (text) => {
    expect(parseTimestamp(text)).toBeNull()
  })

  it('know their calendar', () => {
    expect(isDay('2028-02-29')).toBe(true)
    expect(isDay('2026-02-29')).toBe(false)
  })
})
