import type { Change, EntryFact } from '../../vault/git-facts.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import { GitError } from './git-error.js'
import { pathFromBytes } from './path-text.js'
import type { LineCommit } from './port.js'

/** The format that `LineLogParser` reads: id and parents of a commit, then its raw changes, all ended by NUL. */
export const LINE_LOG_FORMAT = '--format=%H %P'

// :100644 100755 <oid> <oid> M; renames are off, so there is one path.
const RAW = /^:([0-7]{6}) ([0-7]{6}) ([0-9a-f]+) ([0-9a-f]+) [ADMT]$/
const NOTHING = '000000'

/** Reads `git log --raw -z` as it streams: a long history is never held as text. */
export class LineLogParser {
  readonly commits: LineCommit[] = []
  #rest: Buffer = Buffer.alloc(0)
  #change: { before: EntryFact | null; after: EntryFact | null } | null = null
  #current: { oid: Oid; parents: readonly Oid[]; changes: Change[] } | null = null

  push(chunk: Buffer): void {
    let all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let end = all.indexOf(0); end !== -1; end = all.indexOf(0)) {
      this.#token(all.subarray(0, end))
      all = all.subarray(end + 1)
    }
    this.#rest = all
  }

  end(): readonly LineCommit[] {
    if (this.#rest.length > 0 || this.#change !== null) throw unreadable('it ended in the middle')
    return this.commits
  }

  /** A path is read where one is due, whatever it looks like: a file may be named like a commit line. */
  #token(token: Buffer): void {
    if (this.#change !== null) {
      this.#current?.changes.push({ path: pathFromBytes(token), ...this.#change })
      this.#change = null
      return
    }
    const text = token.toString('latin1').replace(/^\n/, '')
    if (text.startsWith(':')) this.#raw(text)
    else this.#commit(text)
  }

  #raw(text: string): void {
    const match = RAW.exec(text)
    if (match === null || this.#current === null) throw unreadable(text)
    this.#change = { before: side(match[1], match[3]), after: side(match[2], match[4]) }
  }

  #commit(text: string): void {
    const [oid, ...parents] = text.trimEnd().split(' ').map(parseOid)
    if (oid === null || oid === undefined || parents.includes(null)) throw unreadable(text)
    this.#current = { oid, parents: parents.filter((parent) => parent !== null), changes: [] }
    this.commits.push(this.#current)
  }
}

function side(mode: string | undefined, hex: string | undefined): EntryFact | null {
  if (mode === NOTHING) return null
  const oid = parseOid(hex ?? '')
  if (oid === null || mode === undefined) throw unreadable(hex ?? '')
  return { mode, oid }
}

function unreadable(what: string): GitError {
  return new GitError('failed', `git log: its output could not be read (${JSON.stringify(what.slice(0, 100))})`, {
    command: 'git log',
  })
}
