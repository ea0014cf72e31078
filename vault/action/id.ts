/** The id of an action: its file's stem, its branch's suffix, the folder of its records. DESIGN section 4. */
declare const actionIdBrand: unique symbol
export type ActionId = string & { readonly [actionIdBrand]: true }

/** What an editor's plugin can check; `parseActionId` says more. */
export const ACTION_ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,99}$/

/** Null for anything that git would not take as the last part of a branch name (`..`, a trailing `.` or `.lock`). */
export function parseActionId(text: string): ActionId | null {
  if (!ACTION_ID_PATTERN.test(text) || text.includes('..') || text.endsWith('.') || text.endsWith('.lock')) return null
  return text as ActionId
}
