/** GitHub: two rulesets, and the repository's merge methods. */
import { z } from 'zod'
import type { Account, ForgeKind } from '../../../vault/forge/fact.js'
import type { ForgeClient } from '../client/forge-client.js'
import { githubAccount } from '../github/account.js'
import {
  branchRules,
  GITHUB_STYLES,
  type GithubRuleset,
  githubRuleset,
  githubStyles,
  listedRulesets,
  NAMES,
  rulesetA,
  rulesetB,
  rulesetSettings,
} from './github-rulesets.js'
import type { ForgeAdmin, OwnAccess, ProtectionWish, SettingFact } from './port.js'
import { readClock, readPermission, readRepository, readsIssues } from './repository-facts.js'
import { lookFor } from './setting.js'

const RULESETS = '/repos/{owner}/{repo}/rulesets'
const PAGE = 100
const member = z.object({ permissions: z.object({ admin: z.boolean() }).optional() }).and(githubAccount)

export class GithubAdmin implements ForgeAdmin {
  readonly kind: ForgeKind = 'github'

  constructor(private readonly client: ForgeClient) {}

  async account(login: string): Promise<Account> {
    return (await this.client.ask('GET /users/{login}', githubAccount, { login })).value
  }

  async admins(): Promise<readonly Account[] | null> {
    const listed = await lookFor(() =>
      this.client.ask('GET /repos/{owner}/{repo}/collaborators', z.array(member), {
        per_page: PAGE,
        permission: 'admin',
      }),
    )
    if (listed === null || listed === 'forbidden') return null
    return listed.value
      .filter(({ permissions }) => permissions?.admin !== false)
      .map(({ id, login, kind }) => ({ id, login, kind }))
  }

  async ownAccess(branch: string): Promise<OwnAccess> {
    if ((await this.ownPermission()) === 'read') return { push: false, merge: false }
    const holding = (await this.#inForce(branch)).filter(({ rules }) => rules.some(({ type }) => type === 'update'))
    const bypasses = holding.map(({ current_user_can_bypass: how }) => how)
    if (bypasses.includes('never')) return { push: false, merge: false }
    if (bypasses.includes(undefined)) return { push: null, merge: null }
    return { push: !bypasses.includes('pull_requests_only'), merge: true }
  }

  ownPermission(): Promise<'admin' | 'write' | 'read'> {
    return readPermission(this.client)
  }

  async settings(wish: ProtectionWish): Promise<readonly SettingFact[]> {
    return [
      ...rulesetSettings(await this.#inForce(wish.branch), wish),
      ...githubStyles(await readRepository(this.client)),
    ]
  }

  async apply(wish: ProtectionWish): Promise<readonly string[]> {
    const listed = (await this.client.ask(`GET ${RULESETS}`, listedRulesets, { per_page: PAGE })).value
    const said: string[] = []
    for (const [name, body] of [
      [NAMES.a, rulesetA(wish)],
      [NAMES.b, rulesetB(wish)],
    ] as const) {
      const there = listed.find((each) => each.name === name)
      if (there === undefined) await this.client.tell(`POST ${RULESETS}`, body)
      else await this.client.tell(`PUT ${RULESETS}/{ruleset}`, { ...body, ruleset: there.id })
      said.push(`${there === undefined ? 'made' : 'changed'} the ruleset "${name}"`)
    }
    await this.client.tell('PATCH /repos/{owner}/{repo}', GITHUB_STYLES)
    return [...said, 'merge commits alone, no auto-merge']
  }

  readsIssues(): Promise<boolean> {
    return readsIssues(this.client)
  }

  clock(): Promise<number | null> {
    return readClock(this.client)
  }

  /** Read singly: a list tells no rules. */
  async #inForce(branch: string): Promise<readonly GithubRuleset[]> {
    const rules = await this.client.ask('GET /repos/{owner}/{repo}/rules/branches/{branch}', branchRules, { branch })
    const ids = [...new Set(rules.value.map(({ ruleset_id: id }) => id))]
    const found: GithubRuleset[] = []
    for (const ruleset of ids)
      found.push((await this.client.ask(`GET ${RULESETS}/{ruleset}`, githubRuleset, { ruleset })).value)
    return found.filter(({ enforcement }) => enforcement === 'active')
  }
}
