export type Redact = (text: string) => string

// Greedy up to the last @ before the path: a password may hold an @.
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/'"]*@/gi
const TOKEN = /([?&](?:access_|private_)?token=)[^&\s'"]*/gi
/** A shorter secret would be found everywhere, and tells where it is by what is missing. */
const LEAST_SECRET = 6

/** Takes the credentials out of URLs (law 10, CVE-2024-52009): git prints the URL that it could not reach. */
export function redactUrls(text: string): string {
  return text.replace(USERINFO, '$1***@').replace(TOKEN, '$1***')
}

/** @param secrets values that a server may echo, such as a header that was sent to it */
export function makeRedact(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= LEAST_SECRET)
  return (text) => redactUrls(known.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text))
}
