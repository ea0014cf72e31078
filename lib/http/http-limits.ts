/** Limits of the endpoint that forges wake us by, each with its reason (law 11). Anybody can knock; nobody has to be let in. */
export const HTTP_LIMITS = {
  /** Bytes of a delivery. GitHub sends up to 25 MB for pushes of thousands of commits; what is not read wakes nobody, and the next tick comes anyway. */
  bodyBytes: 1024 * 1024,
  /** Bytes of all headers of a request. */
  headerBytes: 16 * 1024,
  /** Milliseconds for the headers, and for a whole request: who sends a byte a second is no forge. */
  headersMs: 5_000,
  requestMs: 10_000,
  /** How often node looks for requests that take too long. */
  checkMs: 1_000,
  keepAliveMs: 5_000,
  connections: 200,
  /** Deliveries of one address in a minute: a busy forge sends some dozens. */
  requestsPerMinute: 300,
  /** Signatures that were wrong, of one address in a minute; then it is not even listened to. */
  failuresPerMinute: 10,
  /** Addresses that are kept in mind. */
  addresses: 10_000,
} as const

export type HttpLimits = { readonly [Name in keyof typeof HTTP_LIMITS]: number }
