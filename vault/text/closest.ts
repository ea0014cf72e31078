/** The known word that was probably meant, or null: "did you mean" must not guess wildly. */
export function closest(word: string, known: Iterable<string>): string | null {
  if (word.length > 80) return null
  const budget = word.length <= 4 ? 1 : 2
  let best: string | null = null
  let bestDistance = budget + 1
  for (const candidate of known) {
    const distance = sameButForStyle(word, candidate) ? 0 : editDistance(word, candidate, bestDistance)
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** ` did you mean …?` or nothing, to append to a message. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = closest(word, known)
  return meant === null ? '' : `; did you mean \`${meant}\`?`
}

const sameButForStyle = (a: string, b: string): boolean =>
  a.toLowerCase().replaceAll(/[-_]/g, '') === b.toLowerCase().replaceAll(/[-_]/g, '')

/** Levenshtein distance with swaps of neighbours, or `limit` when it is at least that. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? limit
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] ? at(row - 2, column - 2) + 1 : limit
      const least = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + change,
        swapped,
      )
      current.push(least)
    }
  }
  return Math.min(at(a.length, b.length), limit)
}
