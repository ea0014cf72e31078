/** Paths that others chose: as far as a record can hold them, and git be told of them. */

/** Characters of a path in an incident: far more than any record's own. */
const PATH_CHARS = 1_000
export const INCIDENT_PATHS = 100
/** Characters of a name in the message of a commit. */
export const TRAILER_CHARS = 500

export function clipped(path: string): string {
  return path.length <= PATH_CHARS ? path : `${path.slice(0, PATH_CHARS)}…`
}

export function isNameable(path: string): boolean {
  return path.split('/').every((name) => !['', '.', '..', '.git'].includes(name))
}
