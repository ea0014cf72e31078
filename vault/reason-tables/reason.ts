/** Who can unblock what a reason stands for. */
export type Who = 'requester' | 'writer' | 'admin' | 'operator' | 'auditor' | 'nobody'

/** Keeps the codes of a table as literal types. */
export const reasons = <const T extends Record<string, readonly [who: Who, meaning: string, remedy: string]>>(
  table: T,
): T => table
