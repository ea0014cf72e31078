import type { CommitFact } from '../../vault/git-facts.js'
import { type Oid, parseOid } from '../../vault/oid.js'

/**
 * Strict: exactly one `tree` line, then the `parent` lines, then `author`. git itself is lenient, and two readers that
 * disagree on what the parents are would be a hole. Null for anything else.
 */
export function parseCommit(oid: Oid, bytes: Uint8Array): CommitFact | null {
  const lines = headerLines(bytes)
  const [first, ...rest] = lines
  const tree = linkOf(first, 'tree ', oid.length)
  if (tree === null) return null
  const parents: Oid[] = []
  for (const line of rest) {
    if (!line.startsWith('parent '))
      return line.startsWith('author ') && !isRepeated(lines) ? { oid, tree, parents } : null
    const parent = linkOf(line, 'parent ', oid.length)
    if (parent === null) return null
    parents.push(parent)
  }
  return null
}

function linkOf(line: string | undefined, name: string, length: number): Oid | null {
  if (line === undefined || !line.startsWith(name) || line.length !== name.length + length) return null
  return parseOid(line.slice(name.length))
}

/** A `parent` or `tree` after the author is skipped by git and seen by others. */
function isRepeated(lines: readonly string[]): boolean {
  const author = lines.findIndex((line) => line.startsWith('author '))
  return lines.slice(author + 1).some((line) => /^(?:tree|parent|author) /.test(line))
}

/** Lines before the first empty one, as latin1: names and messages may be in any encoding. */
function headerLines(bytes: Uint8Array): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.indexOf('\n\n')
  return buffer.toString('latin1', 0, end === -1 ? buffer.length : end).split('\n')
}
