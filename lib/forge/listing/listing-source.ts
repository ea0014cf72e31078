import type { PullFact } from '../../../vault/forge/fact.js'

/** A pull request in a listing. A closed one is told only so that it is forgotten. */
export interface ListedPull {
  readonly number: number
  /** Epoch milliseconds, cut to seconds. */
  readonly updatedAt: number
  /** Null: closed. */
  readonly open: PullFact | null
}

export interface ListingPage {
  readonly entries: readonly ListedPull[]
  /** Null: the forge does not say. */
  readonly total: number | null
  /** There is a further page; null: the forge does not say. */
  readonly hasNext: boolean | null
  /** Epoch milliseconds of the forge's clock. */
  readonly serverTime: number | null
}

export interface ListingSource {
  /** Open and closed ones, what was updated last comes first. */
  recent(page: number, items: number): Promise<ListingPage>
  /** Open ones only, oldest first: what is opened meanwhile comes at the end. */
  open(page: number, items: number): Promise<ListingPage>
}
