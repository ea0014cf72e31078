import { createHash } from 'node:crypto'
import { type Oid, oid } from '../../../vault/oid.js'
import { compileTrustSet } from '../../../vault/policy/compile-trust-set.js'
import type { AdminsFrom, CompiledTrustSet, TrustSet } from '../../../vault/policy/trust-set.js'
import { bytes, told } from '../told.js'

/** An ed25519 key as it stands in a file; the seed stands for who has it. */
export function keyOf(seed: string): string {
  const field = (content: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, content.length]), content])
  const key = createHash('sha256').update(seed).digest()
  return `ssh-ed25519 ${Buffer.concat([field(Buffer.from('ssh-ed25519')), field(key)]).toString('base64')}`
}

export const FORMULA = (name: string): string => `name = "${name}"\n[[steps]]\nid = "go"\nrun = "true"\n`

/** A set that can be used, as path -> text. */
export const GOOD: Readonly<Record<string, string>> = {
  'policy.toml': [
    'version = 1',
    '[write]',
    'enabled = true',
    '[tiers]',
    'tidy = "low"',
    'dev = "medium"',
    '[signers]',
    'alice = "admin"',
    'agent = "request"',
  ].join('\n'),
  'formulas/tidy.toml': FORMULA('tidy'),
  'formulas/dev.toml': FORMULA('dev'),
  allowed_signers: `alice ${keyOf('alice')}\nagent ${keyOf('agent')}\n`,
}

const idOf = (files: Readonly<Record<string, string>>, prefix: string): Oid | null =>
  Object.keys(files).some((path) => path === prefix || path.startsWith(`${prefix}/`)) ? oid('1'.repeat(40)) : null

export function compile(files: Readonly<Record<string, string>>, adminsFrom: AdminsFrom = 'signers'): CompiledTrustSet {
  const ids = {
    policy: idOf(files, 'policy.toml'),
    formulas: idOf(files, 'formulas'),
    signers: idOf(files, 'allowed_signers'),
  }
  const read = Object.entries(files).map(([path, text]) => ({ path, bytes: bytes(text) }))
  return compileTrustSet(ids, read, adminsFrom)
}

/** `path line:column code`, each. */
export function refusalOf(compiled: CompiledTrustSet): readonly string[] {
  return compiled.ok
    ? []
    : compiled.files.flatMap(({ path, problems }) => told(problems).map((line) => `${path} ${line}`))
}

export function setOf(files: Readonly<Record<string, string>>, adminsFrom: AdminsFrom = 'signers'): TrustSet {
  const compiled = compile(files, adminsFrom)
  if (!compiled.ok) throw new Error(refusalOf(compiled).join('\n'))
  return compiled.set
}
