/**
 * Reads many things a few at a time: fast as a pipe allows, and never more in memory than one batch. Between two of them
 * everything else has its turn: what a burst brings must not keep its runs from being heard and started.
 */
import { setImmediate as turn } from 'node:timers/promises'

const BATCH = 32

export async function* inBatches<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  for (let from = 0; from < items.length; from += BATCH) {
    if (from > 0) await turn()
    yield* await Promise.all(items.slice(from, from + BATCH).map(read))
  }
}
