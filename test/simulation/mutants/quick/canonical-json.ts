/** What `vault/record/canonical-json.ts` says of plain values, without a look for circles: where there is one, the stack ends. */
const encoder = new TextEncoder()

export function canonicalJson(value: unknown): Uint8Array {
  return encoder.encode(canonicalText(value))
}

export function canonicalText(value: unknown): string {
  try {
    return textOf(value)
  } catch (cause) {
    throw new TypeError('this value has no canonical JSON', { cause })
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string' && value.isWellFormed()) return JSON.stringify(value)
  if (typeof value === 'boolean' || value === null || Number.isFinite(value)) return JSON.stringify(value)
  if (typeof value !== 'object') throw new TypeError(`${typeof value} is not JSON`)
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item === undefined ? null : item)).join(',')}]`
  const members = value as Readonly<Record<string, unknown>>
  const names = Object.keys(members).filter((name) => members[name] !== undefined)
  return `{${names
    .sort()
    .map((name) => `${textOf(name)}:${textOf(members[name])}`)
    .join(',')}}`
}
