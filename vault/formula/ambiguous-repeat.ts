/**
 * Finds the usual slip that makes a backtracking matcher run for ever: a repeated group of which one part may stretch and
 * all others may vanish, such as `(a+)+`, `(\w*,?)*` or `(a|b+)*`. Patterns are an admin's, but they run on a requester's
 * text within the dispatcher. Not a proof: it finds slips, not art.
 */
interface Item {
  readonly stretches: boolean
  readonly vanishes: boolean
}

/** From this many repetitions on the number of ways to split a text grows too fast. */
const MANY = 10

/** For a source that compiles with the `u` flag. */
export function repeatsAmbiguously(source: string): boolean {
  return readAlternatives({ source, at: 0 }).ambiguous
}

interface Reader {
  readonly source: string
  at: number
}

interface Body {
  /** One alternative of it stretches, while all else in that alternative may vanish. */
  readonly loose: boolean
  readonly vanishes: boolean
  readonly ambiguous: boolean
}

/** Up to the closing parenthesis or the end. */
function readAlternatives(reader: Reader): Body {
  let items: Item[] = []
  let [loose, vanishes, ambiguous] = [false, false, false]
  const endAlternative = (): void => {
    loose ||= isLoose(items)
    vanishes ||= items.every((item) => item.vanishes)
    items = []
  }
  while (reader.at < reader.source.length && reader.source[reader.at] !== ')') {
    if (reader.source[reader.at] === '|') {
      reader.at += 1
      endAlternative()
      continue
    }
    const { item, ambiguous: within } = readItem(reader)
    items.push(item)
    ambiguous ||= within
  }
  reader.at += 1
  endAlternative()
  return { loose, vanishes, ambiguous }
}

const isLoose = (items: readonly Item[]): boolean =>
  items.some((item, index) => item.stretches && items.every((other, i) => i === index || other.vanishes))

function readItem(reader: Reader): { readonly item: Item; readonly ambiguous: boolean } {
  const body = reader.source[reader.at] === '(' ? readGroup(reader) : readAtom(reader)
  const { least, most } = readQuantifier(reader)
  const many = most >= MANY
  return {
    item: { stretches: (many && most > least) || body.loose, vanishes: least === 0 || body.vanishes },
    ambiguous: body.ambiguous || (many && body.loose),
  }
}

function readGroup(reader: Reader): Body {
  const opening = /\((?:\?(?:<?[=!]|<[^>]*>|[a-z-]*:))?/y
  opening.lastIndex = reader.at
  const text = opening.exec(reader.source)?.[0] ?? '('
  reader.at += text.length
  const body = readAlternatives(reader)
  // What only looks around takes up no text.
  return /[=!]$/.test(text) ? { loose: false, vanishes: true, ambiguous: body.ambiguous } : body
}

const ATOM = /\\(?:u\{[^}]*\}|[pP]\{[^}]*\}|k<[^>]*>|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/y
const ZERO_WIDTH = /^(?:\^|\$|\\[bB])$/

function readAtom(reader: Reader): Body {
  ATOM.lastIndex = reader.at
  const text = ATOM.exec(reader.source)?.[0] ?? ' '
  reader.at += text.length
  return { loose: false, vanishes: ZERO_WIDTH.test(text), ambiguous: false }
}

function readQuantifier(reader: Reader): { readonly least: number; readonly most: number } {
  const quantifier = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y
  quantifier.lastIndex = reader.at
  const found = quantifier.exec(reader.source)
  if (found === null) return { least: 1, most: 1 }
  reader.at += found[0].length
  const [, sign, least, comma, most] = found
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY }
  const lowest = Number(least)
  if (comma === '') return { least: lowest, most: lowest }
  return { least: lowest, most: most === '' ? Number.POSITIVE_INFINITY : Number(most) }
}
