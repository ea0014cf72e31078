/** What a principal may do, most first. `admin` includes `write`, `write` includes `request`. */
export const ROLES = ['admin', 'write', 'request'] as const
export type Role = (typeof ROLES)[number]

export function roleSuffices(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) <= ROLES.indexOf(needed)
}
