/** Reads many things a few at a time: fast as a pipe allows, and never more in memory than one batch. */
const BATCH = 32

export async function* inBatches<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  for (let from = 0; from < items.length; from += BATCH) {
    yield* await Promise.all(items.slice(from, from + BATCH).map(read))
  }
}
