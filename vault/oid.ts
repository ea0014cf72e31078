/** A git object id as git prints it: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits. */
declare const oidBrand: unique symbol
export type Oid = string & { readonly [oidBrand]: true }

const PATTERN = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/

/** A copy of its own: a piece of what git printed keeps all of that in memory (a listing, a header of a megabyte). */
export function parseOid(text: string): Oid | null {
  return PATTERN.test(text) ? (` ${text}`.slice(1) as Oid) : null
}

/** For values that git itself printed; anything else there is a bug, so it throws. */
export function oid(text: string): Oid {
  const parsed = parseOid(text)
  if (parsed === null) throw new TypeError(`not an object id: ${JSON.stringify(text.slice(0, 80))}`)
  return parsed
}
