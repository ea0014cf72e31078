// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what git forbids in a ref, too
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$|[\ud800-\udfff]/u

/**
 * A full ref name that git itself would accept (git-check-ref-format). Checked before a name that somebody chose goes
 * on a command line: what begins with `refs/` is no option, and what has no `:`, `+`, `*` or `^` is one ref only.
 */
export function isSafeRef(ref: string): boolean {
  if (!ref.startsWith('refs/') || ref.length > 1_000 || FORBIDDEN.test(ref)) return false
  return ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
}
