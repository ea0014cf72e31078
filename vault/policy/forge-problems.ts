import { type Finding, locateFindings } from '../format/finding.js'
import type { Problem } from '../problem.js'
import type { LocatedPolicy } from './parse.js'

/**
 * What a policy cannot be in a forge. Who is an admin there only the forge knows; a pin under which nobody could be one is
 * seen here, before it locks everybody out (field failure 49).
 */
export function forgeProblems({ policy, locate }: LocatedPolicy): readonly Problem[] {
  const pinned = policy.high.admins
  if (pinned === null || pinned.some((account) => !policy.never.some(({ id }) => id === account.id))) return []
  const message =
    'Nobody could approve the high tier or repair this policy: every account of approval.high.admins is under approval.never as well.'
  const none: Finding = { path: ['approval', 'high', 'admins'], code: 'no_admin', message }
  return locateFindings([none], locate)
}
