/**
 * The armoured signature of a commit, read strictly before ssh-keygen sees it: ssh-keygen skips what follows the
 * first block, so two programs could take one text for two signatures. What is handed on is written anew from this.
 */
import { decodeBase64, encodeBase64 } from '../../vault/base64.js'
import { readSshKey } from './ssh-key.js'
import { WireReader } from './ssh-wire.js'

export type ReadSignature =
  | { readonly ok: true; readonly value: { readonly fingerprint: string; readonly armored: string } }
  | { readonly ok: false; readonly why: string }

/** An RSA key of 16,384 bits needs about 6,000 characters. */
const MAX_ARMORED_CHARS = 16 * 1024
const BEGIN = '-----BEGIN SSH SIGNATURE-----'
const END = '-----END SSH SIGNATURE-----'
const ARMOR = new RegExp(`^${BEGIN}\n((?:[A-Za-z0-9+/=]{1,128}\n)+)${END}\n?$`)
/** git signs under this name; a signature that was made for a file or for a login says nothing about a commit. */
const NAMESPACE = 'git'
const MAGIC = 'SSHSIG'
const VERSION = 1
const HASHES: readonly (string | null)[] = ['sha256', 'sha512']

export function readArmoredSignature(armored: string): ReadSignature {
  if (armored.length > MAX_ARMORED_CHARS) return bad(`the signature has more than ${MAX_ARMORED_CHARS} characters`)
  const body = ARMOR.exec(armored)?.[1]
  const bytes = body === undefined ? null : decodeBase64(body.replaceAll('\n', ''))
  if (bytes === null) return bad('it is not exactly one armoured SSH signature')
  const fields = new WireReader(bytes)
  if (fields.mark(MAGIC.length) !== MAGIC) return bad('it is not an SSH signature')
  if (fields.uint32() !== VERSION) return bad('the signature is of another version')
  return readFields(fields, bytes)
}

function readFields(fields: WireReader, bytes: Uint8Array): ReadSignature {
  const blob = fields.string()
  const namespace = fields.text()
  const reserved = fields.string()
  const hash = fields.text()
  const signature = fields.string()
  if (blob === null || reserved?.length !== 0 || signature === null || !fields.isAtEnd)
    return bad('the signature is malformed')
  if (namespace !== NAMESPACE) return bad(`it was signed for ${shown(namespace)}, not for "${NAMESPACE}"`)
  if (!HASHES.includes(hash)) return bad(`the hash ${shown(hash)} does not count`)
  const key = readSshKey(blob)
  return key.ok ? { ok: true, value: { fingerprint: key.value.fingerprint, armored: armor(bytes) } } : bad(key.why)
}

function armor(bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,70}/g) ?? []
  return `${[BEGIN, ...lines, END].join('\n')}\n`
}

/** A stranger's text: short, and without anything that a terminal would obey. */
function shown(text: string | null): string {
  return JSON.stringify((text ?? '').slice(0, 40)).replace(/[^\x20-\x7e]/g, '?')
}

function bad(why: string): ReadSignature {
  return { ok: false, why }
}
