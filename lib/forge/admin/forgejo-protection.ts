/** What Forgejo's rule and settings must be, and why (forge-facts, "Branch protection that the laws need"). Pure. */
import { z } from 'zod'
import type { ProtectionWish, SettingFact } from './port.js'
import type { AdminRepository } from './repository-facts.js'
import { seen, unseen } from './setting.js'

const names = z.array(z.string()).nullable()

export const forgejoRule = z.object({
  enable_push: z.boolean(),
  enable_push_whitelist: z.boolean(),
  push_whitelist_usernames: names,
  push_whitelist_teams: names,
  push_whitelist_deploy_keys: z.boolean(),
  enable_merge_whitelist: z.boolean(),
  merge_whitelist_usernames: names,
  merge_whitelist_teams: names,
  dismiss_stale_approvals: z.boolean(),
  block_on_rejected_reviews: z.boolean(),
  apply_to_admins: z.boolean(),
  unprotected_file_patterns: z.string(),
})
export type ForgejoRule = z.infer<typeof forgejoRule>

/** @returns the rule as `apply` writes it */
export function ruleOf({ dispatcher, admins }: ProtectionWish): ForgejoRule {
  return {
    enable_push: true,
    enable_push_whitelist: true,
    push_whitelist_usernames: [dispatcher.login],
    push_whitelist_teams: [],
    push_whitelist_deploy_keys: false,
    enable_merge_whitelist: true,
    merge_whitelist_usernames: admins.map(({ login }) => login),
    merge_whitelist_teams: [],
    dismiss_stale_approvals: true,
    block_on_rejected_reviews: true,
    apply_to_admins: true,
    unprotected_file_patterns: '',
  }
}

const APPLY = '`countersign doctor --apply` sets it'
const PROTECTION = { id: 'branch_protection', law: 1, wanted: 'main is protected', remedy: `${APPLY}.` }

export function rulesSettings(rule: ForgejoRule | null | 'forbidden', wish: ProtectionWish): readonly SettingFact[] {
  if (rule === null) return [seen(PROTECTION, `there is no rule named ${wish.branch}`, false)]
  if (rule === 'forbidden')
    return [
      unseen(
        { ...PROTECTION, remedy: 'Set COUNTERSIGN_ADMIN_TOKEN to the token of one, and run doctor again.' },
        'only an admin of the repository may read the protection',
      ),
    ]
  return [pushers(rule, wish), mergers(rule, wish), everyAdmin(rule, wish), ...switches(rule)]
}

function pushers(rule: ForgejoRule, { dispatcher }: ProtectionWish): SettingFact {
  const users = rule.push_whitelist_usernames ?? []
  const teams = rule.push_whitelist_teams ?? []
  const only = rule.enable_push && rule.enable_push_whitelist && isOnly(users, [dispatcher.login]) && teams.length === 0
  const saw = rule.enable_push_whitelist
    ? [...users, ...teams.map((team) => `team ${team}`)].join(', ') || 'nobody'
    : rule.enable_push
      ? 'everybody who may write'
      : 'nobody'
  return seen(
    { id: 'push_whitelist', law: 1, wanted: `only ${dispatcher.login} pushes to it`, remedy: `${APPLY}.` },
    saw,
    only,
  )
}

/** Who may merge and is no admin adds noise, not power: the dispatcher asks for the permission itself. But low hands must not reach main. */
function mergers(rule: ForgejoRule, { admins }: ProtectionWish): SettingFact {
  const users = rule.merge_whitelist_usernames ?? []
  const teams = rule.merge_whitelist_teams ?? []
  const known = new Set(admins.map(({ login }) => login.toLowerCase()))
  const isRight =
    rule.enable_merge_whitelist &&
    users.length > 0 &&
    teams.length === 0 &&
    users.every((user) => known.has(user.toLowerCase()))
  const saw = rule.enable_merge_whitelist
    ? [...users, ...teams.map((team) => `team ${team}`)].join(', ') || 'nobody'
    : 'everybody who may write'
  return seen(
    {
      id: 'merge_whitelist',
      law: 1,
      wanted: `only admins merge into it (${admins.map(({ login }) => login).join(', ') || 'none is known'})`,
      remedy: `${APPLY}; or name them in the rule by hand.`,
    },
    saw,
    isRight,
  )
}

/** An admin who came to the policy after the rule was set up is told as one who can let a request through, and cannot. */
function everyAdmin(rule: ForgejoRule, { admins }: ProtectionWish): SettingFact {
  const named = new Set((rule.merge_whitelist_usernames ?? []).map((user) => user.toLowerCase()))
  const shutOut = rule.enable_merge_whitelist ? admins.filter(({ login }) => !named.has(login.toLowerCase())) : []
  return seen(
    {
      id: 'merge_whitelist_admins',
      law: 6,
      wanted: 'every admin may merge into it',
      remedy: `${APPLY}.`,
      isMinor: true,
    },
    shutOut.length === 0 ? 'all of them' : `the rule lacks ${shutOut.map(({ login }) => login).join(', ')}`,
    shutOut.length === 0,
  )
}

function switches(rule: ForgejoRule): readonly SettingFact[] {
  const remedy = `${APPLY}.`
  const on = (id: keyof ForgejoRule, law: number, wanted: string, value: boolean) =>
    seen({ id, law, wanted, remedy }, rule[id], rule[id] === value)
  return [
    on('push_whitelist_deploy_keys', 6, 'deploy keys do not push: they are nobody in particular', false),
    on('dismiss_stale_approvals', 5, 'a new push dismisses approvals', true),
    on('block_on_rejected_reviews', 1, 'a requested change blocks the merge', true),
    on('apply_to_admins', 1, 'the rule holds admins, too', true),
    seen(
      {
        id: 'unprotected_file_patterns',
        law: 1,
        wanted: 'no path is left unprotected: pushes to such paths go past the rule',
        remedy,
      },
      rule.unprotected_file_patterns,
      rule.unprotected_file_patterns === '',
    ),
  ]
}

/** What `apply` writes to the repository. */
export const FORGEJO_STYLES = {
  // Without it some versions pass over all that follows, in silence.
  has_pull_requests: true,
  allow_merge_commits: true,
  allow_squash_merge: false,
  allow_rebase: false,
  allow_rebase_explicit: false,
  allow_fast_forward_only_merge: false,
  default_merge_style: 'merge',
  allow_manual_merge: false,
  autodetect_manual_merge: false,
} as const

const STYLES = ['allow_squash_merge', 'allow_rebase', 'allow_rebase_explicit', 'allow_fast_forward_only_merge'] as const

const WORDS = {
  allow_squash_merge: 'squash merges are',
  allow_rebase: 'rebase merges are',
  allow_rebase_explicit: 'rebase merges with a merge commit are',
  allow_fast_forward_only_merge: 'fast-forward merges are',
} as const

export function styleSettings(repository: AdminRepository): readonly SettingFact[] {
  const named = (id: string, wanted: string) => ({ id, law: 5, wanted, remedy: `${APPLY}.` })
  const merge = named('allow_merge_commits', 'merge commits are allowed: the second parent is what was approved')
  const others = STYLES.map((id) => {
    const setting = {
      ...named(id, `${WORDS[id]} off: a merge without a second parent binds to nothing, and is refused`),
      isMinor: true,
    }
    const value = repository[id]
    return value === null || value === undefined
      ? unseen(setting, 'the forge does not say')
      : seen(setting, value, !value)
  })
  const allowed = repository.allow_merge_commits
  const first =
    allowed === null || allowed === undefined ? unseen(merge, 'the forge does not say') : seen(merge, allowed, allowed)
  return [first, ...others]
}

const WRITE_ONLY = "Forgejo's API writes it and does not read it"
const BY_HAND = `${APPLY}; or look at it in the repository's settings, under pull requests.`

export const UNREADABLE: readonly SettingFact[] = [
  unseen(
    {
      id: 'autodetect_manual_merge',
      law: 6,
      wanted: 'the autodetection of manual merges is off: with it, who merged is taken from the e-mail of a commit',
      remedy: BY_HAND,
    },
    WRITE_ONLY,
  ),
  unseen(
    {
      id: 'allow_manual_merge',
      law: 5,
      wanted: 'manual merges are off: with them, any commit on main passes for the merge',
      remedy: BY_HAND,
    },
    WRITE_ONLY,
  ),
]

function isOnly(list: readonly string[], wanted: readonly string[]): boolean {
  const lower = (names: readonly string[]) => JSON.stringify(names.map((name) => name.toLowerCase()).sort())
  return lower(list) === lower(wanted)
}
