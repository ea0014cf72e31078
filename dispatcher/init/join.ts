/** Joining an ops repo that others laid out: from which commit on its trust set counts. */
import type { Repository } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import { LIMITS } from '../../vault/limits.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import { decodeRecord } from '../../vault/record/decode.js'
import { FIRED_FOLDER, intentPath } from '../../vault/record/paths.js'
import { INTENT_TYPE, type Intent } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { usageError } from '../cli/terminal.js'
import { firstLaidOut } from '../observe/assumed-root.js'
import { trustAtRoot } from '../observe/trust-reader.js'

export interface JoinedRoot {
  readonly root: Oid
  /** `records`: a dispatcher whose key was given signed it. `history`: the commit that seems to have laid the repo out. */
  readonly source: 'records' | 'history'
  /** What records by keys that were not given name instead: hearsay, but worth a look. */
  readonly hearsay: Oid | null
}

/** Intents that are read to find one that holds. */
const MOST_INTENTS = 100

export async function findRoot(repository: Repository, main: Oid, verifier: RecordVerifier): Promise<JoinedRoot> {
  const laidOut = await firstLaidOut(repository, main)
  if (laidOut === null)
    throw usageError(
      "the ops repo has policy.toml and allowed_signers, but no commit has formulas/ beside them; add formulas with an admin's key first",
    )
  const named = await rootsNamed(repository, main, verifier)
  const found: JoinedRoot =
    named.signed === null
      ? { root: laidOut, source: 'history', hearsay: named.hearsay === laidOut ? null : named.hearsay }
      : { root: named.signed, source: 'records', hearsay: null }
  await trustAtRoot(repository, found.root)
  return found
}

interface NamedRoots {
  readonly signed: Oid | null
  readonly hearsay: Oid | null
}

/** By the newest claims: a root may have been moved since the first one. */
async function rootsNamed(repository: Repository, main: Oid, verifier: RecordVerifier): Promise<NamedRoots> {
  let hearsay: Oid | null = null
  let read = 0
  for await (const { intent, isSigned } of newestIntents(repository, main, verifier)) {
    const root = parseOid(intent.trust_set.root)
    if (root !== null && (await isOnLine(repository, root, main))) {
      if (isSigned) return { signed: root, hearsay: null }
      hearsay ??= root
    }
    if (++read >= MOST_INTENTS) break
  }
  return { signed: null, hearsay }
}

async function isOnLine(repository: Repository, root: Oid, main: Oid): Promise<boolean> {
  return (await repository.objects.commit(root)) !== null && repository.history.isOnFirstParentLine(root, main)
}

interface ReadIntent {
  readonly intent: Intent
  readonly isSigned: boolean
}

async function* newestIntents(repository: Repository, main: Oid, verifier: RecordVerifier): AsyncGenerator<ReadIntent> {
  const { objects } = repository
  const fired = await objects.entry(main, FIRED_FOLDER)
  const days = fired === null ? [] : ((await objects.tree(fired.oid)) ?? [])
  for (const day of days.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
    const intents: ReadIntent[] = []
    for (const { name } of ((await objects.tree(day.oid)) ?? []).slice(0, MOST_INTENTS)) {
      const intent = await readIntent(repository, main, day.name, name, verifier)
      if (intent !== null) intents.push(intent)
    }
    yield* intents.sort((a, b) => (a.intent.claimed_at < b.intent.claimed_at ? 1 : -1))
  }
}

async function readIntent(
  repository: Repository,
  main: Oid,
  day: string,
  name: string,
  verifier: RecordVerifier,
): Promise<ReadIntent | null> {
  const id = parseActionId(name)
  const entry = id === null ? null : await repository.objects.entry(main, intentPath(day, id))
  const read = entry === null ? null : await repository.objects.blob(entry.oid, LIMITS.recordBytes)
  const decoded = read?.kind === 'blob' ? decodeRecord(read.bytes, verifier) : null
  if (decoded?.kind !== 'valid' && decoded?.kind !== 'unknown_key') return null
  const { statement } = decoded
  if (statement.predicateType !== INTENT_TYPE) return null
  return { intent: statement.predicate, isSigned: decoded.kind === 'valid' }
}
