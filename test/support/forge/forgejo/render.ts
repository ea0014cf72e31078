/** Forgejo's words for accounts, repositories, labels, comments, statuses. */
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

const GHOST_ID = -1

export function user(site: Site, id: number): Record<string, unknown> {
  const account = site.users.get(id)
  const login = account?.login ?? 'Ghost'
  return {
    id: account?.id ?? GHOST_ID,
    login,
    login_name: '',
    source_id: 0,
    full_name: '',
    email: `${login.toLowerCase()}@noreply.example.org`,
    avatar_url: `${site.url}/avatars/${login}`,
    html_url: `${site.url}/${login}`,
    language: '',
    is_admin: false,
    last_login: '0001-01-01T00:00:00Z',
    created: account === undefined ? '0001-01-01T00:00:00Z' : time(account.createdAt),
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    pronouns: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: login,
  }
}

const WRITE_ONLY = ['allow_manual_merge', 'autodetect_manual_merge']

export function repository(site: Site, repo: Repository, viewer: User | null): Record<string, unknown> {
  const role = roleOf(site, repo, viewer)
  const settings = Object.entries(repo.settings).filter(([key]) => !WRITE_ONLY.includes(key))
  return {
    id: repo.id,
    owner: user(site, repo.owner.id),
    name: repo.name,
    full_name: fullName(repo),
    description: '',
    empty: repo.refs.size === 0,
    private: repo.isPrivate,
    fork: repo.parent !== null,
    template: false,
    parent: repo.parent === null ? null : repository(site, repo.parent, viewer),
    mirror: false,
    html_url: `${site.url}/${fullName(repo)}`,
    url: `${site.url}/api/v1/repos/${fullName(repo)}`,
    ssh_url: `git@127.0.0.1:${fullName(repo)}.git`,
    clone_url: `${site.url}/${fullName(repo)}.git`,
    default_branch: repo.defaultBranch,
    archived: false,
    created_at: time(repo.createdAt),
    permissions: { admin: atLeast(role, 'admin'), push: atLeast(role, 'write'), pull: atLeast(role, 'read') },
    has_pull_requests: true,
    ...Object.fromEntries(settings),
    default_merge_style: 'merge',
    object_format_name: 'sha1',
  }
}

export const label = (site: Site, repo: Repository, each: Label): Record<string, unknown> => ({
  id: each.id,
  name: each.name,
  exclusive: false,
  is_archived: false,
  color: each.color,
  description: each.description,
  url: `${site.url}/api/v1/repos/${fullName(repo)}/labels/${each.id}`,
})

export function comment(site: Site, repo: Repository, number: number, each: Comment): Record<string, unknown> {
  const page = `${site.url}/${fullName(repo)}/pulls/${number}`
  return {
    id: each.id,
    html_url: `${page}#issuecomment-${each.id}`,
    pull_request_url: page,
    issue_url: '',
    user: user(site, each.by),
    original_author: '',
    original_author_id: 0,
    body: each.body,
    assets: [],
    created_at: time(each.createdAt),
    updated_at: time(each.updatedAt),
  }
}

/** `status` where GitHub says `state`. */
export const status = (site: Site, repo: Repository, each: Status): Record<string, unknown> => ({
  id: each.id,
  status: each.state,
  target_url: each.targetUrl ?? '',
  description: each.description,
  url: `${site.url}/api/v1/repos/${fullName(repo)}/statuses/${each.sha}`,
  context: each.context === '' ? 'default' : each.context,
  creator: user(site, each.by),
  created_at: time(each.at),
  updated_at: time(each.at),
})
