/** A list of pull requests as a forge keeps it, with the faults of a list. Times are in seconds, as a forge's are. */
import type { ListedPull, ListingPage, ListingSource } from '../../../lib/forge/listing/listing-source.js'
import type { PullFact } from '../../../vault/forge/fact.js'
import { oid } from '../../../vault/oid.js'

interface Row {
  readonly number: number
  readonly isOpen: boolean
  readonly updated: number
}

export class SimulatedListing implements ListingSource {
  /** Seconds of the forge's clock. */
  clock = 1_000_000
  readonly questions: string[] = []
  /** Before an answer is given: to change things between two pages. */
  before: (question: string) => void = () => {}
  /** Changes an answer on its way. */
  bend: (page: ListingPage, question: string) => ListingPage = (page) => page
  #rows = new Map<number, Row>()
  #next = 1

  openOne(): number {
    const number = this.#next
    this.#next += 1
    this.#rows.set(number, { number, isOpen: true, updated: this.clock })
    return number
  }

  change(number: number, isOpen: boolean): void {
    this.#rows.set(number, { number, isOpen, updated: this.clock })
  }

  delete(number: number): void {
    this.#rows.delete(number)
  }

  /** What it was, to play an older replica. */
  get snapshot(): ReadonlyMap<number, Row> {
    return new Map(this.#rows)
  }

  set snapshot(rows: ReadonlyMap<number, Row>) {
    this.#rows = new Map(rows)
  }

  get open_(): readonly number[] {
    return [...this.#rows.values()].filter(({ isOpen }) => isOpen).map(({ number }) => number)
  }

  recent(page: number, items: number): Promise<ListingPage> {
    const order = (a: Row, b: Row) => b.updated - a.updated || b.number - a.number
    return this.#answer(`recent ${page} ${items}`, page, items, () => true, order)
  }

  open(page: number, items: number): Promise<ListingPage> {
    return this.#answer(
      `open ${page} ${items}`,
      page,
      items,
      ({ isOpen }) => isOpen,
      (a, b) => a.number - b.number,
    )
  }

  async #answer(
    question: string,
    page: number,
    items: number,
    wanted: (row: Row) => boolean,
    order: (a: Row, b: Row) => number,
  ): Promise<ListingPage> {
    this.before(question)
    this.questions.push(question)
    const rows = [...this.#rows.values()].filter(wanted).sort(order)
    const entries = rows.slice((page - 1) * items, page * items).map(listed)
    return this.bend({ entries, total: rows.length, hasNext: null, serverTime: this.clock * 1000 }, question)
  }
}

function listed({ number, isOpen, updated }: Row): ListedPull {
  return { number, updatedAt: updated * 1000, open: isOpen ? fact(number, updated * 1000) : null }
}

const fact = (number: number, updatedAt: number): PullFact => ({
  number,
  url: '',
  state: 'open',
  merged: false,
  mergeCommit: null,
  head: oid('a'.repeat(40)),
  headBranch: `vault/${number}`,
  headRepoId: 8,
  baseBranch: 'main',
  baseRepoId: 8,
  author: null,
  draft: false,
  updatedAt,
  createdAt: updatedAt,
  labels: [],
  mergedBy: null,
})
