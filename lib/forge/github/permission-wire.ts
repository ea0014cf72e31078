import { z } from 'zod'
import type { Permission } from '../../../vault/forge/fact.js'
import { githubAccount } from './account.js'

const PERMISSIONS = {
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
  none: 'none',
} as const satisfies Record<string, Permission>

/**
 * `permission` is already one of the old four, with maintain as write and triage as read. `role_name` is the real role, and
 * may be one that an organisation made up: then the old four say what it amounts to.
 */
export const githubPermission = z
  .object({
    permission: z.enum(Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[]),
    role_name: z.string().optional(),
    user: githubAccount,
  })
  .transform((wire) => ({ permission: lower(PERMISSIONS[wire.permission], wire.role_name), user: wire.user }))

const ORDER: readonly Permission[] = ['none', 'read', 'write', 'admin']

/** Where role and permission differ, the lower one counts. */
function lower(permission: Permission, role: string | undefined): Permission {
  if (role === undefined || !isKnown(role)) return permission
  const named = PERMISSIONS[role]
  return ORDER.indexOf(named) < ORDER.indexOf(permission) ? named : permission
}

function isKnown(role: string): role is keyof typeof PERMISSIONS {
  return Object.hasOwn(PERMISSIONS, role)
}
