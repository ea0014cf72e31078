import type { Oid } from '../../vault/oid.js'

/** An object on the way to what was asked for is not here, or is not well-formed: nothing can be said about what is behind it. */
export class MissingObject extends Error {
  override readonly name = 'MissingObject'

  constructor(readonly oid: Oid) {
    super(`git object ${oid} is missing or malformed`)
  }
}
