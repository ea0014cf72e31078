/**
 * Secrets by the name of an environment variable. Whoever needs one says so: commands that only read the ops repo work
 * without the forge's token.
 */
import type { Environment } from '../../lib/git/environment.js'
import type { KeyPath, Locate } from '../../vault/toml/document.js'
import { ConfigError } from './config-error.js'

export type FromEnvironment =
  | { readonly kind: 'found'; readonly value: string }
  /** `message` says where it was asked for, and what to do. */
  | { readonly kind: 'missing'; readonly message: string }

/** Where a file is, and where a key stands in it: what a message begins with. */
export interface Source {
  readonly path: string
  readonly locate: Locate
}

// A line break at the end of a secret comes from `echo`; in a header it would be an attack.
const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

export function fromEnvironment(
  name: string,
  what: string,
  key: KeyPath,
  source: Source,
  environment: Environment,
): FromEnvironment {
  const value = environment[name] ?? ''
  if (PRINTABLE.test(value)) return { kind: 'found', value }
  const why =
    value === ''
      ? `is ${environment[name] === undefined ? 'not set' : 'empty'}`
      : 'has characters that do not belong into it: is there a line break at its end?'
  return { kind: 'missing', message: `${at(source, key)}: the environment variable ${name} ${why}; it holds ${what}` }
}

/** Rejects with ConfigError where it is not there. */
export function needed(secret: FromEnvironment): string {
  if (secret.kind === 'missing') throw new ConfigError(secret.message)
  return secret.value
}

export function at({ path, locate }: Source, key: KeyPath): string {
  const { line, column } = locate(key)
  return `${path}:${line}:${column}`
}
