/** Who may do what in a repository. */
import { type Repository, ROLES, type Role, type Site, type User } from './state.js'

export function roleOf(site: Site, repo: Repository, user: User | null): Role {
  const visitor = repo.isPrivate ? 'none' : 'read'
  if (user === null) return visitor
  if (site.kind === 'forgejo' && (user.isSiteAdmin || repo.owner.id === user.id)) return 'owner'
  if (repo.owner.id === user.id) return 'admin'
  return repo.collaborators.get(user.id) ?? visitor
}

export const atLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least)

export const may = (site: Site, repo: Repository, user: User | null, least: Role): boolean =>
  atLeast(roleOf(site, repo, user), least)
