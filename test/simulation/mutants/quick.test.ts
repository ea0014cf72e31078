// A built tree computes some things by node: it has to come out what the core says.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../../vault/base64.js'
import { sha256Hex } from '../../../vault/digest.js'
import { canonicalJson, canonicalText } from '../../../vault/record/canonical-json.js'
import * as base64 from './quick/base64.js'
import * as canonical from './quick/canonical-json.js'
import * as digest from './quick/digest.js'

const bytes = fc.uint8Array({ maxLength: 300 })
/** Near to base64, so that much of it nearly is. */
const nearly = fc.string({ unit: fc.constantFrom(...'ABQgwz019+/=-_ \n') })
/** With all that has no canonical form: undefined, NaN, lone surrogates. */
const anything = fc.anything({
  key: fc.string({ unit: 'binary' }),
  values: [fc.jsonValue(), fc.string({ unit: 'binary' })],
})

function attempt<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    return String(error)
  }
}

describe('what a built tree computes by node', () => {
  it('is the same SHA-256', () => {
    fc.assert(
      fc.property(bytes, (each) => {
        expect(digest.sha256Hex(each)).toBe(sha256Hex(each))
      }),
    )
  })

  it('is the same base64', () => {
    fc.assert(
      fc.property(bytes, (each) => {
        const text = encodeBase64(each)
        expect(base64.encodeBase64(each)).toBe(text)
        expect(base64.decodeBase64(text)).toEqual(each)
      }),
    )
    fc.assert(
      fc.property(nearly, (text) => {
        expect(base64.decodeBase64(text)).toEqual(decodeBase64(text))
      }),
    )
  })

  it('is the same canonical JSON, or none', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(attempt(() => canonical.canonicalJson(value))).toEqual(attempt(() => canonicalJson(value)))
        expect(attempt(() => canonical.canonicalText(value))).toEqual(attempt(() => canonicalText(value)))
      }),
    )
  })
})
