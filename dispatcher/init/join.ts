/** Joining an ops repo that others laid out: from which commit on its trust set counts. */
import type { Repository, TreeEntry } from '../../lib/git/port.js'
import { parseActionId } from '../../vault/action/id.js'
import { checkEvent } from '../../vault/audit/check-decision.js'
import { LIMITS } from '../../vault/limits.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import { decodeRecord } from '../../vault/record/decode.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER, intentPath, LEDGER_FOLDER } from '../../vault/record/paths.js'
import { INTENT_TYPE, type Statement } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { usageError } from '../cli/terminal.js'
import { firstLaidOut } from '../observe/assumed-root.js'
import { groundOf, trustAtRoot } from '../observe/trust-reader.js'

export interface JoinedRoot {
  readonly root: Oid
  /** `records`: a dispatcher whose key was given signed it. `history`: the commit that seems to have laid the repo out. */
  readonly source: 'records' | 'history'
  /** What records by keys that were not given name instead: hearsay, but worth a look. */
  readonly hearsay: Oid | null
}

/** Records that are read to find one that holds. */
const MOST_RECORDS = 100

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
  await trustAtRoot(repository, found.root, await groundOf(repository, found.root))
  return found
}

interface NamedRoots {
  readonly signed: Oid | null
  readonly hearsay: Oid | null
}

/** What a record says of the trust root, and when. */
interface NamedRoot {
  readonly root: Oid
  readonly at: string
  readonly isSigned: boolean
}

/**
 * The newest word counts, of a claim or of an `unfreeze --root`: after that, claims under the new root may not have come
 * yet. What a stranger's key signed is only told.
 */
async function rootsNamed(repository: Repository, main: Oid, verifier: RecordVerifier): Promise<NamedRoots> {
  const named = [
    ...(await firstOfEach(repository, main, newestIntents(repository, main, verifier))),
    ...(await firstOfEach(repository, main, newestRoots(repository, main, verifier))),
  ].sort((a, b) => (a.at < b.at ? 1 : -1))
  const signed = named.find(({ isSigned }) => isSigned)
  if (signed !== undefined) return { signed: signed.root, hearsay: null }
  return { signed: null, hearsay: named[0]?.root ?? null }
}

/** The newest one that is signed, and the newest one that is not; only of roots that are on this main. */
async function firstOfEach(
  repository: Repository,
  main: Oid,
  roots: AsyncGenerator<NamedRoot>,
): Promise<readonly NamedRoot[]> {
  let hearsay: NamedRoot | null = null
  let read = 0
  for await (const named of roots) {
    if (await isOnLine(repository, named.root, main)) {
      if (named.isSigned) return hearsay === null ? [named] : [hearsay, named]
      hearsay ??= named
    }
    if (++read >= MOST_RECORDS) break
  }
  return hearsay === null ? [] : [hearsay]
}

async function isOnLine(repository: Repository, root: Oid, main: Oid): Promise<boolean> {
  return (await repository.objects.commit(root)) !== null && repository.history.isOnFirstParentLine(root, main)
}

async function* newestIntents(repository: Repository, main: Oid, verifier: RecordVerifier): AsyncGenerator<NamedRoot> {
  for await (const { day, entries } of newestDays(repository, main, FIRED_FOLDER)) {
    const intents: NamedRoot[] = []
    for (const { name } of entries.slice(0, MOST_RECORDS)) {
      const id = parseActionId(name)
      const statement = id === null ? null : await readStatement(repository, main, intentPath(day, id), verifier)
      if (statement?.predicateType !== INTENT_TYPE) continue
      const { trust_set, claimed_at: at } = statement.predicate
      const root = parseOid(trust_set.root)
      if (root !== null) intents.push({ root, at, isSigned: statement.isSigned })
    }
    yield* intents.sort((a, b) => (a.at < b.at ? 1 : -1))
  }
}

/** Each `unfreeze --root`, newest first. Its name holds its time, so that nothing else of the ledger is read. */
async function* newestRoots(repository: Repository, main: Oid, verifier: RecordVerifier): AsyncGenerator<NamedRoot> {
  for await (const { day, entries } of newestDays(repository, main, LEDGER_FOLDER)) {
    for (const { name } of entries.toReversed()) {
      const path = `${LEDGER_FOLDER}/${day}/${name}`
      const place = parseRecordPath(path)
      if (place?.kind !== 'event' || place.event !== 'unfreeze') continue
      const entry = await repository.objects.entry(main, path)
      const read = entry === null ? null : await repository.objects.blob(entry.oid, LIMITS.recordBytes)
      const checked = read?.kind === 'blob' ? checkEvent(path, read.bytes, verifier) : null
      if (checked?.kind !== 'held' || checked.predicate.event !== 'unfreeze') continue
      const { root, at, base } = checked.predicate
      // One of another repo, or of a main that is not this one, says nothing here.
      if (root !== null && (await isOnLine(repository, base, main))) yield { root, at, isSigned: checked.isKnownKey }
    }
  }
}

async function* newestDays(
  { objects }: Repository,
  main: Oid,
  folder: string,
): AsyncGenerator<{ day: string; entries: readonly TreeEntry[] }> {
  const found = await objects.entry(main, folder)
  const days = found === null ? [] : ((await objects.tree(found.oid)) ?? [])
  for (const day of days.toSorted((a, b) => (a.name < b.name ? 1 : -1)))
    yield { day: day.name, entries: (await objects.tree(day.oid)) ?? [] }
}

async function readStatement(
  { objects }: Repository,
  main: Oid,
  path: string,
  verifier: RecordVerifier,
): Promise<(Statement & { readonly isSigned: boolean }) | null> {
  const entry = await objects.entry(main, path)
  const read = entry === null ? null : await objects.blob(entry.oid, LIMITS.recordBytes)
  const decoded = read?.kind === 'blob' ? decodeRecord(read.bytes, verifier) : null
  if (decoded?.kind !== 'valid' && decoded?.kind !== 'unknown_key') return null
  return { ...decoded.statement, isSigned: decoded.kind === 'valid' }
}
