/** Who is in the ops repo from the start: `NAME=PUBKEY` of the command line, or the person who lays it out. */
import { join } from 'node:path'
import { PRINCIPAL } from '../../vault/names.js'
import type { Role } from '../../vault/role.js'
import type { Adapters } from '../adapters.js'
import { usageError } from '../cli/terminal.js'
import { findUserKey } from '../cli/user-key.js'

export interface Principal {
  readonly name: string
  readonly role: Role
  /** `<type> <base64>`. */
  readonly keyLine: string
  readonly fingerprint: string
}

export interface PrincipalOptions {
  readonly admin?: readonly string[] | undefined
  readonly writer?: readonly string[] | undefined
  readonly requester?: readonly string[] | undefined
}

export async function readPrincipals(options: PrincipalOptions, adapters: Adapters): Promise<readonly Principal[]> {
  const named = [
    ...(options.admin ?? []).map((text) => readPrincipal('--admin', text, 'admin', adapters)),
    ...(options.writer ?? []).map((text) => readPrincipal('--writer', text, 'write', adapters)),
    ...(options.requester ?? []).map((text) => readPrincipal('--requester', text, 'request', adapters)),
  ]
  const hasAdmin = named.some(({ role }) => role === 'admin')
  const principals = hasAdmin ? named : [await whoeverLaysItOut(adapters), ...named]
  refuseRepeats(principals)
  return principals
}

function readPrincipal(option: string, text: string, role: Role, adapters: Adapters): Principal {
  const at = text.indexOf('=')
  const [name, key] = [text.slice(0, at), text.slice(at + 1)]
  if (at <= 0 || key === '')
    throw usageError(`${option} takes NAME=PUBKEY (the key's text, or a .pub file), not ${JSON.stringify(text)}`)
  if (!PRINCIPAL.pattern.test(name)) throw usageError(`${option}: ${JSON.stringify(name)} must be ${PRINCIPAL.words}`)
  const read = adapters.sshPublicKey(atHome(key, adapters))
  if (!read.ok) throw usageError(`${option} ${name}: ${read.why}`)
  return { name, role, keyLine: read.value.line, fingerprint: read.value.fingerprint }
}

/** Not every shell resolves a `~` that does not begin the word. */
function atHome(path: string, { environment }: Adapters): string {
  const home = environment['HOME']
  return path.startsWith('~/') && home !== undefined ? join(home, path.slice(2)) : path
}

async function whoeverLaysItOut(adapters: Adapters): Promise<Principal> {
  const key = await findUserKey(undefined, adapters)
  if (key.kind === 'none') {
    throw usageError(
      `an ops repo needs an admin, and ${key.why}. Name one with --admin NAME=PUBKEY, or tell git your key: git config --global user.signingkey ~/.ssh/id_ed25519.pub`,
    )
  }
  const identity = await adapters.person.identity()
  return { name: principalOf(identity?.name ?? ''), role: 'admin', keyLine: key.line, fingerprint: key.fingerprint }
}

/** `Jörg O'Neil` -> `Jorg-ONeil`. */
function principalOf(name: string): string {
  const made = name
    .normalize('NFKD')
    .replace(/\s+/g, '-')
    .replace(/[^A-Za-z0-9._@+-]/g, '')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
  return PRINCIPAL.pattern.test(made) ? made : 'admin'
}

/** With two keys one person could be both keys; with two names, too (field failure 43). */
function refuseRepeats(principals: readonly Principal[]): void {
  const names = new Set<string>()
  const owners = new Map<string, string>()
  for (const { name, fingerprint } of principals) {
    const owner = owners.get(fingerprint)
    if (names.has(name)) throw usageError(`${name} is named twice: a principal has one role and one key`)
    if (owner !== undefined)
      throw usageError(`${owner} and ${name} have the same key (${fingerprint}): a key belongs to one principal`)
    names.add(name)
    owners.set(fingerprint, name)
  }
}
