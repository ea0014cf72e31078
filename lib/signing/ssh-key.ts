/** SSH public keys: which ones count, and the fingerprint that names them. */
import { createHash } from 'node:crypto'
import { encodeBase64 } from '../../vault/base64.js'
import { WireReader } from './ssh-wire.js'

export type ReadKey =
  | { readonly ok: true; readonly value: { readonly type: string; readonly fingerprint: string } }
  | { readonly ok: false; readonly why: string }

const MIN_RSA_BITS = 2048

/** Reads the fields after the type; false for anything but one plain key in its one spelling. */
type CheckFields = (fields: WireReader) => boolean

const checkEd25519: CheckFields = (fields) => fields.string()?.length === 32

const checkEcdsa =
  (curve: string, pointBytes: number): CheckFields =>
  (fields) => {
    const name = fields.text()
    const point = fields.string()
    // 4: not compressed, the one form that OpenSSH writes.
    return name === curve && point?.length === pointBytes && point[0] === 4
  }

const checkRsa: CheckFields = (fields) => bitsOf(fields.string()) > 0 && bitsOf(fields.string()) >= MIN_RSA_BITS

const withApplication =
  (check: CheckFields): CheckFields =>
  (fields) =>
    check(fields) && fields.string() !== null

/** Left out on purpose: DSA, which is broken, and certificates, with which an authority could mint further keys for one principal. */
const TYPES = new Map<string, CheckFields>([
  ['ssh-ed25519', checkEd25519],
  ['ecdsa-sha2-nistp256', checkEcdsa('nistp256', 65)],
  ['ecdsa-sha2-nistp384', checkEcdsa('nistp384', 97)],
  ['ecdsa-sha2-nistp521', checkEcdsa('nistp521', 133)],
  ['ssh-rsa', checkRsa],
  ['sk-ssh-ed25519@openssh.com', withApplication(checkEd25519)],
  ['sk-ecdsa-sha2-nistp256@openssh.com', withApplication(checkEcdsa('nistp256', 65))],
])

/** @param blob a public key as it stands, in base64, in a `.pub` file and inside a signature */
export function readSshKey(blob: Uint8Array): ReadKey {
  const fields = new WireReader(blob)
  const type = fields.text() ?? ''
  if (type.includes('-cert-')) return { ok: false, why: 'the key is a certificate; only plain keys count' }
  const check = TYPES.get(type)
  if (check === undefined) return { ok: false, why: `keys of type ${JSON.stringify(type.slice(0, 60))} do not count` }
  if (!check(fields) || !fields.isAtEnd) {
    const rsa = type === 'ssh-rsa' ? `, or has fewer than ${MIN_RSA_BITS} bits` : ''
    return { ok: false, why: `the ${type} key is malformed${rsa}` }
  }
  return { ok: true, value: { type, fingerprint: fingerprintOfBlob(blob) } }
}

/** As `ssh-keygen -l` prints it. */
function fingerprintOfBlob(blob: Uint8Array): string {
  return `SHA256:${encodeBase64(createHash('sha256').update(blob).digest()).replace(/=+$/, '')}`
}

/**
 * Bits of a positive number in its shortest form, else 0. With leading zeros one key could be written twice, with two
 * fingerprints, and pass for two people.
 */
function bitsOf(number: Uint8Array | null): number {
  const [first = 0, second = 0] = number ?? []
  if (number === null || first >= 0x80 || (first === 0 && second < 0x80)) return 0
  return number.length * 8 - Math.clz32(first) + 24
}
