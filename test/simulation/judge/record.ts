/** Records as an auditor with a text editor reads them: JSON in base64 in JSON. */
export interface ReadRecord {
  readonly keyId: string
  readonly type: string
  readonly predicate: Readonly<Record<string, unknown>>
}

export function readRecord(text: string): ReadRecord | null {
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
