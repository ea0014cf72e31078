/** GitHub's rulesets: all that are active and match count together; a bypass covers a whole ruleset. */
import { may, roleOf } from '../site/roles.js'
import type { Pull, Repository, Role, Rule, Site, User } from '../site/state.js'

export interface RuleOfSet {
  readonly type: string
  readonly parameters: Readonly<Record<string, unknown>>
  readonly ruleset: Rule
}

/** The rules for a branch. */
export function rulesFor(repo: Repository, branch: string): readonly RuleOfSet[] {
  return [...repo.rulesets.values()]
    .filter((ruleset) => ruleset['enforcement'] === 'active' && targets(repo, ruleset, `refs/heads/${branch}`))
    .flatMap((ruleset) => {
      const rules = (ruleset['rules'] ?? []) as readonly { type: string; parameters?: Record<string, unknown> }[]
      return rules.map((rule) => ({ type: rule.type, parameters: rule.parameters ?? {}, ruleset }))
    })
}

function targets(repo: Repository, ruleset: Rule, ref: string): boolean {
  const conditions = ruleset['conditions'] as { ref_name?: { include?: string[]; exclude?: string[] } } | undefined
  const { include = [], exclude = [] } = conditions?.ref_name ?? {}
  const matches = (pattern: string) => {
    if (pattern === '~ALL') return true
    if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${repo.defaultBranch}`
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*\*\//g, '(?:.*/)?')
      .replace(/\*/g, '[^/]*')
    return new RegExp(`^(?:${source})$`).test(ref)
  }
  return include.some(matches) && !exclude.some(matches)
}

const BY_ROLE_ID: Readonly<Record<number, Role>> = { 2: 'maintain', 4: 'write', 5: 'admin' }

export function bypassOf(
  site: Site,
  repo: Repository,
  ruleset: Rule,
  user: User | null,
): 'always' | 'pull_requests_only' | 'never' {
  if (user === null) return 'never'
  const actors = (ruleset['bypass_actors'] ?? []) as readonly {
    actor_id: number | null
    actor_type: string
    bypass_mode: string
  }[]
  const modes = actors
    .filter(({ actor_id: id, actor_type: type }) => {
      if (type !== 'RepositoryRole') return id === user.id
      const least = BY_ROLE_ID[id ?? 0]
      return least !== undefined && may(site, repo, user, least)
    })
    .map((actor) => actor.bypass_mode)
  if (modes.includes('always')) return 'always'
  return modes.includes('pull_request') ? 'pull_requests_only' : 'never'
}

/** Types of the rules that hold this user, in a push. */
export function pushRules(site: Site, repo: Repository, user: User, branch: string): ReadonlySet<string> {
  const rules = rulesFor(repo, branch).filter((rule) => bypassOf(site, repo, rule.ruleset, user) !== 'always')
  return new Set(rules.map((rule) => rule.type))
}

/** Why this user may not merge it yet; null: he may. */
export function obstacleOf(site: Site, pull: Pull, user: User): string | null {
  const rules = rulesFor(pull.repo, pull.baseBranch)
  const holding = rules.filter((rule) => bypassOf(site, pull.repo, rule.ruleset, user) === 'never')
  for (const rule of holding) {
    const why = obstacle(site, pull, rule)
    if (why !== null) return `Repository rule violations found\n\n${why}\n\n`
  }
  return null
}

function obstacle(site: Site, pull: Pull, { type, parameters }: RuleOfSet): string | null {
  if (type === 'update') return 'Cannot update this protected ref.'
  if (type === 'required_status_checks') return missingCheck(pull, parameters)
  return type === 'pull_request' ? missingReview(site, pull, parameters) : null
}

function missingCheck(pull: Pull, parameters: Readonly<Record<string, unknown>>): string | null {
  const wanted = (parameters['required_status_checks'] ?? []) as readonly { context: string }[]
  const passed = (context: string) =>
    pull.repo.statuses.filter((each) => each.sha === pull.head && each.context === context).at(-1)?.state === 'success'
  return wanted.every(({ context }) => passed(context)) ? null : 'Required status check is expected.'
}

function missingReview(site: Site, pull: Pull, parameters: Readonly<Record<string, unknown>>): string | null {
  const latest = new Map<number, string>()
  for (const review of pull.reviews) {
    const reviewer = site.users.get(review.by)
    const counts = review.state !== 'commented' && reviewer !== undefined
    if (counts && roleOf(site, pull.repo, reviewer) !== 'read')
      latest.set(review.by, review.dismissed ? 'dismissed' : review.state)
  }
  if ([...latest.values()].includes('changes_requested')) return 'Changes have been requested.'
  const approvers = [...latest].filter(([, state]) => state === 'approved').map(([id]) => id)
  const wanted = Number(parameters['required_approving_review_count'] ?? 0)
  if (approvers.length < wanted)
    return `At least ${wanted} approving review is required by reviewers with write access.`
  if (parameters['require_last_push_approval'] !== true || wanted === 0) return null
  const lastPusher = pull.events.filter((event) => event.kind === 'push').at(-1)?.by
  return approvers.some((id) => id !== lastPusher)
    ? null
    : 'New changes require approval from someone other than the last pusher.'
}
