import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../vault/base64.js'

describe('encodeBase64', () => {
  property.prop([fc.uint8Array({ maxLength: 200 })])('writes what node writes, and reads it back', (bytes) => {
    const text = encodeBase64(bytes)
    expect(text).toBe(Buffer.from(bytes).toString('base64'))
    expect(decodeBase64(text)).toEqual(bytes)
  })
})

describe('decodeBase64', () => {
  it.each([
    ['missing padding', 'YQ'],
    ['too much padding', 'YQ==='],
    ['nothing but padding', '===='],
    ['padding in the middle', 'YQ==YQ=='],
    ['stray bits before ==', 'YR=='],
    ['stray bits before =', 'YWJ='],
    ['a line break', 'YWJj\n'],
    ['white space', 'YW Jj'],
    ['the url alphabet', '__--'],
    ['letters beyond ASCII', 'YWJé'],
    ['a letter whose low byte is in the alphabet', 'YWJ\u0163'],
  ])('refuses %s', (_, text) => {
    expect(decodeBase64(text)).toBeNull()
  })

  property.prop([fc.string({ maxLength: 12 })])('takes no two texts for one', (text) => {
    const bytes = decodeBase64(text)
    if (bytes !== null) expect(encodeBase64(bytes)).toBe(text)
  })

  it('reads nothing as nothing', () => {
    expect(decodeBase64('')).toEqual(new Uint8Array())
  })
})
