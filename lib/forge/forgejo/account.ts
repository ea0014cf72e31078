import { z } from 'zod'
import type { Account } from '../../../vault/forge/fact.js'
import { wireLogin } from '../wire/primitives.js'

const GHOST = -1

/**
 * Below 1 are the accounts that Forgejo makes up: -1 a deleted one, -2 its Actions, 0 an author from another forge
 * (models/user/user_system.go). It does not say which accounts of its database are bots.
 */
export const forgejoAccount = z
  .object({ id: z.int(), login: wireLogin })
  .transform(({ id, login }): Account => ({ id, login, kind: id === GHOST ? 'ghost' : id < 1 ? 'bot' : 'person' }))
