/**
 * How the dispatcher finds its own comment again: by this first line, and by its own account. It is invisible, and text of
 * a request cannot contain it, because no `<` of theirs stays one.
 */
import type { Oid } from '../oid.js'

export const STICKY_MARKER = '<!-- countersign:sticky -->'

/** Which head the comment is about: a review window begins when this has been read back. */
export function headMarker(head: Oid): string {
  return `<!-- countersign:head ${head} -->`
}
