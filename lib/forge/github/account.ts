import { z } from 'zod'
import type { Account } from '../../../vault/forge/fact.js'
import { wireId, wireLogin } from '../wire/primitives.js'

/** GitHub attributes to this account of its own what a deleted one did. */
const GHOST = 10_137

/** Only `User` is a person: Bot, Organization and Mannequin are not. */
export const githubAccount = z.object({ id: wireId, login: wireLogin, type: z.string() }).transform(
  ({ id, login, type }): Account => ({
    id,
    login,
    kind: id === GHOST ? 'ghost' : type === 'User' ? 'person' : 'bot',
  }),
)
