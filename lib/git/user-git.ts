/**
 * What a person does in their own name: with the key, the identity and the configuration that their own git has.
 * `folder` is where they stand: a repository there may have settings of its own.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Oid } from '../../vault/oid.js'
import { oid } from '../../vault/oid.js'
import { type GitContext, inRepository } from './context.js'
import { type Environment, type GitConfig, personEnvironment } from './environment.js'
import { runLocal } from './local-process.js'
import { redactUrls } from './redact.js'

export interface Identity {
  readonly name: string
  readonly email: string
}

export interface SignedCommit {
  readonly repositoryPath: string
  readonly tree: Oid
  readonly parents: readonly Oid[]
  readonly message: string
  /** A private key, or a public one whose private key lies beside it or is held by the agent; default `user.signingkey`. */
  readonly key?: string
  readonly environment: Environment
}

/** For who has told git no name: the signature says who it is, not this. */
const NOBODY: Identity = { name: 'countersign', email: 'countersign@localhost' }

/** `user.signingkey` of the person's git: a path (with `~` resolved), or `key::ssh-…` / `ssh-…` itself. Null: not set. */
export async function userSigningKey(environment: Environment, folder = '/'): Promise<string | null> {
  const key = await configValue(environment, folder, 'user.signingkey')
  if (key === null || !key.startsWith('~/')) return key
  return join(environment['HOME'] ?? homedir(), key.slice(2))
}

/** Who the person is to git, by environment or configuration; null where git would have to guess. */
export async function userIdentity(environment: Environment, folder = '/'): Promise<Identity | null> {
  const name = environment['GIT_AUTHOR_NAME'] ?? (await configValue(environment, folder, 'user.name'))
  const email =
    environment['GIT_AUTHOR_EMAIL'] ?? (await configValue(environment, folder, 'user.email')) ?? environment['EMAIL']
  return name === null || name === '' || email === undefined || email === '' ? null : { name, email }
}

/** Makes a commit object with the person's SSH signature; no ref moves. */
export async function signedCommit(commit: SignedCommit): Promise<Oid> {
  const { name, email } = (await userIdentity(commit.environment)) ?? NOBODY
  const config: GitConfig = [
    ['gpg.format', 'ssh'],
    ['i18n.commitEncoding', 'utf-8'],
    ...(commit.key === undefined ? [] : [['user.signingkey', commit.key] as const]),
  ]
  const who = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email }
  const person = personContext(commit.environment, config)
  const context = inRepository({ ...person, environment: { ...person.environment, ...who } }, commit.repositoryPath)
  const parents = commit.parents.flatMap((parent) => ['-p', parent])
  const { stdout } = await runLocal(context, ['commit-tree', '-S', ...parents, commit.tree], { input: commit.message })
  return oid(stdout.toString('latin1').trim())
}

async function configValue(environment: Environment, folder: string, key: string): Promise<string | null> {
  const context = { ...personContext(environment, []), folder }
  const { stdout, exitCode } = await runLocal(context, ['config', '--get', key], { okCodes: [0, 1] })
  return exitCode === 0 ? stdout.toString('utf8').replace(/\n$/, '') : null
}

/** The key may have a passphrase, so the person at the terminal may be asked. */
function personContext(environment: Environment, config: GitConfig): GitContext {
  return {
    folder: '/',
    environment: personEnvironment(environment, config),
    redact: redactUrls,
    log: null,
    signal: null,
    asksPerson: true,
  }
}
