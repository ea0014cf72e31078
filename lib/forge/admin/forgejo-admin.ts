/** Forgejo: one rule for the branch, the repository's merge styles, and two settings that can be written but not read. */
import { z } from 'zod'
import type { Account, ForgeKind } from '../../../vault/forge/fact.js'
import type { ForgeClient } from '../client/forge-client.js'
import { forgejoAccount } from '../forgejo/account.js'
import { forgejoPermission } from '../forgejo/permission-wire.js'
import { FORGEJO_STYLES, forgejoRule, ruleOf, rulesSettings, styleSettings, UNREADABLE } from './forgejo-protection.js'
import type { ForgeAdmin, OwnAccess, ProtectionWish, SettingFact } from './port.js'
import { readClock, readPermission, readRepository, readsIssues } from './repository-facts.js'
import { lookFor } from './setting.js'

const RULE = '/repos/{owner}/{repo}/branch_protections/{name}'
const branchWire = z.object({ user_can_push: z.boolean(), user_can_merge: z.boolean() })
const PAGE = 50

export class ForgejoAdmin implements ForgeAdmin {
  readonly kind: ForgeKind = 'forgejo'

  constructor(private readonly client: ForgeClient) {}

  async account(login: string): Promise<Account> {
    return (await this.client.ask('GET /users/{login}', forgejoAccount, { login })).value
  }

  /** Whoever may be assigned has access; what each may do is asked by name. */
  async admins(): Promise<readonly Account[] | null> {
    const listed = await lookFor(async () => {
      const people = z.array(forgejoAccount)
      const [assignable, collaborators] = [
        await this.client.ask('GET /repos/{owner}/{repo}/assignees', people),
        await this.client.ask('GET /repos/{owner}/{repo}/collaborators', people, { limit: PAGE }),
      ]
      return [...assignable.value, ...collaborators.value]
    })
    if (listed === null || listed === 'forbidden') return null
    const admins = new Map<number, Account>()
    for (const account of listed) {
      const asked = await lookFor(() =>
        this.client.ask('GET /repos/{owner}/{repo}/collaborators/{login}/permission', forgejoPermission, {
          login: account.login,
        }),
      )
      if (asked === 'forbidden') return null
      if (asked?.value.permission === 'admin' && asked.value.user.id === account.id) admins.set(account.id, account)
    }
    return [...admins.values()]
  }

  async ownAccess(branch: string): Promise<OwnAccess> {
    const { value } = await this.client.ask('GET /repos/{owner}/{repo}/branches/{branch}', branchWire, { branch })
    return { push: value.user_can_push, merge: value.user_can_merge }
  }

  ownPermission(): Promise<'admin' | 'write' | 'read'> {
    return readPermission(this.client)
  }

  async settings(wish: ProtectionWish): Promise<readonly SettingFact[]> {
    const rule = await lookFor(
      async () => (await this.client.ask(`GET ${RULE}`, forgejoRule, { name: wish.branch })).value,
    )
    return [...rulesSettings(rule, wish), ...styleSettings(await readRepository(this.client)), ...UNREADABLE]
  }

  async apply(wish: ProtectionWish): Promise<readonly string[]> {
    const body = ruleOf(wish)
    const there = await lookFor(() => this.client.ask(`GET ${RULE}`, forgejoRule, { name: wish.branch }))
    if (there === null)
      await this.client.tell('POST /repos/{owner}/{repo}/branch_protections', { ...body, rule_name: wish.branch })
    else await this.client.tell(`PATCH ${RULE}`, { ...body, name: wish.branch })
    await this.client.tell('PATCH /repos/{owner}/{repo}', FORGEJO_STYLES)
    return [
      `${there === null ? 'made' : 'changed'} the protection of ${wish.branch}: pushed to by ${wish.dispatcher.login}, merged by ${wish.admins.map(({ login }) => login).join(', ')}`,
      'merge commits alone; manual merges and their autodetection off',
    ]
  }

  readsIssues(): Promise<boolean> {
    return readsIssues(this.client)
  }

  clock(): Promise<number | null> {
    return readClock(this.client)
  }
}
