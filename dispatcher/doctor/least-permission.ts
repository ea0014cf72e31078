/** What the dispatcher's account has to be in the ops repo: Forgejo tells what others may do to admins only. */
import type { ForgeKind } from '../../vault/forge/fact.js'

type OwnPermission = 'admin' | 'write' | 'read'

export const LEAST_PERMISSION: Readonly<Record<ForgeKind, OwnPermission>> = { forgejo: 'admin', github: 'write' }

export function isEnough(kind: ForgeKind, permission: OwnPermission): boolean {
  return permission === 'admin' || permission === LEAST_PERMISSION[kind]
}
