import type { Oid } from '../../vault/oid.js'
import { pathFromBytes } from './path-text.js'
import type { TreeEntry } from './port.js'

const SPACE = 0x20
const SLASH = 0x2f
const MODE = /^[1-7][0-7]{4,5}$/

/**
 * By name, in order. Strict: null for a tree with a name twice, out of order, empty, `.`, `..`, or with a slash. git reads such trees
 * each command in its own way, so that what is shown and what is checked out could be two things.
 */
export function parseTree(bytes: Uint8Array, oidBytes: number): ReadonlyMap<string, TreeEntry> | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = new Map<string, TreeEntry>()
  let before: Buffer | null = null
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(SPACE, at)
    const zero = buffer.indexOf(0, space)
    const end = zero + 1 + oidBytes
    if (space === -1 || zero === -1 || end > buffer.length) return null
    const mode = canonicalMode(buffer.toString('latin1', at, space))
    const rawName = buffer.subarray(space + 1, zero)
    if (mode === null || !isName(rawName)) return null
    const key = mode === '040000' ? Buffer.concat([rawName, Buffer.from('/')]) : rawName
    const name = pathFromBytes(rawName)
    if (entries.has(name) || (before !== null && Buffer.compare(before, key) >= 0)) return null
    before = key
    entries.set(name, { name, mode, oid: buffer.toString('hex', zero + 1, end) as Oid })
    at = end
  }
  return entries
}

function isName(name: Buffer): boolean {
  if (name.length === 0 || name.includes(SLASH)) return false
  const text = name.length <= 2 ? name.toString('latin1') : ''
  return text !== '.' && text !== '..'
}

/** As git shows modes: old trees have 100664 for 100644, and folders are stored as 40000. */
function canonicalMode(stored: string): string | null {
  if (!MODE.test(stored)) return null
  const mode = Number.parseInt(stored, 8)
  switch (mode & 0o170000) {
    case 0o100000:
      return (mode & 0o100) === 0 ? '100644' : '100755'
    case 0o120000:
      return '120000'
    case 0o040000:
      return '040000'
    case 0o160000:
      return '160000'
    default:
      return null
  }
}
