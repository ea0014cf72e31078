/** The remote: refs that move by compare-and-swap, whoever pushes. */
import type { Oid } from '../../../vault/oid.js'
import type { Actor } from '../truth.js'
import { Graph } from './graph.js'
import { ObjectStore } from './object-store.js'

export const MAIN = 'refs/heads/main'
export const NOTES = 'refs/notes/countersign'
const REQUESTS = 'refs/heads/vault/'

export interface RefMove {
  readonly ref: string
  readonly before: Oid | null
  readonly after: Oid | null
  readonly by: Actor
}

export class Server {
  readonly store = new ObjectStore()
  readonly graph = new Graph(this.store)
  readonly #refs = new Map<string, Oid>()

  /** @param onMove told of every move of a ref, as it happens */
  constructor(private readonly onMove: (move: RefMove) => void) {}

  ref(name: string): Oid | null {
    return this.#refs.get(name) ?? null
  }

  get main(): Oid {
    return this.#refs.get(MAIN)!
  }

  entry(treeish: Oid, path: string) {
    return this.store.entry(treeish, path)
  }

  /** Branches below `vault/`, by what follows it, in the order of their names. */
  requests(): ReadonlyMap<string, Oid> {
    const names = [...this.#refs.keys()].filter((name) => name.startsWith(REQUESTS)).sort()
    return new Map(names.map((name) => [name.slice(REQUESTS.length), this.#refs.get(name)!]))
  }

  /** @returns why not; null when it moved */
  move(ref: string, expected: Oid | null, to: Oid | null, by: Actor): string | null {
    const before = this.ref(ref)
    if (before !== expected) return 'stale info'
    this.set(ref, to, by)
    return null
  }

  /** As by somebody who may force. */
  set(ref: string, to: Oid | null, by: Actor): void {
    const before = this.ref(ref)
    if (before === to) return
    if (to === null) this.#refs.delete(ref)
    else this.#refs.set(ref, to)
    this.onMove({ ref, before, after: to, by })
  }
}
