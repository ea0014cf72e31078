/** An SSH public key, as people give it: the line itself, or a file that holds it. */
import { readFileSync, statSync } from 'node:fs'
import { decodeBase64 } from '../../vault/base64.js'
import { shellWord } from '../../vault/prose/shell-word.js'
import { readSshKey } from './ssh-key.js'

export interface SshPublicKey {
  readonly type: string
  readonly blob: Uint8Array
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
  /** `<type> <base64>`: its comment is left out, since it is nobody's word. */
  readonly line: string
}

export type ReadPublicKey =
  | { readonly ok: true; readonly value: SshPublicKey }
  | { readonly ok: false; readonly why: string }

const MAX_KEY_FILE_BYTES = 64 * 1024
/** A key's comment may hold anything but a line break or a control character. */
const LINE = /^((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)[ \t]+([A-Za-z0-9+/=]+)(?:[ \t]+\P{Cc}*)?$/u

/** Null for anything but one plain public key. */
export function fingerprintOf(publicKeyLine: string): string | null {
  const key = parseLine(publicKeyLine)
  return key.ok ? key.value.fingerprint : null
}

/**
 * @param textOrPath `ssh-ed25519 AAAA… comment`, also after `key::` as git writes it; a `.pub` file; or a private key
 *   whose `.pub` lies beside it. A private key itself is never parsed.
 */
export function readPublicKey(textOrPath: string): ReadPublicKey {
  const text = textOrPath.trim().replace(/^key::/, '')
  if (LINE.test(text)) return parseLine(text)
  const read = readSmallFile(text)
  if (!read.ok) return read
  if (!read.text.includes('PRIVATE KEY-----')) return within(text, parseLine(read.text))
  const beside = readSmallFile(`${text}.pub`)
  if (beside.ok) return within(`${text}.pub`, parseLine(beside.text))
  return no(
    `${text} is a private key without ${text}.pub beside it; make that with: ssh-keygen -y -f ${shellWord(text)} > ${shellWord(`${text}.pub`)}`,
  )
}

function parseLine(line: string): ReadPublicKey {
  const [, type = '', base64 = ''] = LINE.exec(line.trim()) ?? []
  const blob = decodeBase64(base64)
  if (type === '' || blob === null) return no('not one public key like "ssh-ed25519 AAAA… comment"')
  const key = readSshKey(blob)
  if (!key.ok) return key
  if (key.value.type !== type) return no(`the line says ${type}, but the key in it is ${key.value.type}`)
  return { ok: true, value: { type, blob, fingerprint: key.value.fingerprint, line: `${type} ${base64}` } }
}

type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

function readSmallFile(path: string): ReadText {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return no(`${path} is not a file`)
    if (stat.size > MAX_KEY_FILE_BYTES) return no(`${path} is too large for a key`)
    return { ok: true, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return no(isMissing ? `${JSON.stringify(path)} is neither a public key nor a file` : `${path} cannot be read`)
  }
}

function within(path: string, read: ReadPublicKey): ReadPublicKey {
  return read.ok ? read : no(`${path}: ${read.why}`)
}

function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why }
}
