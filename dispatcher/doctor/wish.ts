/** What the protection should be, from the policy in force and the forge: who pushes, who merges. */
import type { ForgeAdmin, ProtectionWish } from '../../lib/forge/admin/port.js'
import type { Account } from '../../vault/forge/fact.js'
import type { Policy } from '../../vault/policy/policy.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { error, type Finding, ok, unknown, warning } from './finding.js'

export interface Wished {
  readonly wish: ProtectionWish
  readonly findings: readonly Finding[]
}

/** @param policy null: it could not be read */
export async function wishOf(
  config: ForgeConfig,
  branch: string,
  dispatcher: Account,
  policy: Policy | null,
  admin: ForgeAdmin,
): Promise<Wished> {
  const { credential } = config
  const appId = credential.kind === 'app' ? credential.appId : null
  const pinned = policy?.high.admins ?? null
  const { admins, findings } = pinned === null ? await fromForge(admin) : await fromPolicy(pinned, admin)
  const others = admins.filter(
    ({ id }) => id !== dispatcher.id && policy?.never.some((never) => never.id === id) !== true,
  )
  return {
    wish: { branch, dispatcher, appId, admins: others },
    findings: [...findings, ...ownAccount(dispatcher, pinned), ...enough(others, findings)],
  }
}

interface Found {
  readonly admins: readonly Account[]
  readonly findings: readonly Finding[]
}

async function fromForge(admin: ForgeAdmin): Promise<Found> {
  const admins = await admin.admins()
  if (admins !== null) return { admins, findings: [] }
  return {
    admins: [],
    findings: [
      unknown(
        'admins',
        1,
        'who is an admin cannot be listed with this token',
        'Run doctor with COUNTERSIGN_ADMIN_TOKEN, the token of an admin.',
      ),
    ],
  }
}

/** Protection goes by names and the policy by ids: they must mean the same people. */
async function fromPolicy(pinned: readonly { login: string; id: number }[], admin: ForgeAdmin): Promise<Found> {
  const admins: Account[] = []
  const findings: Finding[] = []
  for (const { login, id } of pinned) {
    const account = await admin.account(login).catch(() => null)
    if (account?.id === id) admins.push(account)
    else
      findings.push(
        error(
          'pinned_admin',
          6,
          account === null
            ? `the policy pins ${login} (${id}), and the forge knows no such login`
            : `the policy pins ${login} as ${id}, and at the forge that login is ${account.id} now`,
          'Correct approval.high.admins by a pull request of an admin.',
        ),
      )
  }
  return { admins, findings }
}

function ownAccount({ id, login }: Account, pinned: readonly { id: number }[] | null): readonly Finding[] {
  if (pinned?.some((each) => each.id === id) !== true) return []
  return [
    error(
      'dispatcher_account',
      6,
      `the dispatcher works as ${login}, who is pinned as an admin; its own account is never a second key`,
      'Give the dispatcher an account of its own.',
    ),
  ]
}

function enough(admins: readonly Account[], findings: readonly Finding[]): readonly Finding[] {
  const names = admins.map(({ login }) => login).join(', ')
  if (admins.length > 1) return [ok('admins', 6, `admins: ${names}`)]
  if (admins.length === 1)
    return [
      warning('admins', 6, `${names} is the only admin: what they ask for, nobody can approve`, 'Have a second one.'),
    ]
  return findings.some(({ id }) => id === 'admins')
    ? []
    : [
        error(
          'admins',
          6,
          'there is no admin besides the dispatcher: nobody could approve',
          'Make a person an admin of the ops repo.',
        ),
      ]
}
