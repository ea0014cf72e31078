/** From a statement to the signed bytes of its file. */
import { z } from 'zod'
import { LIMITS } from '../limits.js'
import { canonicalJson } from './canonical-json.js'
import { preAuthEncoding, renderEnvelope } from './envelope.js'
import { PAYLOAD_TYPE, type Statement, statementSchema } from './statement.js'
import type { StatementSigner } from './verifier.js'
import { wellFormed } from './well-formed.js'

/** A statement that no reader would accept, so it is not signed: a bug of the one who made it, or too much in it. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
  readonly code: 'record_invalid' | 'record_too_large'

  constructor(code: RecordError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Whatever this signs, `decodeRecord` reads: both go by one schema and one limit. */
export function sealRecord(statement: Statement, signer: StatementSigner): Uint8Array {
  const parsed = statementSchema.safeParse(wellFormed(statement))
  if (!parsed.success) throw new RecordError('record_invalid', `not a record: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.predicate.dispatcher.key !== signer.keyId) {
    throw new RecordError('record_invalid', 'not a record: it names another key than it would be signed with')
  }
  const payload = canonicalJson(parsed.data)
  const signature = signer.sign(preAuthEncoding(PAYLOAD_TYPE, payload))
  const bytes = renderEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: signer.keyId, signature })
  if (bytes.length > LIMITS.recordBytes) {
    throw new RecordError(
      'record_too_large',
      `a record of ${bytes.length} bytes; at most ${LIMITS.recordBytes} are read`,
    )
  }
  return bytes
}
