/** What protects main, as `doctor` reads and sets it. */
import { expect, it } from 'vitest'
import type { Person } from '../support/forge/world/person.js'
import { contract, type Stage } from './stage.js'

const FORGEJO_RULE = (bot: Person, admin: Person) => ({
  rule_name: 'main',
  enable_push: true,
  enable_push_whitelist: true,
  push_whitelist_usernames: [bot.login],
  push_whitelist_deploy_keys: false,
  enable_merge_whitelist: true,
  merge_whitelist_usernames: [admin.login],
  dismiss_stale_approvals: true,
  block_on_rejected_reviews: true,
  apply_to_admins: true,
  unprotected_file_patterns: '',
})

const TARGET = {
  target: 'branch',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
}
const ADMINS = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' }

/** Two, because a bypass covers a whole one. */
const GITHUB_RULESETS = (bot: Person) => {
  const dispatcher = { actor_id: bot.id, actor_type: 'User', bypass_mode: 'always' }
  const moves = [{ type: 'update' }, { type: 'deletion' }, { type: 'non_fast_forward' }]
  const reviewed = [
    { type: 'pull_request', parameters: { dismiss_stale_reviews_on_push: true, require_last_push_approval: true } },
  ]
  return [
    { ...TARGET, name: 'countersign: main', bypass_actors: [dispatcher, ADMINS], rules: moves },
    { ...TARGET, name: 'countersign: reviews', bypass_actors: [dispatcher], rules: reviewed },
  ]
}

async function protect(stage: Stage): Promise<void> {
  const owner = stage.repo.as(stage.owner)
  if (stage.kind === 'forgejo') await owner.api('POST', '/branch_protections', FORGEJO_RULE(stage.bot, stage.admin))
  else for (const ruleset of GITHUB_RULESETS(stage.bot)) await owner.api('POST', '/rulesets', ruleset)
}

contract('protection', (stage) => {
  it('lets the dispatcher push to main, and admins merge, and nobody else', async () => {
    const request = await stage.request()
    await protect(stage)
    for (const person of [stage.writer, stage.agent, stage.admin]) {
      const before = await stage.repo.tip('main')
      await expect(stage.repo.push(person, 'main', { files: { [`${person.login}.txt`]: 'x\n' } })).rejects.toThrow()
      expect(await stage.repo.tip('main')).toBe(before)
    }
    const pushed = await stage.repo.push(stage.bot, 'main', { files: { 'record.json': '{}\n' } })
    expect(await stage.repo.tip('main')).toBe(pushed)
    await expect(stage.repo.as(stage.writer).merge(request.number)).rejects.toMatchObject({ status: 405 })
    await stage.repo.as(stage.admin).merge(request.number, { head: request.head })
    expect(await stage.forge().pull(request.number)).toMatchObject({ merged: true, mergedBy: { id: stage.admin.id } })
  })

  it('lists who collaborates (trait)', async () => {
    const bot = stage.repo.as(stage.bot)
    const logins = async (path: string) => {
      const people = await bot.api<{ login: string }[]>('GET', path)
      return people.map(({ login }) => login).sort()
    }
    const admins = [stage.admin, stage.bot].map(({ login }) => login)
    const writers = [...admins, ...[stage.agent, stage.writer].map(({ login }) => login)]
    if (stage.kind === 'forgejo') {
      expect(await logins('/collaborators')).toEqual([...writers, stage.reader.login].sort())
      expect(await logins('/assignees')).toEqual([...writers, stage.owner.login].sort())
    } else {
      expect(await logins('/collaborators?permission=admin')).toEqual([...admins, stage.owner.login].sort())
      expect(await logins('/collaborators')).toEqual([...writers, stage.owner.login, stage.reader.login].sort())
    }
  })

  it('lets no admin delete main', async () => {
    await expect(stage.repo.as(stage.admin).deleteBranch('main')).rejects.toMatchObject({
      status: stage.kind === 'forgejo' ? 403 : 422,
    })
  })

  it('leaves request branches to every writer, also those of others (trait)', async () => {
    const { branch } = await stage.request()
    await stage.repo.as(stage.writer).deleteBranch(branch)
    expect(await stage.repo.tip(branch)).toBeNull()
  })

  it.runIf(stage.kind === 'forgejo')('says on Forgejo who may push and merge, to everybody for himself', async () => {
    const rights = async (person: Person) => {
      const branch = await stage.repo.as(person).api('GET', '/branches/main')
      return {
        push: branch['user_can_push'],
        merge: branch['user_can_merge'],
        rule: branch['effective_branch_protection_name'],
      }
    }
    expect(await rights(stage.agent)).toEqual({ push: false, merge: false, rule: '' })
    expect(await rights(stage.bot)).toEqual({ push: true, merge: false, rule: 'main' })
    expect(await rights(stage.admin)).toEqual({ push: false, merge: true, rule: 'main' })
  })

  it.runIf(stage.kind === 'forgejo')('shows the rule on Forgejo to admins only, and lets them change it', async () => {
    const admin = stage.repo.as(stage.admin)
    expect(await admin.api('GET', '/branch_protections/main')).toMatchObject(FORGEJO_RULE(stage.bot, stage.admin))
    await admin.api('PATCH', '/branch_protections/main', { block_on_rejected_reviews: false })
    const rule = await admin.api('GET', '/branch_protections/main')
    expect(rule).toMatchObject({ block_on_rejected_reviews: false, apply_to_admins: true })
    const asking = stage.repo.as(stage.writer).api('GET', '/branch_protections/main')
    await expect(asking).rejects.toMatchObject({ status: 403 })
  })

  it.runIf(stage.kind === 'forgejo')('does not tell on Forgejo whether merges are detected (trait)', async () => {
    await stage.repo.settings({ autodetect_manual_merge: false, allow_manual_merge: false, allow_squash_merge: false })
    const repo = await stage.repo.as(stage.owner).api('GET', '')
    expect(repo).not.toHaveProperty('autodetect_manual_merge')
    expect(repo).not.toHaveProperty('allow_manual_merge')
    expect(repo).toMatchObject({ allow_squash_merge: false, allow_merge_commits: true })
  })

  it.runIf(stage.kind === 'github')(
    'tells on GitHub the rules of main to everybody, and whom they do not hold to admins',
    async () => {
      const rules = await stage.repo.as(stage.reader).api<Record<string, unknown>[]>('GET', '/rules/branches/main')
      expect(rules.map((rule) => rule['type'])).toEqual(['update', 'deletion', 'non_fast_forward', 'pull_request'])
      const list = await stage.repo.as(stage.admin).api<Record<string, unknown>[]>('GET', '/rulesets')
      expect(list[0]).not.toHaveProperty('rules')
      const path = `/rulesets/${String(list[0]?.['id'])}`
      expect(await stage.repo.as(stage.reader).api('GET', path)).not.toHaveProperty('bypass_actors')
      const whole = await stage.repo.as(stage.admin).api('GET', path)
      expect(whole).toMatchObject(GITHUB_RULESETS(stage.bot)[0]!)
      expect(whole['current_user_can_bypass']).toBe('pull_requests_only')
    },
  )

  it.runIf(stage.kind === 'github')('has rulesets on GitHub changed by admins only', async () => {
    const [first] = await stage.repo.as(stage.admin).api<Record<string, unknown>[]>('GET', '/rulesets')
    const path = `/rulesets/${String(first?.['id'])}`
    await expect(stage.repo.as(stage.writer).api('PUT', path, {})).rejects.toMatchObject({ status: 403 })
    await stage.repo.as(stage.admin).api('PUT', path, { enforcement: 'disabled' })
    const rules = await stage.repo.as(stage.reader).api<Record<string, unknown>[]>('GET', '/rules/branches/main')
    expect(rules.map((rule) => rule['type'])).toEqual(['pull_request'])
  })
})
