/** Whether a delivery was signed with our secret: GitHub's header, or one of Forgejo's. HMAC over the bytes as they came. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Header, and what stands before the digest in it. Forgejo sends all of them. */
const HEADERS = [
  ['x-hub-signature-256', 'sha256='],
  ['x-forgejo-signature', ''],
  ['x-gitea-signature', ''],
] as const

const DIGEST = /^[0-9a-f]{64}$/i

/** All that are there must be right: two that differ are no forge's. */
export function isSigned(body: Uint8Array, headers: IncomingHttpHeaders, secret: string): boolean {
  const given = HEADERS.flatMap(([name, prefix]) => {
    const value = headers[name]
    return value === undefined ? [] : [{ value, prefix }]
  })
  if (secret === '' || given.length === 0) return false
  const expected = createHmac('sha256', secret).update(body).digest()
  return given.every(({ value, prefix }) => typeof value === 'string' && isDigest(value, prefix, expected))
}

function isDigest(value: string, prefix: string, expected: Uint8Array): boolean {
  const digits = value.startsWith(prefix) ? value.slice(prefix.length) : ''
  return DIGEST.test(digits) && timingSafeEqual(Buffer.from(digits, 'hex'), expected)
}
