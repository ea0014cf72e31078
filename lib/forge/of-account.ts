import type { Account, Permission } from '../../vault/forge/fact.js'
import { malformed } from './client/parse-answer.js'

/**
 * A login can be given to somebody else: an answer about another id says nothing about the account that was asked about.
 * @throws ForgeError
 */
export function permissionOf(
  asked: Account,
  answer: { readonly permission: Permission; readonly user: Account } | null,
): Permission {
  if (answer === null) return 'none'
  if (answer.user.id === asked.id) return answer.permission
  throw malformed('GET /repos/{owner}/{repo}/collaborators/{login}/permission', 'the login is now of another account')
}
