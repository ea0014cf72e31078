import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../vault/record/canonical-json.js'

const text = (value: unknown) => new TextDecoder().decode(canonicalJson(value))

describe('canonicalJson', () => {
  it('sorts keys by UTF-16 units and leaves no white space', () => {
    expect(text({ b: 1, a: [true, null, 'é'], '\u{1f600}': 2, '\ufb33': 3 })).toBe(
      '{"a":[true,null,"é"],"b":1,"\u{1f600}":2,"\ufb33":3}',
    )
  })

  it('writes numbers as RFC 8785 does', () => {
    expect(text([1e21, 0.1, -0, 1e-7, 100])).toBe('[1e+21,0.1,0,1e-7,100]')
  })

  it.each([
    ['undefined', undefined],
    ['NaN', [Number.NaN]],
    ['Infinity', { a: Number.POSITIVE_INFINITY }],
    ['a lone surrogate', ['\ud800']],
    ['a big integer', 1n],
  ])('has no text for %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  })

  it('has no text for a circle', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => canonicalJson(circle)).toThrow(TypeError)
  })

  property.prop([fc.json()])('is a fixed point: reading and writing it again changes nothing', (json) => {
    const once = canonicalJson(JSON.parse(json))
    expect(canonicalJson(JSON.parse(new TextDecoder().decode(once)))).toEqual(once)
  })
})
