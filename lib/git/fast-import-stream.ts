import type { Oid } from '../../vault/oid.js'
import { pathToBytes } from './path-text.js'
import type { CommitDraft, FileEdit } from './port.js'

/** A ref that is named while the commit is built, and gone at the end of the same stream. */
const BUILD_REF = 'refs/countersign/build'
const MODES = new Set(['100644', '100755', '120000', '160000', '040000'])
// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a name would begin a new header of the commit
const UNSAFE_IN_NAME = /[\u0000-\u001f\u007f<>]/

/** The whole input of `git fast-import` for one commit; it answers with the commit's id. */
export function commitStream(draft: CommitDraft, oidLength: number): Buffer {
  const stream = new Stream(oidLength)
  stream.header(draft)
  for (const edit of draft.edits) stream.edit(edit)
  return stream.end()
}

/** fast-import keeps the fan-out of a notes tree as it is in the parent. */
export function notesStream(
  draft: Omit<CommitDraft, 'edits'>,
  notes: ReadonlyMap<Oid, string>,
  oidLength: number,
): Buffer {
  const stream = new Stream(oidLength)
  stream.header(draft)
  for (const [commit, note] of notes) stream.note(commit, note)
  return stream.end()
}

class Stream {
  readonly #parts: Buffer[] = []

  constructor(private readonly oidLength: number) {
    this.#line('feature done')
  }

  header(draft: Omit<CommitDraft, 'edits'>): void {
    const person = personLine(draft.author, draft.at)
    this.#line(`commit ${BUILD_REF}`)
    this.#line('mark :1')
    this.#line(`author ${person}`)
    this.#line(`committer ${person}`)
    if (draft.message.includes('\0')) throw new TypeError('a commit message has no NUL')
    this.#data(Buffer.from(draft.message, 'utf8'))
    const [first, ...others] = draft.parents
    if (first !== undefined) this.#line(`from ${first}`)
    for (const parent of others) this.#line(`merge ${parent}`)
  }

  edit(edit: FileEdit): void {
    const path = quotePath(edit.path)
    switch (edit.kind) {
      case 'delete':
        this.#line('D ', path)
        break
      case 'place':
        if (!MODES.has(edit.mode)) throw new TypeError(`not a mode of git: ${edit.mode}`)
        this.#line(`M ${edit.mode} ${edit.oid} `, path)
        break
      case 'write':
        this.#line('M 100644 inline ', path)
        this.#data(edit.bytes)
        break
    }
  }

  note(commit: Oid, text: string): void {
    this.#line(`N inline ${commit}`)
    this.#data(Buffer.from(text, 'utf8'))
  }

  /** A reset to nothing takes the ref away again: objects stay, and no ref is left behind by any crash that matters. */
  end(): Buffer {
    this.#line('')
    this.#line('get-mark :1')
    this.#line(`reset ${BUILD_REF}`)
    this.#line(`from ${'0'.repeat(this.oidLength)}`)
    this.#line('')
    this.#line('done')
    return Buffer.concat(this.#parts)
  }

  #line(text: string, more: Uint8Array = Buffer.alloc(0)): void {
    this.#parts.push(Buffer.from(text, 'utf8'), Buffer.from(more), Buffer.from('\n'))
  }

  #data(bytes: Uint8Array): void {
    this.#line(`data ${bytes.length}`)
    this.#line('', bytes)
  }
}

function personLine(author: CommitDraft['author'], at: number): string {
  if (UNSAFE_IN_NAME.test(author.name) || UNSAFE_IN_NAME.test(author.email)) {
    throw new TypeError(`this cannot be the author of a commit: ${JSON.stringify(`${author.name} ${author.email}`)}`)
  }
  if (!Number.isFinite(at) || at < 0) throw new TypeError('a commit has a time after 1970')
  return `${author.name} <${author.email}> ${Math.floor(at / 1000)} +0000`
}

/** Always quoted, so that no path reads as two: a foreign file with a line break in its name has to be removable too. */
function quotePath(path: string): Buffer {
  const bytes = pathToBytes(path)
  const parts = bytes.toString('latin1').split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..') || bytes.includes(0)) {
    throw new TypeError(`this is not the path of a file in git: ${JSON.stringify(path)}`)
  }
  const quoted = parts.join('/').replace(/["\\]|[^ -~]/g, octal)
  return Buffer.from(`"${quoted}"`, 'latin1')
}

function octal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`
}
