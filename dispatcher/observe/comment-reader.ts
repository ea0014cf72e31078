/** Reads the comments of plain git: notes on request heads. They are output, never state that decides anything. */
import type { Objects, Repository } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'

export const NOTES_REF = 'refs/notes/countersign'

export class CommentReader {
  #notes: Oid | null = null
  #texts = new Map<Oid, string | null>()

  constructor(private readonly repository: Repository) {}

  async read(notes: Oid | null, heads: readonly Oid[]): Promise<ReadonlyMap<Oid, string>> {
    if (notes !== this.#notes) await this.#take(notes)
    const { objects } = this.repository
    const texts = new Map<Oid, string | null>()
    for (const head of heads) {
      const known = this.#texts.get(head)
      texts.set(
        head,
        known !== undefined || this.#notes === null ? (known ?? null) : await noteOf(objects, this.#notes, head),
      )
    }
    this.#texts = texts
    return new Map([...texts].flatMap(([head, text]) => (text === null ? [] : [[head, text]])))
  }

  async #take(notes: Oid | null): Promise<void> {
    this.#texts = new Map()
    this.#notes = null
    if (notes === null) return
    if ((await this.repository.objects.commit(notes)) === null) await this.repository.remote.fetch([NOTES_REF])
    if ((await this.repository.objects.commit(notes)) !== null) this.#notes = notes
  }
}

/** Git spreads notes over folders of two digits as they grow; so the name is looked up digit pair by digit pair. */
async function noteOf(objects: Objects, notes: Oid, head: Oid): Promise<string | null> {
  let tree = await objects.tree(notes)
  for (let digits = 0; tree !== null && digits < head.length; digits += 2) {
    const file = tree.find((entry) => entry.name === head.slice(digits))
    if (file !== undefined) {
      const read = await objects.blob(file.oid, LIMITS.commentBytes)
      return read.kind === 'blob' ? new TextDecoder().decode(read.bytes) : null
    }
    const folder = tree.find((entry) => entry.name === head.slice(digits, digits + 2))
    tree = folder === undefined ? null : await objects.tree(folder.oid)
  }
  return null
}
