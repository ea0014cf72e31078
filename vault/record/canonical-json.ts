/** Canonical JSON (RFC 8785): one value has one text, so that a hash or a signature over the text is one over the value. */
import canonicalize from 'canonicalize'

/** Throws TypeError for what is not JSON (undefined, NaN, lone surrogates, circles): signing half of a value is worse. */
export function canonicalJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalText(value))
}

export function canonicalText(value: unknown): string {
  let text: string | undefined
  try {
    text = canonicalize(value)
  } catch (cause) {
    throw new TypeError('this value has no canonical JSON', { cause })
  }
  if (text === undefined) throw new TypeError('this value has no canonical JSON')
  return text
}
