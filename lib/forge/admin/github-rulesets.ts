/** The two rulesets of GitHub: two, because a bypass covers a whole one. Pure. */
import { z } from 'zod'
import type { ProtectionWish, SettingFact } from './port.js'
import type { AdminRepository } from './repository-facts.js'
import { seen, unseen } from './setting.js'

const actor = z.object({ actor_id: z.int().nullable(), actor_type: z.string(), bypass_mode: z.string() })
export type Actor = z.infer<typeof actor>

const rule = z.object({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() })

export const githubRuleset = z.object({
  id: z.int(),
  name: z.string(),
  enforcement: z.string(),
  rules: z.array(rule).default([]),
  /** Told to who may edit it only. */
  bypass_actors: z.array(actor).optional(),
  current_user_can_bypass: z.string().optional(),
})
export type GithubRuleset = z.infer<typeof githubRuleset>

/** Only the names: a list tells neither rules nor bypasses. */
export const listedRulesets = z.array(z.object({ id: z.int(), name: z.string() }))
export const branchRules = z.array(z.object({ type: z.string(), ruleset_id: z.int() }))

export const NAMES = { a: 'countersign: main', b: 'countersign: pull requests' } as const
/** GitHub's number for the role of an admin. */
const ADMIN_ROLE = 5
const APPLY = '`countersign doctor --apply` sets it up.'

function dispatcherActor({ dispatcher, appId }: ProtectionWish): Actor {
  return appId === null
    ? { actor_id: dispatcher.id, actor_type: 'User', bypass_mode: 'always' }
    : { actor_id: appId, actor_type: 'Integration', bypass_mode: 'always' }
}

export function rulesetA(wish: ProtectionWish): Readonly<Record<string, unknown>> {
  const admins: Actor = { actor_id: ADMIN_ROLE, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' }
  const rules = [{ type: 'update' }, { type: 'deletion' }, { type: 'non_fast_forward' }]
  return { ...common(NAMES.a, wish), rules, bypass_actors: [dispatcherActor(wish), admins] }
}

export function rulesetB(wish: ProtectionWish): Readonly<Record<string, unknown>> {
  const parameters = {
    allowed_merge_methods: ['merge'],
    dismiss_stale_reviews_on_push: true,
    require_code_owner_review: false,
    require_last_push_approval: true,
    required_approving_review_count: 0,
    required_review_thread_resolution: false,
  }
  return {
    ...common(NAMES.b, wish),
    rules: [{ type: 'pull_request', parameters }],
    bypass_actors: [dispatcherActor(wish)],
  }
}

function common(name: string, { branch }: ProtectionWish) {
  const conditions = { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } }
  return { name, target: 'branch', enforcement: 'active', conditions }
}

/** @param inForce rulesets that hold the branch, read singly */
export function rulesetSettings(inForce: readonly GithubRuleset[], wish: ProtectionWish): readonly SettingFact[] {
  const holds = (type: string) => inForce.filter(({ rules }) => rules.some((each) => each.type === type))
  return [
    onlyThese('update', 'only the dispatcher updates main, and admins by pull request', 1, holds('update'), wish, true),
    onlyThese('deletion', 'nobody else deletes main', 4, holds('deletion'), wish, true),
    onlyThese('non_fast_forward', 'nobody else rewrites main', 4, holds('non_fast_forward'), wish, true),
    onlyThese('pull_request', 'everything else comes by pull request', 1, holds('pull_request'), wish, false),
    ...parameters(holds('pull_request')),
  ]
}

function onlyThese(
  id: string,
  wanted: string,
  law: number,
  holding: readonly GithubRuleset[],
  wish: ProtectionWish,
  adminsByPull: boolean,
): SettingFact {
  const setting = { id: `rule_${id}`, law, wanted, remedy: APPLY }
  if (holding.length === 0) return seen(setting, 'no active ruleset has this rule', false)
  const visible = holding.filter(({ bypass_actors: actors }) => actors !== undefined)
  if (visible.length === 0)
    return unseen(setting, 'who bypasses the ruleset is told to admins only; run doctor with the token of one')
  const isAllowed = (each: Actor) => isDispatcher(each, wish) || (adminsByPull && isAdminByPull(each))
  const good = visible.find(({ bypass_actors: actors = [] }) => actors.every(isAllowed))
  const actors = (good ?? visible[0])?.bypass_actors ?? []
  return seen(
    setting,
    actors.length === 0 ? 'no bypass' : `bypassed by ${actors.map(word).join(', ')}`,
    good !== undefined,
  )
}

function parameters(holding: readonly GithubRuleset[]): readonly SettingFact[] {
  const all = holding.flatMap(({ rules }) => rules).filter(({ type }) => type === 'pull_request')
  const isOn = (name: string) => all.some((each) => each.parameters?.[name] === true)
  const setting = (id: string, law: number, wanted: string) =>
    seen({ id, law, wanted, remedy: APPLY }, isOn(id), isOn(id))
  return [
    setting('dismiss_stale_reviews_on_push', 5, 'a new push dismisses approvals'),
    setting('require_last_push_approval', 6, 'who pushed last does not approve it'),
  ]
}

function isDispatcher(each: Actor, wish: ProtectionWish): boolean {
  const own = dispatcherActor(wish)
  return each.actor_id === own.actor_id && each.actor_type === own.actor_type
}

function isAdminByPull({ actor_id: id, actor_type: type, bypass_mode: mode }: Actor): boolean {
  return mode === 'pull_request' && ((type === 'RepositoryRole' && id === ADMIN_ROLE) || type === 'OrganizationAdmin')
}

function word({ actor_id: id, actor_type: type, bypass_mode: mode }: Actor): string {
  return `${type} ${id ?? ''} (${mode})`
}

/** What `apply` writes to the repository. */
export const GITHUB_STYLES = {
  allow_merge_commit: true,
  allow_squash_merge: false,
  allow_rebase_merge: false,
  allow_auto_merge: false,
} as const

const OFF = ['allow_squash_merge', 'allow_rebase_merge', 'allow_auto_merge'] as const
const WHY_OFF = {
  allow_squash_merge: 'squash merges are off: a merge without a second parent binds to nothing, and is refused',
  allow_rebase_merge: 'rebase merges are off: a merge without a second parent binds to nothing, and is refused',
  allow_auto_merge: 'auto-merge is off: a scheduled merge happens after nobody looked',
} as const

export function githubStyles(repository: AdminRepository): readonly SettingFact[] {
  const hidden = 'GitHub tells it only to who may write'
  const merge = {
    id: 'allow_merge_commit',
    law: 5,
    wanted: 'merge commits are allowed: the second parent is what was approved',
    remedy: APPLY,
  }
  const allowed = repository.allow_merge_commit
  const first = allowed === null || allowed === undefined ? unseen(merge, hidden) : seen(merge, allowed, allowed)
  const others = OFF.map((id) => {
    const value = repository[id]
    const setting = { id, law: 5, wanted: WHY_OFF[id], remedy: APPLY, isMinor: true }
    return value === null || value === undefined ? unseen(setting, hidden) : seen(setting, value, !value)
  })
  return [first, ...others]
}
