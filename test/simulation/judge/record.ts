/** Records as an auditor with a text editor reads them: JSON in base64 in JSON. */
import { createHash } from 'node:crypto'

export interface ReadRecord {
  readonly keyId: string
  readonly signature: Buffer
  readonly payload: Buffer
  readonly type: string
  readonly subject: { readonly name?: string; readonly digest?: Readonly<Record<string, string>> }
  readonly predicate: Readonly<Record<string, unknown>>
}

/** The one that was read last: what a commit brings is looked at by one law after the other. */
let last: { readonly text: string; readonly record: ReadRecord | null } = { text: '', record: null }

export function readRecord(text: string): ReadRecord | null {
  if (last.text !== text) last = { text, record: read(text) }
  return last.record
}

function read(text: string): ReadRecord | null {
  try {
    const envelope = JSON.parse(text) as { payload: string; signatures: [{ keyid: string; sig: string }] }
    const payload = Buffer.from(envelope.payload, 'base64')
    const statement = JSON.parse(payload.toString('utf8')) as {
      subject: [ReadRecord['subject']]
      predicateType: string
      predicate: Record<string, unknown>
    }
    const [{ keyid: keyId, sig }] = envelope.signatures
    const { predicateType: type, predicate } = statement
    return { keyId, signature: Buffer.from(sig, 'base64'), payload, type, subject: statement.subject[0], predicate }
  } catch {
    return null
  }
}

/** In hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function textOf(predicate: Readonly<Record<string, unknown>>, ...path: readonly string[]): string {
  let at: unknown = predicate
  for (const name of path) at = (at as Record<string, unknown> | null | undefined)?.[name]
  return typeof at === 'string' ? at : ''
}
