/** An SSH public key as it stands in a file: its type, and the base64 of its blob. */
import { sha256 } from '@noble/hashes/sha2.js'
import { decodeBase64, encodeBase64 } from '../base64.js'

/** Key types that can sign for a person, each with the number of fields in its blob, the type itself included. */
const FIELDS: ReadonlyMap<string, number> = new Map([
  ['ssh-ed25519', 2],
  ['sk-ssh-ed25519@openssh.com', 3],
  ['ecdsa-sha2-nistp256', 3],
  ['ecdsa-sha2-nistp384', 3],
  ['ecdsa-sha2-nistp521', 3],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 4],
  ['ssh-rsa', 3],
])

export const KEY_TYPES: readonly string[] = [...FIELDS.keys()]

const RSA_BYTES = 2048 / 8

/** The blob of a key; null unless the base64 is exactly one key of that type, so that no two writings of one key differ. */
export function readPublicKey(type: string, base64: string): Uint8Array | null {
  const blob = decodeBase64(base64)
  const fields = blob === null ? null : readFields(blob)
  if (blob === null || fields === null || fields.length !== FIELDS.get(type)) return null
  return ascii(fields[0]) === type && isWhole(type, fields) ? blob : null
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Uint8Array): string {
  return `SHA256:${encodeBase64(sha256(blob)).replace(/=+$/, '')}`
}

function isWhole(type: string, fields: readonly Uint8Array[]): boolean {
  const key = fields[1] ?? new Uint8Array()
  if (type.includes('ed25519')) return key.length === 32
  // The curve is named once more within; ssh-keygen reads it there.
  if (type.includes('ecdsa')) return type.includes(`-${ascii(key)}`) && ascii(key).startsWith('nistp')
  const modulus = fields[2] ?? new Uint8Array()
  return modulus.findIndex((byte) => byte !== 0) >= 0 && modulus.length - (modulus[0] === 0 ? 1 : 0) >= RSA_BYTES
}

/** The length-prefixed strings that a blob consists of; null when they do not fill it exactly. */
function readFields(blob: Uint8Array): readonly Uint8Array[] | null {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const fields: Uint8Array[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return null
    const end = at + 4 + view.getUint32(at)
    if (end > blob.length) return null
    fields.push(blob.subarray(at + 4, end))
    at = end
  }
  return fields
}

const ascii = (bytes: Uint8Array | undefined): string => String.fromCharCode(...(bytes?.subarray(0, 100) ?? []))
