const PLAIN = /^[\w@%+=:,./-]+$/

/** As one word of a command that is there to be copied: paths have spaces. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : shellQuoted(text)
}

/** For any POSIX shell: between single quotes nothing has a meaning. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
