/** The forge: whose token it is, what it may see, and whether the branch is protected as the laws need. */
import type { ForgeAdmin, ProtectionWish, SettingFact } from '../../lib/forge/admin/port.js'
import type { ForgeReader, RepositoryFact } from '../../lib/forge/port.js'
import type { Account } from '../../vault/forge/fact.js'
import type { ForgeConfig } from '../config/forge-config.js'
import { isLoopback } from '../config/listen-address.js'
import { error, type Finding, note, ok, unknown, warning } from './finding.js'
import { isEnough, LEAST_PERMISSION } from './least-permission.js'

/** A time that the forge tells and ours must not be further apart than this: windows and expiries go by it. */
const MOST_SKEW_MS = 60_000

export interface ForgeTools {
  readonly config: ForgeConfig
  /** With the dispatcher's token. */
  readonly reader: Pick<ForgeReader, 'self' | 'permission' | 'repository'>
  readonly own: ForgeAdmin
  /** With an admin's token where one was given, else the dispatcher's. */
  readonly admin: ForgeAdmin
}

export async function checkToken({ config, reader, own }: ForgeTools, now: number): Promise<readonly Finding[]> {
  const self = await reader.self()
  const permission = await own.ownPermission()
  return [
    ok('token', null, `the dispatcher is ${self.login} (${self.id}) at ${config.url}, with ${permission} permission`),
    isEnough(config.kind, permission)
      ? ok('token_permission', 1, 'it may read the permissions of others, and write records')
      : error(
          'token_permission',
          1,
          `it has ${permission} permission, and cannot read what others may: every second key would be unverifiable`,
          `Give ${self.login} ${LEAST_PERMISSION[config.kind]} permission in ${config.repo}.`,
        ),
    nameFinding(config, await reader.repository()),
    await permissionProbe(reader, self),
    (await own.readsIssues())
      ? ok('token_scope', null, 'the token reads pull requests and their comments')
      : error('token_scope', null, 'the token has no scope for comments, labels and reviews', SCOPES[config.kind]),
    clockFinding(await own.clock(), now),
    ...inClear(config),
  ]
}

/** An old name is answered only as long as nobody makes another repository of it. */
function nameFinding({ repo }: ForgeConfig, { fullName }: RepositoryFact): Finding {
  if (fullName.toLowerCase() === repo.toLowerCase()) return ok('forge_repo', 1, `the forge knows it as ${fullName}`)
  return warning(
    'forge_repo',
    1,
    `[forge] repo = "${repo}" is an old name of ${fullName}: whoever makes a repository of that name is asked in its place`,
    'Write the new name under [forge] repo, and the new address under [repo] url.',
  )
}

const SCOPES = {
  forgejo: 'Make one with the scopes write:repository, write:issue, read:user.',
  github: 'Contents, issues, pull requests and commit statuses: read and write; metadata: read.',
} as const

/** By doing what each decision does (field failure 19). */
async function permissionProbe(reader: ForgeTools['reader'], self: Account): Promise<Finding> {
  try {
    await reader.permission(self)
    return ok('permission_read', 1, 'permissions can be read')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return error(
      'permission_read',
      1,
      `permissions cannot be read: ${why}`,
      'Repair token_permission and token_scope first.',
    )
  }
}

function clockFinding(theirs: number | null, now: number): Finding {
  if (theirs === null) return unknown('clock', null, 'the forge does not tell its time')
  const apartS = Math.round(Math.abs(theirs - now) / 1_000)
  if (apartS * 1_000 <= MOST_SKEW_MS) return ok('clock', null, `its clock and ours agree within ${apartS} s`)
  return warning(
    'clock',
    null,
    `its clock and ours are ${apartS} s apart`,
    'Keep both by NTP: expiries and review windows go by them.',
  )
}

function inClear({ url }: ForgeConfig): readonly Finding[] {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || isLoopback(hostname.replace(/^\[|\]$/g, ''))) return []
  return [warning('forge_url', 10, `${url} is no https: the token crosses the network in clear`, 'Use https.')]
}

export async function checkProtection({ admin }: ForgeTools, wish: ProtectionWish): Promise<readonly Finding[]> {
  return (await admin.settings(wish)).map(settingFinding)
}

function settingFinding({ id, law, wanted, saw, holds, why, remedy, isMinor }: SettingFact): Finding {
  if (holds === true) return ok(id, law, `${wanted} (${saw === '' ? 'none' : saw})`)
  if (holds === false)
    return (isMinor === true ? warning : error)(id, law, `not so: ${wanted} (${saw === '' ? 'none' : saw})`, remedy)
  const what = `${wanted}; it cannot be read: ${why}`
  // What no token can see would never be verified.
  return (why?.includes('does not read it') === true ? note : unknown)(id, law, what, remedy)
}

/** Who asks must not be able to be the second key by other means. */
export async function checkRequester(requester: ForgeAdmin | null, branch: string): Promise<Finding> {
  if (requester === null)
    return note(
      'requester',
      1,
      "that no requester may push to or merge into main was not tried with a requester's token",
      'Set COUNTERSIGN_REQUESTER_TOKEN to one, and run doctor again.',
    )
  const { push, merge } = await requester.ownAccess(branch)
  if (push === null || merge === null)
    return unknown('requester', 1, `the forge does not tell the requester what it may do on ${branch}`)
  if (!push && !merge) return ok('requester', 1, `the requester can neither push to ${branch} nor merge into it`)
  const can = [...(push ? [`push to ${branch}`] : []), ...(merge ? [`merge into ${branch}`] : [])].join(' and ')
  return error(
    'requester',
    1,
    `the requester can ${can}`,
    'Protect the branch with `countersign doctor --apply`, and take the requester out of its lists.',
  )
}
