/** The starter policy and formulas of this package, with the people of a new ops repo in them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../lib/package-root.js'
import type { Account } from '../../vault/forge/fact.js'
import { OPS_README } from '../../vault/prose/ops-readme.js'
import { ACTIONS_README } from '../observe/waiting-reader.js'
import { ACTIONS_README_TEXT } from '../record/actions-readme.js'
import type { Principal } from './principals.js'

export interface StarterFile {
  readonly path: string
  readonly bytes: Uint8Array
}

const DISABLED = /^enabled = false$/m
const SIGNERS_AT_END = /^\[signers\]\n?$/m

/** Who approves: principals by their keys, or accounts of a forge. */
export type Approvers =
  | { readonly kind: 'principals'; readonly principals: readonly Principal[] }
  /** `admins` empty: whoever is an admin there. */
  | { readonly kind: 'forge'; readonly admins: readonly Account[] }

export async function starterFiles(approvers: Approvers, isEnabled: boolean): Promise<readonly StarterFile[]> {
  const root = await packageRoot()
  const policy = await readFile(join(root, 'policy.toml'), 'utf8')
  const formulas = await readdir(join(root, 'formulas'), { recursive: true, withFileTypes: true })
  const files = formulas.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return [
    { path: 'policy.toml', bytes: bytesOf(fillPolicy(policy, approvers, isEnabled)) },
    ...(approvers.kind === 'forge'
      ? []
      : [{ path: 'allowed_signers', bytes: bytesOf(allowedSigners(approvers.principals)) }]),
    { path: 'README.md', bytes: bytesOf(OPS_README) },
    { path: ACTIONS_README, bytes: bytesOf(ACTIONS_README_TEXT) },
    ...(await Promise.all(
      files.sort().map(async (path) => ({ path: path.slice(root.length + 1), bytes: await readFile(path) })),
    )),
  ]
}

/** Keeps the comments of the starter policy: they are its manual. The result is compiled before it is used. */
function fillPolicy(starter: string, approvers: Approvers, isEnabled: boolean): string {
  const signersAt = starter.lastIndexOf('[signers]')
  if (!DISABLED.test(starter) || !SIGNERS_AT_END.test(starter.slice(Math.max(signersAt, 0)))) {
    throw new Error('the starter policy.toml must have `enabled = false`, and end with an empty table [signers]')
  }
  const switched = isEnabled ? starter.replace(DISABLED, 'enabled = true') : starter
  if (approvers.kind === 'forge') return pinAdmins(switched, approvers.admins)
  return `${switched.trimEnd()}\n${approvers.principals.map(({ name, role }) => `${tomlKey(name)} = "${role}"\n`).join('')}`
}

const PIN = /^# admins = .*$/m
const PLAIN_GIT = '# Plain git only:'

/** Without what is for plain git. */
function pinAdmins(policy: string, admins: readonly Account[]): string {
  const until = policy.lastIndexOf(PLAIN_GIT)
  if (until < 0 || !PIN.test(policy))
    throw new Error('the starter policy.toml must show a pin of admins, and end with a part for plain git')
  const shown = policy.slice(0, until).trimEnd()
  if (admins.length === 0) return `${shown}\n`
  const pin = admins.map(({ login, id }) => `{ login = ${JSON.stringify(login)}, id = ${id} }`).join(', ')
  return `${shown.replace(PIN, () => `admins = [${pin}]`)}\n`
}

function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : `"${name}"`
}

function allowedSigners(principals: readonly Principal[]): string {
  const lines = principals.map(({ name, keyLine }) => `${name} ${keyLine}\n`)
  return `# One principal and one key a line; roles are under [signers] in policy.toml. Removing a line revokes its key.\n${lines.join('')}`
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
