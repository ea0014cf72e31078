/** GitHub's words for accounts, repositories, labels, comments, statuses. */
import { branchTip } from '../site/git-store.js'
import { atLeast, roleOf } from '../site/roles.js'
import {
  type Comment,
  fullName,
  type Label,
  type Repository,
  type Site,
  type Status,
  type User,
} from '../site/state.js'

/** Of 1 s resolution. */
export const time = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z')

const GHOST = { id: 10_137, login: 'ghost', type: 'User', isSiteAdmin: false }

/** Null where the account is gone and GitHub does not put its ghost there. */
export function userOrNull(site: Site, id: number): Record<string, unknown> | null {
  return site.users.has(id) ? user(site, id) : null
}

export function user(site: Site, id: number): Record<string, unknown> {
  const account = site.users.get(id) ?? GHOST
  const { login } = account
  const api = `${site.url}/api/v3/users/${login}`
  return {
    login,
    id: account.id,
    node_id: `U_${account.id}`,
    avatar_url: `${site.url}/avatars/u/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${site.url}/${login}`,
    type: account.type,
    user_view_type: 'public',
    site_admin: account.isSiteAdmin,
  }
}

export function repository(site: Site, repo: Repository, viewer: User | null): Record<string, unknown> {
  const role = roleOf(site, repo, viewer)
  const has = (least: 'read' | 'triage' | 'write' | 'maintain' | 'admin') => atLeast(role, least)
  return {
    id: repo.id,
    node_id: `R_${repo.id}`,
    name: repo.name,
    full_name: fullName(repo),
    private: repo.isPrivate,
    owner: user(site, repo.owner.id),
    html_url: `${site.url}/${fullName(repo)}`,
    description: null,
    fork: repo.parent !== null,
    url: `${site.url}/api/v3/repos/${fullName(repo)}`,
    created_at: time(repo.createdAt),
    clone_url: `${site.url}/${fullName(repo)}.git`,
    default_branch: repo.defaultBranch,
    archived: false,
    visibility: repo.isPrivate ? 'private' : 'public',
    permissions: {
      admin: has('admin'),
      maintain: has('maintain'),
      push: has('write'),
      triage: has('triage'),
      pull: has('read'),
    },
    // Only for those who may push.
    ...(has('write') ? repo.settings : {}),
  }
}

export const label = (site: Site, repo: Repository, each: Label): Record<string, unknown> => ({
  id: each.id,
  node_id: `LA_${each.id}`,
  url: `${site.url}/api/v3/repos/${fullName(repo)}/labels/${encodeURIComponent(each.name)}`,
  name: each.name,
  color: each.color,
  default: false,
  description: each.description,
})

export function comment(site: Site, repo: Repository, number: number, each: Comment): Record<string, unknown> {
  const api = `${site.url}/api/v3/repos/${fullName(repo)}/issues`
  return {
    url: `${api}/comments/${each.id}`,
    html_url: `${site.url}/${fullName(repo)}/pull/${number}#issuecomment-${each.id}`,
    issue_url: `${api}/${number}`,
    id: each.id,
    node_id: `IC_${each.id}`,
    user: user(site, each.by),
    created_at: time(each.createdAt),
    updated_at: time(each.updatedAt),
    author_association: 'CONTRIBUTOR',
    body: each.body,
    performed_via_github_app: null,
  }
}

export const status = (site: Site, repo: Repository, each: Status): Record<string, unknown> => ({
  url: `${site.url}/api/v3/repos/${fullName(repo)}/statuses/${each.sha}`,
  id: each.id,
  state: each.state,
  description: each.description,
  target_url: each.targetUrl,
  context: each.context,
  created_at: time(each.at),
  updated_at: time(each.at),
  creator: user(site, each.by),
})

export const branch = (repo: Repository, name: string, isProtected: boolean): Record<string, unknown> => ({
  name,
  commit: { sha: branchTip(repo, name) },
  protected: isProtected,
})
