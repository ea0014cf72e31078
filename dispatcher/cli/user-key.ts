/** The SSH key with which a person signs: `--key`, else the `user.signingkey` of their git. */
import { resolve } from 'node:path'
import type { Adapters } from '../adapters.js'
import { usageError } from './terminal.js'

export interface UserKey {
  readonly kind: 'key'
  /** As git takes it: an absolute path, or `key::…`. */
  readonly key: string
  readonly fingerprint: string
  /** `<type> <base64>`. */
  readonly line: string
}

export type FoundKey = UserKey | { readonly kind: 'none'; readonly why: string }

/** A key itself rather than a file. */
const LITERAL = /^(?:key::|ssh-|ecdsa-|sk-)/

export const KEY_REMEDY =
  'Name it with --key FILE, or tell git once: git config --global gpg.format ssh && git config --global user.signingkey ~/.ssh/id_ed25519.pub'

/** Throws for a `--key` that is none: who names one means it. */
export async function findUserKey(named: string | undefined, { person, sshPublicKey }: Adapters): Promise<FoundKey> {
  const text = named ?? (await person.signingKey())
  if (text === null) return { kind: 'none', why: 'git has no user.signingkey' }
  const key = LITERAL.test(text) ? text : resolve(text)
  const read = sshPublicKey(key)
  if (read.ok) return { kind: 'key', key, fingerprint: read.value.fingerprint, line: read.value.line }
  if (named !== undefined) throw usageError(`--key: ${read.why}`)
  return { kind: 'none', why: `git's user.signingkey is no SSH key that can be read: ${read.why}` }
}
