import { createHash } from 'node:crypto'
import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { expect } from 'vitest'
import { sha256Hex } from '../../vault/digest.js'

property.prop([fc.uint8Array({ maxLength: 300 })])('sha256Hex is what node computes', (bytes) => {
  expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
})
