/** Commits that a person makes: built without a checkout, signed with their key, moved by no ref yet. */
import { GitError } from '../../lib/git/git-error.js'
import type { FileEdit, Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'
import { refusedError, usageError } from './terminal.js'
import type { UserKey } from './user-key.js'

export interface PersonCommit {
  readonly parents: readonly Oid[]
  readonly message: string
  /** Upon the first parent's tree, and nothing else. */
  readonly edits: readonly FileEdit[]
}

/** For who has told git no name: it says which command made the commit. */
const NOBODY = { name: 'countersign', email: 'countersign@localhost' }

export async function unsignedCommit(repository: Repository, commit: PersonCommit, adapters: Adapters): Promise<Oid> {
  const author = (await adapters.person.identity()) ?? NOBODY
  return repository.writer.commit({ ...commit, author, at: adapters.now() })
}

/** The signature that came out is read back: what git signed with is what was foreseen, or nothing is pushed. */
export async function signedCommit(
  repository: Repository,
  commit: PersonCommit,
  key: UserKey,
  adapters: Adapters,
): Promise<Oid> {
  const built = await repository.objects.commit(await unsignedCommit(repository, commit, adapters))
  if (built === null) throw new Error('the commit that was just made is there')
  const { parents, message } = commit
  const signed = await sign(
    { repositoryPath: repository.path, tree: built.tree, parents, message, key: key.key },
    adapters,
  )
  const signature = await repository.signatureOf(signed)
  if (signature.kind === 'ssh' && signature.fingerprint === key.fingerprint) return signed
  const saw =
    signature.kind === 'ssh'
      ? `it is by ${signature.fingerprint}`
      : signature.kind === 'invalid'
        ? signature.why
        : 'there is none'
  throw refusedError(`git did not sign with ${key.fingerprint}: ${saw}`)
}

async function sign(commit: Parameters<Adapters['person']['signedCommit']>[0], { person }: Adapters): Promise<Oid> {
  try {
    return await person.signedCommit(commit)
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'failed') throw error
    throw usageError(
      `git could not sign with ${commit.key}: ${error.stderr.trim() || error.message}${remedyFor(error)}`,
    )
  }
}

/** git lays down what it signs; its own words name neither the folder nor the setting. */
function remedyFor({ stderr }: GitError): string {
  return /could not create temporary file/.test(stderr) ? '; TMPDIR has to name a folder that can be written' : ''
}
