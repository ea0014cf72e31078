import { createHash } from 'node:crypto'
import { FORMULA_NAME } from '../../vault/names.js'
import { timestampOf } from '../../vault/record/time.js'

const DIGITS = 4

/** `release-20261122-080000-3f9a`: what runs and when it was asked, and some digits against twins of the same second. */
export function defaultId(formula: string, now: number, nonce: string): string {
  // A formula's name that is none is told by the parser; the id must not be a second problem.
  const name = FORMULA_NAME.pattern.test(formula) ? formula : 'request'
  const [day = '', time = ''] = timestampOf(now).slice(0, 19).replace(/[-:]/g, '').split('T')
  return `${name}-${day}-${time}-${createHash('sha256').update(nonce).digest('hex').slice(0, DIGITS)}`
}
