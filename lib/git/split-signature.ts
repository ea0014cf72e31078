/** A commit's signature and what it was made over: the commit as stored, without the header that holds the signature. */
export type SplitSignature =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'invalid'; readonly why: string }
  | { readonly kind: 'signed'; readonly payload: Uint8Array; readonly signature: string }

const LINE_END = 0x0a
const CONTINUATION = 0x20
const SSH = /^-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]+\n-----END SSH SIGNATURE-----\n$/

interface Header {
  readonly text: string
  readonly start: number
  readonly end: number
}

/**
 * As git does it, but strict: one signature only, since with two nobody can say which one a reader means; and by the
 * header of this repository's own object format.
 */
export function splitSignature(commit: Uint8Array, format: 'sha1' | 'sha256'): SplitSignature {
  const bytes = Buffer.from(commit.buffer, commit.byteOffset, commit.byteLength)
  const wanted = format === 'sha1' ? 'gpgsig ' : 'gpgsig-sha256 '
  const signatures = headersOf(bytes).filter((header) => header.text.startsWith('gpgsig'))
  const [header, ...others] = signatures
  if (header === undefined) return { kind: 'unsigned' }
  if (others.length > 0) return { kind: 'invalid', why: 'it carries more than one signature' }
  if (!header.text.startsWith(wanted)) return { kind: 'invalid', why: 'its signature is for another object format' }
  const signature = header.text.slice(wanted.length).replaceAll('\n ', '\n')
  if (!SSH.test(signature)) return { kind: 'invalid', why: notSsh(signature) }
  const payload = Buffer.concat([bytes.subarray(0, header.start), bytes.subarray(header.end)])
  return { kind: 'signed', payload, signature }
}

function notSsh(signature: string): string {
  return /^-----BEGIN PGP /.test(signature)
    ? 'its signature is a PGP one; only SSH signatures count'
    : 'its signature is not an SSH signature'
}

/** Headers with their continuation lines and the line break at the end, up to the first empty line. */
function headersOf(bytes: Buffer): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at < bytes.length && bytes[at] !== LINE_END; ) {
    const start = at
    do at = endOfLine(bytes, at)
    while (bytes[at] === CONTINUATION)
    headers.push({ text: bytes.toString('latin1', start, at), start, end: at })
  }
  return headers
}

function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LINE_END, at)
  return end === -1 ? bytes.length : end + 1
}
