/** The forms in which a secret turns up in output: as it is, and as programs encode it. */
import { encodeBase64 } from '../base64.js'

/** Below this a piece of base64 is too likely to be something else. */
const MIN_BASE64_CHARS = 6
/** Shorter lines of a secret (a brace, a word of a header) would black out half of every log. */
const MIN_LINE_CHARS = 8

/** Distinct, without line breaks (what is searched in is read without them too). */
export function formsOf(value: string): readonly string[] {
  const bytes = new TextEncoder().encode(value)
  const forms = [
    value,
    ...lines(value),
    ...jsonForms(value),
    ...percentForms(bytes),
    ...hexForms(bytes),
    ...base64Forms(bytes),
  ]
  return [...new Set(forms.map(withoutBreaks))]
}

export function withoutBreaks(text: string): string {
  return text.replace(/[\r\n]/g, '')
}

/** Each line by itself: a log that shows one line of a private key has shown too much. Trimmed, since logs indent. */
function lines(value: string): readonly string[] {
  const all = value.split(/\r\n|\r|\n/)
  return all.length === 1 ? [] : all.map((line) => line.trim()).filter((line) => line.length >= MIN_LINE_CHARS)
}

function jsonForms(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1)
  const ascii = plain.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  // Logs in JSON quote what was JSON already.
  const twice = JSON.stringify(plain).slice(1, -1)
  return [plain, ascii, plain.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/'), twice]
}

/** As encodeURIComponent, RFC 3986 and HTML forms write it, each with hex digits of both cases. */
function percentForms(bytes: Uint8Array): readonly string[] {
  const strict = percentEncoded(bytes, /[A-Za-z0-9_.~-]/)
  const component = percentEncoded(bytes, /[A-Za-z0-9_.~!*'()-]/)
  const form = percentEncoded(bytes, /[A-Za-z0-9_.*-]/).replaceAll('%20', '+')
  const path = percentEncoded(bytes, /[A-Za-z0-9_.~!*'()/:@&=+$,;?#-]/)
  return [strict, component, form, path].flatMap((text) => [text, text.replace(/%../g, (code) => code.toLowerCase())])
}

function percentEncoded(bytes: Uint8Array, kept: RegExp): string {
  return [...bytes]
    .map((byte) => {
      const char = String.fromCharCode(byte)
      return kept.test(char) ? char : `%${hexOf(byte).toUpperCase()}`
    })
    .join('')
}

function hexForms(bytes: Uint8Array): readonly string[] {
  const hex = [...bytes].map(hexOf).join('')
  return [hex, hex.toUpperCase()]
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/**
 * Base64 of a text that holds the secret somewhere: what stands before it shifts it by 0, 1 or 2 bytes, and only the
 * characters that are made of the secret alone are always the same.
 */
function base64Forms(bytes: Uint8Array): readonly string[] {
  const whole = encodeBase64(bytes).replace(/=+$/, '')
  const cores = [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array(shift + bytes.length)
    shifted.set(bytes, shift)
    return encodeBase64(shifted).slice(Math.ceil((shift * 8) / 6), Math.floor((shifted.length * 8) / 6))
  })
  const standard = [whole, ...cores].filter((core) => core.length >= MIN_BASE64_CHARS)
  return standard.flatMap((core) => [core, core.replaceAll('+', '-').replaceAll('/', '_')])
}
