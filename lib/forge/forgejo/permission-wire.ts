import { z } from 'zod'
import type { Permission } from '../../../vault/forge/fact.js'
import { forgejoAccount } from './account.js'

/** `owner`: site admins, the owner, members of an admin team; `admin`: a collaborator (models/perm/access). */
const PERMISSIONS = {
  none: 'none',
  read: 'read',
  write: 'write',
  admin: 'admin',
  owner: 'admin',
} as const satisfies Record<string, Permission>

export const forgejoPermission = z
  .object({ permission: z.enum(Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]), user: forgejoAccount })
  .transform((wire) => ({ permission: PERMISSIONS[wire.permission], user: wire.user }))
