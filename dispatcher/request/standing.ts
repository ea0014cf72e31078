/**
 * Where an id stands now: by what lies under it on main and on its branch. Bytes are compared, never names: a request of
 * somebody else under the same id is another request (field failure 47).
 */
import type { RemoteRefs, Repository } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import { checkIntent, checkOutcome } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { actionPath, FIRED_FOLDER, firedFolder, intentPath } from '../../vault/record/paths.js'
import type { OutcomeStatus } from '../../vault/record/statement.js'
import { requestPath } from '../../vault/record/subject.js'
import { isDay } from '../../vault/record/time.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import { readClaimEnd } from '../observe/claim-end.js'

/** `bytes` null: there is something else than a file of an action's size. */
export type Standing =
  | { readonly kind: 'free' }
  | { readonly kind: 'branch'; readonly head: Oid; readonly bytes: Uint8Array | null; readonly blob: Oid | null }
  | { readonly kind: 'on_main'; readonly head: Oid | null; readonly bytes: Uint8Array | null; readonly blob: Oid }
  | {
      readonly kind: 'fired'
      readonly bytes: Uint8Array | null
      /** Folder of its records. */
      readonly record: string
      /** The head that was claimed; null where the intent does not hold or names none. */
      readonly head: Oid | null
      /** Null: no outcome that holds. */
      readonly status: OutcomeStatus | null
    }

export interface Ground {
  readonly repository: Repository
  readonly refs: RemoteRefs
  readonly main: Oid
  readonly verifier: RecordVerifier
  /** Where keys are pinned, records by other keys are hearsay; without a pinned key they are all there is. */
  readonly needsKnownKey: boolean
}

/** @param sinceDay older day folders are not looked into; null: all of them */
export async function readStanding(ground: Ground, id: ActionId, sinceDay: string | null): Promise<Standing> {
  const { repository, refs, main } = ground
  const day = await firedDay(repository, main, id, sinceDay)
  if (day !== null) return readFired(ground, day, id)
  const head = refs.requests.get(id) ?? null
  const path = requestPath(id)
  const entry = await repository.objects.entry(main, path)
  if (entry !== null) return { kind: 'on_main', head, blob: entry.oid, bytes: await bytesOf(repository, entry.oid) }
  if (head === null) return { kind: 'free' }
  if ((await repository.objects.commit(head)) === null) await repository.remote.fetch([`refs/heads/vault/${id}`])
  const asked = (await repository.objects.commit(head)) === null ? null : await repository.objects.entry(head, path)
  return {
    kind: 'branch',
    head,
    blob: asked?.oid ?? null,
    bytes: asked === null ? null : await bytesOf(repository, asked.oid),
  }
}

const FOLDER = '040000'

/** The day folder of its records; null: it was never claimed. The newest first: what is asked about is mostly new. */
export async function firedDay(
  repository: Repository,
  main: Oid,
  id: ActionId,
  sinceDay: string | null,
): Promise<string | null> {
  const fired = await repository.objects.entry(main, FIRED_FOLDER)
  const days = fired === null ? [] : ((await repository.objects.tree(fired.oid)) ?? [])
  const recent = days
    // Anybody who can push can put other things there, until the dispatcher undoes it.
    .filter(({ name, mode }) => isDay(name) && mode === FOLDER && (sinceDay === null || name >= sinceDay))
    .sort((a, b) => (a.name < b.name ? 1 : -1))
  for (const day of recent) if ((await repository.objects.entry(day.oid, id))?.mode === FOLDER) return day.name
  return null
}

async function readFired(ground: Ground, day: string, id: ActionId): Promise<Standing> {
  const { repository, main, verifier, needsKnownKey } = ground
  const read = (path: string) => readFile(repository, main, path)
  const bytes = await read(actionPath(day, id))
  const unended = { kind: 'fired', bytes, record: firedFolder(day, id), head: null, status: null } as const
  const intentBytes = await read(intentPath(day, id))
  const intent = intentBytes === null ? null : checkIntent(intentBytes, bytes, { day, id }, verifier)
  if (intent?.kind !== 'held' || (needsKnownKey && !intent.isKnownKey)) return unended
  const claimed = { ...unended, head: intent.predicate.request_head }
  const outcome = await readClaimEnd(repository.objects, main, { day, id, intent, needsKnownKey }, (found) =>
    checkOutcome(found, bytes, { id, sha256: intent.sha256 }, verifier),
  )
  return { ...claimed, status: outcome?.status ?? null }
}

async function readFile(repository: Repository, commit: Oid, path: string): Promise<Uint8Array | null> {
  const entry = await repository.objects.entry(commit, path)
  return entry === null ? null : bytesOf(repository, entry.oid)
}

async function bytesOf(repository: Repository, blob: Oid): Promise<Uint8Array | null> {
  const read = await repository.objects.blob(blob, LIMITS.recordBytes)
  return read.kind === 'blob' ? read.bytes : null
}
