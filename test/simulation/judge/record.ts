/** Records as an auditor with a text editor reads them: JSON in base64 in JSON. */
export interface ReadRecord {
  readonly keyId: string
  readonly type: string
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
    const envelope = JSON.parse(text) as { payload: string; signatures: [{ keyid: string }] }
    const statement = JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')) as {
      predicateType: string
      predicate: Record<string, unknown>
    }
    return { keyId: envelope.signatures[0].keyid, type: statement.predicateType, predicate: statement.predicate }
  } catch {
    return null
  }
}

export function textOf(predicate: Readonly<Record<string, unknown>>, ...path: readonly string[]): string {
  let at: unknown = predicate
  for (const name of path) at = (at as Record<string, unknown> | null | undefined)?.[name]
  return typeof at === 'string' ? at : ''
}
