/** Forgejo's branch protection: a rule for each name or glob, the first that matches counts. */
import { may } from '../site/roles.js'
import type { Pull, Repository, Rule, Site, User } from '../site/state.js'

const DEFAULTS: Rule = {
  branch_name: '',
  rule_name: '',
  enable_push: false,
  enable_push_whitelist: false,
  push_whitelist_usernames: [],
  push_whitelist_teams: [],
  push_whitelist_deploy_keys: false,
  enable_merge_whitelist: false,
  merge_whitelist_usernames: [],
  merge_whitelist_teams: [],
  enable_status_check: false,
  status_check_contexts: [],
  required_approvals: 0,
  enable_approvals_whitelist: false,
  approvals_whitelist_username: [],
  approvals_whitelist_teams: [],
  block_on_rejected_reviews: false,
  block_on_official_review_requests: false,
  block_on_outdated_branch: false,
  dismiss_stale_approvals: false,
  ignore_stale_approvals: false,
  require_signed_commits: false,
  protected_file_patterns: '',
  unprotected_file_patterns: '',
  apply_to_admins: false,
}

export function makeProtection(site: Site, repo: Repository, body: Readonly<Record<string, unknown>>): Rule {
  const name = String(body['rule_name'] ?? body['branch_name'] ?? '')
  const at = new Date(site.now()).toISOString()
  return { ...DEFAULTS, ...known(site, repo, body), branch_name: name, rule_name: name, created_at: at, updated_at: at }
}

export function editProtection(
  site: Site,
  repo: Repository,
  rule: Rule,
  body: Readonly<Record<string, unknown>>,
): void {
  const { branch_name: _, rule_name: __, ...changes } = known(site, repo, body)
  Object.assign(rule, changes, { updated_at: new Date(site.now()).toISOString() })
}

const WHITELISTS = ['push_whitelist_usernames', 'merge_whitelist_usernames', 'approvals_whitelist_username']

/** Unknown keys are ignored, and so are people in whitelists who may not write, without a word. */
function known(site: Site, repo: Repository, body: Readonly<Record<string, unknown>>): Rule {
  const kept = Object.entries(body).filter(([key, value]) => key in DEFAULTS && value !== null)
  const isWriter = (login: string) => may(site, repo, site.userByLogin(login) ?? null, 'write')
  return Object.fromEntries(
    kept.map(([key, value]) => [key, WHITELISTS.includes(key) ? (value as string[]).filter(isWriter) : value]),
  )
}

/** Site admins count, but are not shown: only who is a collaborator is. */
export function shownProtection(site: Site, repo: Repository, rule: Rule): Rule {
  const isShown = (login: string) => {
    const id = site.userByLogin(login)?.id ?? 0
    return id === repo.owner.id || repo.collaborators.has(id)
  }
  const lists = WHITELISTS.map((key) => [key, (rule[key] as readonly string[]).filter(isShown)])
  return { ...rule, ...Object.fromEntries(lists) }
}

export function protectionOf(repo: Repository, branch: string): Rule | null {
  const exact = repo.protections.get(branch)
  if (exact !== undefined) return exact
  return [...repo.protections.values()].find((rule) => globMatches(String(rule['rule_name']), branch)) ?? null
}

function globMatches(glob: string, name: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*/g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '.*')
  return new RegExp(`^(?:${pattern})$`).test(name)
}

const lists = (rule: Rule, key: string, login: string): boolean =>
  (rule[key] as readonly string[]).some((each) => each.toLowerCase() === login.toLowerCase())

export function mayPush(site: Site, repo: Repository, user: User | null, branch: string): boolean {
  const isWriter = may(site, repo, user, 'write')
  const rule = protectionOf(repo, branch)
  if (rule === null || user === null) return isWriter
  if (rule['enable_push'] !== true) return false
  return rule['enable_push_whitelist'] === true ? lists(rule, 'push_whitelist_usernames', user.login) : isWriter
}

export function mayMerge(site: Site, repo: Repository, user: User | null, branch: string): boolean {
  const rule = protectionOf(repo, branch)
  if (rule === null || user === null || rule['enable_merge_whitelist'] !== true) return may(site, repo, user, 'write')
  return lists(rule, 'merge_whitelist_usernames', user.login)
}

/** Whether an approval or a veto of this user counts for the protection. */
export function isOfficial(site: Site, repo: Repository, user: User, branch: string): boolean {
  const rule = protectionOf(repo, branch)
  if (rule === null || rule['enable_approvals_whitelist'] !== true) return may(site, repo, user, 'write')
  return lists(rule, 'approvals_whitelist_username', user.login)
}

/** Why it may not be merged yet; null: it may. */
export function obstacleOf(pull: Pull): string | null {
  const rule = protectionOf(pull.repo, pull.baseBranch)
  if (rule === null) return null
  if (rule['enable_status_check'] === true && !checksPass(pull, rule))
    return 'Not all required status checks successful'
  const counted = pull.reviews.filter((review) => review.official && !review.dismissed)
  const fresh = rule['ignore_stale_approvals'] === true ? counted.filter((review) => !review.stale) : counted
  const approvals = fresh.filter((review) => review.state === 'approved').length
  if (approvals < Number(rule['required_approvals'])) return 'Does not have enough approvals'
  const isVetoed = counted.some((review) => review.state === 'changes_requested')
  return isVetoed && rule['block_on_rejected_reviews'] === true ? 'There are requested changes' : null
}

function checksPass(pull: Pull, rule: Rule): boolean {
  const contexts = rule['status_check_contexts'] as readonly string[]
  const latest = new Map<string, string>()
  for (const status of pull.repo.statuses) if (status.sha === pull.head) latest.set(status.context, status.state)
  if (contexts.length === 0) return latest.size > 0 && [...latest.values()].every((state) => state === 'success')
  return contexts.every((context) => latest.get(context) === 'success')
}
