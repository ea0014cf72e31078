/** The trust root for those who were not told one: an auditor or agent with nothing but a URL. */
import type { Repository } from '../../lib/git/port.js'
import type { Oid } from '../../vault/oid.js'
import { ConfigError } from '../config.js'
import { EmptyRemote } from './observer.js'
import { readTrustIds, TRUST_PATHS } from './trust-reader.js'

/**
 * The first commit on main's first-parent line that has a policy, formulas and allowed_signers, or only the first two where
 * a forge approves: what `init` laid out.
 * An assumption, not a proof: who rewrites main can forge it. A configuration or `--root` says what to trust.
 */
export async function assumedRoot(repository: Repository, branch = 'main'): Promise<Oid> {
  const { main } = await repository.remote.list()
  if (main === null) throw new EmptyRemote(branch)
  if ((await repository.objects.commit(main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
  const root = await firstLaidOut(repository, main)
  if (root === null) throw new ConfigError(notLaidOut(branch))
  return root
}

/** Null: main was never laid out. */
export async function firstLaidOut(repository: Repository, main: Oid): Promise<Oid | null> {
  let withoutSigners: Oid | null = null
  for (const commit of await repository.history.line(null, main, TRUST_PATHS)) {
    const { policy, formulas, signers } = await readTrustIds(repository, commit.oid)
    if (policy !== null && formulas !== null && signers !== null) return commit.oid
    if (policy !== null && formulas !== null) withoutSigners ??= commit.oid
  }
  return withoutSigners
}

function notLaidOut(branch: string): string {
  return `no commit of ${branch} has policy.toml and formulas; lay the ops repo out with \`countersign init\``
}
