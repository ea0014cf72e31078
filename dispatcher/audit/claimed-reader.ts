/** Reads the claims that commits of main's line brought, before anything is judged by what came before them. */
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Place } from '../../vault/audit/check-fired.js'
import { checkIntent } from '../../vault/audit/check-record.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { actionPath, intentPath } from '../../vault/record/paths.js'
import type { Intent } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'
import type { ClaimedIds } from './claimed-ids.js'
import { readAhead } from './read-ahead.js'
import { readBlob } from './read-object.js'

export interface Claimed {
  readonly place: Place
  readonly intentBlob: Oid
  readonly intent: Intent
  readonly action: Uint8Array
  readonly blob: Oid
}

/** A commit of the line, with what it claimed by a pinned key. */
export interface ClaimingCommit {
  readonly commit: LineCommit
  readonly claims: readonly Claimed[]
}

export interface ClaimedReaderParts {
  readonly repository: Repository
  readonly verifier: RecordVerifier
  readonly ids: ClaimedIds
}

/** Blobs that the commit laid there; undefined: it left what was there. */
interface Added {
  readonly place: Place
  readonly intentBlob: Oid | undefined
  readonly actionBlob: Oid | undefined
}

/** A place where a commit laid an intent or its action, or the end of that commit. */
type Part = { readonly commit: LineCommit; readonly added: Added | null }

/** The claims of the next commits are read while the last one is judged; of no more claims at once than are read ahead. */
export async function* withClaims(
  line: AsyncIterable<LineCommit>,
  parts: ClaimedReaderParts,
): AsyncGenerator<ClaimingCommit> {
  let claims: Claimed[] = []
  const read = async ({ commit, added }: Part) => ({
    commit,
    isEnd: added === null,
    claim: added === null ? null : await readClaim(added, commit, parts),
  })
  for await (const { commit, isEnd, claim } of readAhead(partsOf(line), read)) {
    if (claim !== null) claims.push(claim)
    if (!isEnd) continue
    yield { commit, claims }
    claims = []
  }
}

async function* partsOf(line: AsyncIterable<LineCommit>): AsyncGenerator<Part> {
  for await (const commit of line) {
    const blobs = new Map(commit.changes.flatMap(({ path, after }) => (after === null ? [] : [[path, after.oid]])))
    for (const path of blobs.keys()) {
      const place = parseRecordPath(path)
      if (place?.kind !== 'intent' && place?.kind !== 'fired_action') continue
      const intentBlob = blobs.get(intentPath(place.day, place.id))
      // An action that comes after its intent claims as much as one that comes with it: nobody gets past by doing it in two steps.
      if (place.kind === 'fired_action' && intentBlob !== undefined) continue
      yield { commit, added: { place, intentBlob, actionBlob: blobs.get(actionPath(place.day, place.id)) } }
    }
    yield { commit, added: null }
  }
}

/** Null for what is no intent of a pinned key: where it still lies on main, the look at head has reported it. */
async function readClaim(
  { place, ...added }: Added,
  commit: LineCommit,
  { repository: { objects }, verifier, ids }: ClaimedReaderParts,
): Promise<Claimed | null> {
  const there = async (path: string) => (await objects.entry(commit.oid, path))?.oid
  const blob = added.actionBlob ?? (await there(actionPath(place.day, place.id)))
  const intentBlob = added.intentBlob ?? (await there(intentPath(place.day, place.id)))
  if (blob === undefined || intentBlob === undefined) return null
  const [bytes, action] = await Promise.all([
    readBlob(objects, intentBlob, LIMITS.recordBytes),
    readBlob(objects, blob, LIMITS.recordBytes),
  ])
  if (bytes === null || action === null) return null
  const checked = checkIntent(
    bytes,
    action,
    place,
    ids.isChecked(place, intentBlob) ? checkedBefore(verifier) : verifier,
  )
  if (checked.kind === 'finding' || !checked.isKnownKey) return null
  return { place, intentBlob, intent: checked.predicate, action, blob }
}

/** For bytes whose signature was found good: checking it once more takes longer than all else that is done with them. */
function checkedBefore(verifier: RecordVerifier): RecordVerifier {
  const knows = (keyId: string) => verifier.knows(keyId)
  return { knows, verify: knows }
}
