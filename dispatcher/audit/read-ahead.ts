/** Reads a stream of things some ahead of whoever takes them, in their order: git answers the next while this one is judged. */
import { pMapIterable } from 'p-map'

/** Read at once, and so the most that is in memory. With fewer, each waits for the answer to one question of its own. */
const AHEAD = 64

export function readAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  read: (item: Item) => Promise<Result>,
): AsyncIterable<Result> {
  return pMapIterable(items, read, { concurrency: AHEAD })
}
