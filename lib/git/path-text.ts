/**
 * Paths in git are bytes. As text they are UTF-8, and each byte that is none becomes one lone surrogate (U+DC80 to
 * U+DCFF), so that two different paths never become one text, and the bytes can be had back.
 */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const ESCAPE = 0xdc00
const SURROGATE = /[\ud800-\udfff]/u

export function pathFromBytes(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return escapeInvalid(bytes)
  }
}

export function pathToBytes(path: string): Buffer {
  if (!SURROGATE.test(path)) return Buffer.from(path, 'utf8')
  return Buffer.concat([...path].map(characterBytes))
}

function characterBytes(character: string): Buffer {
  const code = character.codePointAt(0) ?? 0
  if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) return Buffer.from([code - ESCAPE])
  if (code >= 0xd800 && code <= 0xdfff) throw new TypeError('this text is not the path of a git object')
  return Buffer.from(character, 'utf8')
}

/** Longest valid sequences stay; between them each byte is escaped by itself. */
function escapeInvalid(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => at + size <= bytes.length && isCharacter(bytes.subarray(at, at + size)))
    text +=
      length === undefined
        ? String.fromCharCode(ESCAPE + (bytes[at] ?? 0))
        : decoder.decode(bytes.subarray(at, at + length))
    at += length ?? 1
  }
  return text
}

function isCharacter(bytes: Uint8Array): boolean {
  try {
    return [...decoder.decode(bytes)].length === 1
  } catch {
    return false
  }
}
