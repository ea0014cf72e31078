/** Who acts in a simulated world, and the ops repo that they begin with. */
import { createHash } from 'node:crypto'
import type { FileEdit } from '../../../lib/git/port.js'
import type { Oid } from '../../../vault/oid.js'
import { MAIN } from '../git/server.js'
import type { PolicyModel } from '../truth.js'
import type { World } from '../world.js'

const NAMES = ['alice', 'amy', 'bob', 'wendy', 'bot', 'agent', 'other', 'mallory'] as const
export type Person = (typeof NAMES)[number]

/** Of a person's account at a forge: its identity there, whatever it is called. */
export function accountId(name: string): number {
  return NAMES.indexOf(name as Person) + 1
}

export function personOfAccount(id: number): Person | null {
  return NAMES[id - 1] ?? null
}

/** Fingerprint of each one's key. Mallory can push, and is nobody. */
export const PEOPLE = Object.fromEntries(NAMES.map((name) => [name, fingerprintOf(keyOf(name))])) as Record<
  Person,
  string
>

const STANDARD_POLICY: PolicyModel = {
  writeEnabled: true,
  tiers: { touch: 'low', sync: 'low', dev: 'medium', release: 'high', rollout: 'high' },
  roles: {
    alice: 'admin',
    amy: 'admin',
    bob: 'write',
    wendy: 'write',
    bot: 'write',
    agent: 'request',
    other: 'request',
  },
  never: ['bot'],
  pinnedAdmins: null,
  allowSelfMedium: false,
  windowMinutes: null,
}

/** `hidden` has no tier, so it is high. */
const FORMULAS = ['touch', 'sync', 'dev', 'release', 'rollout', 'hidden'] as const
const IDEMPOTENT: ReadonlySet<string> = new Set(['sync', 'rollout'])
/** Some of what it does is to be done in a dry run too. It is no part of the standard set. */
export const SURVEY = 'survey'
/** These may be given the one secret that there is. */
export const SECRETIVE: ReadonlySet<string> = new Set(['dev', 'rollout', SURVEY])
export const SECRET = { name: 'TOKEN', value: 'a secret' } as const
const FORMULA_MINUTES = 30
const WHAT = 'all'

export function policyEdit(world: World, model: PolicyModel): FileEdit {
  const oid = world.server.store.addBlob(bytesOf(policyText(model)))
  world.truth.policies.set(oid, model)
  return { kind: 'place', path: 'policy.toml', mode: '100644', oid }
}

export function signersEdit(world: World, names: readonly Person[]): FileEdit {
  const oid = world.server.store.addBlob(
    bytesOf(names.map((name) => `${name} ssh-ed25519 ${keyOf(name).toString('base64')}\n`).join('')),
  )
  world.truth.signers.set(oid, new Map(names.map((name) => [PEOPLE[name], name])))
  return { kind: 'place', path: 'allowed_signers', mode: '100644', oid }
}

export function formulaEdit(world: World, name: string, version: number): FileEdit {
  const oid = world.server.store.addBlob(bytesOf(formulaText(name, version)))
  const run = runOf(name, version)
  const idempotent = IDEMPOTENT.has(name)
  const dryRun = dryRunOf(name)
  world.truth.formulas.set(oid, { name, idempotent, run, dryRun, timeoutMinutes: FORMULA_MINUTES, what: WHAT })
  return { kind: 'place', path: `formulas/${name}.toml`, mode: '100644', oid }
}

/** The whole trust set as it was at first. */
export function standardSet(world: World): FileEdit[] {
  return [
    policyEdit(world, STANDARD_POLICY),
    signersEdit(world, ['alice', 'amy', 'bob', 'wendy', 'bot', 'agent', 'other']),
    ...FORMULAS.map((name) => formulaEdit(world, name, 1)),
  ]
}

/** @returns the trust root */
export function layOut(world: World): Oid {
  const readme: FileEdit = {
    kind: 'write',
    path: 'vault/actions/README.md',
    bytes: new TextEncoder().encode('Actions\n'),
  }
  const root = world.commit({ by: 'alice', parents: [], edits: [...standardSet(world), readme], message: 'lay out\n' })
  world.server.set(MAIN, root, { kind: 'person', name: 'alice' })
  return root
}

const texts = new Map<string, Uint8Array>()

/** The same bytes for the same text in all worlds: there are few of them, and what they mean is remembered by them. */
function bytesOf(text: string): Uint8Array {
  const bytes = texts.get(text) ?? new TextEncoder().encode(text)
  texts.set(text, bytes)
  return bytes
}

function policyText(model: PolicyModel): string {
  const lines = (table: Readonly<Record<string, string>>) =>
    Object.entries(table).map(([name, value]) => `${name} = "${value}"`)
  const accounts = (names: readonly string[]) =>
    names.map((name) => `{ login = "${name}", id = ${accountId(name)} }`).join(', ')
  return [
    'version = 1',
    '[write]',
    `enabled = ${model.writeEnabled}`,
    '[tiers]',
    ...lines(model.tiers),
    '[approval]',
    `never = [${accounts(model.never)}]`,
    '[approval.medium]',
    'reviewed_by = "write"',
    `allow_self = ${model.allowSelfMedium}`,
    ...(model.windowMinutes === null ? [] : [`review_window = "${model.windowMinutes}m"`]),
    '[approval.high]',
    'merged_by = "admin"',
    ...(model.pinnedAdmins === null ? [] : [`admins = [${accounts(model.pinnedAdmins)}]`]),
    '[signers]',
    ...lines(model.roles),
    '',
  ].join('\n')
}

/** Another one in each version. */
function runOf(name: string, version: number): string {
  return `${name} --version ${version} "$VAR_WHAT"`
}

function dryRunOf(name: string): string | null {
  return name === SURVEY ? `${name} --look` : null
}

function formulaText(name: string, version: number): string {
  const dryRun = dryRunOf(name)
  return [
    `name = "${name}"`,
    'description = "Does it."',
    `version = ${version}`,
    `timeout_minutes = ${FORMULA_MINUTES}`,
    ...(IDEMPOTENT.has(name) ? ['idempotent = true'] : []),
    ...(SECRETIVE.has(name) ? [`secrets = ["${SECRET.name}"]`] : []),
    '[vars.what]',
    `default = "${WHAT}"`,
    'pattern = "[a-z0-9-]{1,40}"',
    '[[steps]]',
    'id = "do"',
    `run = '${runOf(name, version)}'`,
    ...(dryRun === null ? [] : ['[[steps]]', 'id = "look"', `run = '${dryRun}'`, 'dry_run = true']),
    '',
  ].join('\n')
}

/** An SSH public key as its blob: type and 32 bytes. */
function keyOf(name: string): Buffer {
  const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
  return Buffer.concat([field(Buffer.from('ssh-ed25519')), field(createHash('sha256').update(name).digest())])
}

function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}
