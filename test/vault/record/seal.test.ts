import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { LIMITS } from '../../../vault/limits.js'
import { decodeRecord } from '../../../vault/record/decode.js'
import { RecordError, sealRecord } from '../../../vault/record/seal.js'
import {
  decisionStatement,
  intentStatement,
  outcomeStatement,
  type Statement,
} from '../../../vault/record/statement.js'
import { actionSubject, commitSubject } from '../../../vault/record/subject.js'
import { newSigner } from './key.js'
import { ACTION, COMMIT, incident, intent, outcome } from './sample.js'

const signer = newSigner()
const verifier = recordVerifier([signer.publicKey])
const key = signer.keyId

function refusalToSeal(statement: Statement): unknown {
  try {
    sealRecord(statement, signer)
  } catch (error) {
    return error instanceof RecordError ? error.code : error
  }
  return 'sealed'
}

describe('sealRecord', () => {
  it('gives the same bytes for the same statement', () => {
    const statement = intentStatement(ACTION, intent(key))
    expect(sealRecord(statement, signer)).toEqual(sealRecord(statement, signer))
  })

  property.prop([
    fc.string({ unit: 'binary' }),
    fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
  ])('records the outcome of a run, whatever it printed', (log_tail, outputs) => {
    const statement = outcomeStatement(ACTION, outcome(key, { log_tail, outputs }))
    expect(decodeRecord(sealRecord(statement, signer), verifier).kind).toBe('valid')
  })

  it('records halves of characters as U+FFFD: a text that is cut there must not stop its record', () => {
    const rules = [{ rule: 'a', saw: '\u{1f600}'.slice(0, 1), gave: 'x\udc00y' }]
    const decoded = decodeRecord(sealRecord(intentStatement(ACTION, intent(key, { rules })), signer), verifier)
    expect(decoded).toMatchObject({ statement: { predicate: { rules: [{ saw: '\ufffd', gave: 'x\ufffdy' }] } } })
  })

  it('records an output that is called __proto__', () => {
    const outputs = JSON.parse('{"__proto__":"x"}') as Record<string, string>
    const decoded = decodeRecord(sealRecord(outcomeStatement(ACTION, outcome(key, { outputs })), signer), verifier)
    expect(JSON.stringify(decoded)).toContain('"__proto__":"x"')
  })

  it('signs no high tier without a second key', () => {
    const evidence = { kind: 'policy', requesters: ['agent'] } as const
    expect(refusalToSeal(intentStatement(ACTION, intent(key, { evidence })))).toBe('record_invalid')
    expect(refusalToSeal(intentStatement(ACTION, intent(key, { evidence, tier: 'medium' })))).toBe('record_invalid')
    expect(
      refusalToSeal(intentStatement(ACTION, intent(key, { evidence, tier: 'low', reason: 'auto_approved' }))),
    ).toBe('sealed')
  })

  it('signs nothing in the name of another key', () => {
    expect(refusalToSeal(intentStatement(ACTION, intent('0'.repeat(64))))).toBe('record_invalid')
  })

  it('signs nothing that nobody could read', () => {
    expect(refusalToSeal(intentStatement(ACTION, intent(key, { claimed_at: 'yesterday' })))).toBe('record_invalid')
    expect(refusalToSeal({ ...intentStatement(ACTION, intent(key)), subject: [actionSubject('other', ACTION)] })).toBe(
      'record_invalid',
    )
    const paths = ['x'.repeat(LIMITS.recordBytes)]
    expect(refusalToSeal(decisionStatement(commitSubject('main', COMMIT), incident(key, paths)))).toBe(
      'record_too_large',
    )
  })
})
