/** Base64 with the standard alphabet and padding. Pure: the core has no Buffer. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const PAD = '='.charCodeAt(0)
const CODES = new TextEncoder().encode(ALPHABET)
const VALUES = new Int8Array(128).fill(-1)
CODES.forEach((code, value) => {
  VALUES[code] = value
})

const code = (value: number): number => CODES[value & 63] ?? 0

export function encodeBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const [a = 0, b, c] = [bytes[from], bytes[from + 1], bytes[from + 2]]
    out[to] = code(a >> 2)
    out[to + 1] = code((a << 4) | ((b ?? 0) >> 4))
    out[to + 2] = b === undefined ? PAD : code((b << 2) | ((c ?? 0) >> 6))
    out[to + 3] = c === undefined ? PAD : code(c)
  }
  return new TextDecoder().decode(out)
}

/**
 * Null for anything but the one canonical form: no white space, no missing padding, no stray bits in the last
 * character. Two texts for the same bytes would make two files that both pass as the same signed record.
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const chars = text.length - padding
  const out = new Uint8Array((text.length / 4) * 3 - padding)
  let bits = 0
  let held = 0
  let to = 0
  for (let from = 0; from < chars; from++) {
    const value = VALUES[text.charCodeAt(from)] ?? -1
    if (value < 0) return null
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      out[to++] = bits >> held
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? out : null
}
