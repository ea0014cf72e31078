/** What `doctor` says of a rule of Forgejo. */
import { describe, expect, it } from 'vitest'
import { type ForgejoRule, ruleOf, rulesSettings } from '../../../lib/forge/admin/forgejo-protection.js'

const account = (login: string, id: number) => ({ id, login, kind: 'person' }) as const
const wish = {
  branch: 'main',
  dispatcher: account('bot', 1),
  appId: null,
  admins: [account('alice', 2), account('Amy', 3)],
}

const notSo = (change: Partial<ForgejoRule>) =>
  rulesSettings({ ...ruleOf(wish), ...change }, wish)
    .filter(({ holds }) => holds !== true)
    .map(({ id, saw, isMinor }) => ({ id, saw, isMinor }))

describe('the rule of main', () => {
  it('is as it should be where it was set up so, whatever the case of a login', () => {
    expect(notSo({})).toEqual([])
    expect(notSo({ merge_whitelist_usernames: ['ALICE', 'amy'] })).toEqual([])
  })

  it('lacks an admin who came to the policy after it was set up', () => {
    expect(notSo({ merge_whitelist_usernames: ['alice'] })).toEqual([
      { id: 'merge_whitelist_admins', saw: 'the rule lacks Amy', isMinor: true },
    ])
  })

  it('that this token may not read is for another token', () => {
    expect(rulesSettings('forbidden', wish)).toMatchObject([
      { holds: null, remedy: expect.stringContaining('COUNTERSIGN_ADMIN_TOKEN') },
    ])
  })

  it('shuts out no admin where everybody may merge, which is told as it is', () => {
    expect(notSo({ enable_merge_whitelist: false }).map(({ id }) => id)).toEqual(['merge_whitelist'])
  })
})
