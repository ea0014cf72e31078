/** What the newest claims on main say: which trust set their dispatchers held in force, and on which main they decided. */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Objects, Repository } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import { type Oid, parseOid } from '../../vault/oid.js'
import { decodeRecord } from '../../vault/record/decode.js'
import { parseRecordPath } from '../../vault/record/parse-path.js'
import { FIRED_FOLDER } from '../../vault/record/paths.js'
import { INTENT_TYPE } from '../../vault/record/statement.js'
import type { RecordVerifier } from '../../vault/record/verifier.js'

export interface ClaimWord {
  /** The commit that brought the set into force. */
  readonly set: Oid
  readonly base: Oid
}

/** Claims that are read: one says it, unless others disagree. */
const MOST_CLAIMS = 500
/** Commits of main that are looked at in one go, and how often: who pushes more past them only keeps a newcomer waiting. */
const WINDOW = 250
const MOST_WINDOWS = 40

/**
 * Newest first, of dispatchers that follow the same trust root.
 * @param isHearsayEnough also by keys that are not pinned: for a look, by which nothing is decided
 */
export async function newestClaims(
  { objects, history }: Repository,
  verifier: RecordVerifier,
  { root, main, isHearsayEnough }: { readonly root: Oid; readonly main: Oid; readonly isHearsayEnough: boolean },
): Promise<readonly ClaimWord[]> {
  const words: ClaimWord[] = []
  let read = 0
  for (let [to, windows]: [Oid | null, number] = [main, 0]; to !== null && windows < MOST_WINDOWS; windows++) {
    const from: Oid | null = await stepBack(objects, to, root)
    const line = await history.line(from, to, [FIRED_FOLDER])
    for (const blob of line.toReversed().flatMap(intentsOf)) {
      if (read++ >= MOST_CLAIMS) return words
      const word = await readWord(objects, blob, verifier, { root, isHearsayEnough })
      if (word !== null) words.push(word)
    }
    to = from === root ? null : from
  }
  return words
}

/** The commit that stands some way before it on the line: no further than the root. */
async function stepBack(objects: Objects, to: Oid, root: Oid): Promise<Oid | null> {
  let commit: Oid | null = to
  for (let length = 0; length < WINDOW && commit !== null && commit !== root; length++) {
    const fact = await objects.commit(commit)
    if (fact === null) throw new MissingObject(commit)
    commit = fact.parents[0] ?? null
  }
  return commit
}

function intentsOf({ changes }: LineCommit): readonly Oid[] {
  return changes.flatMap(({ path, after }) =>
    after !== null && parseRecordPath(path)?.kind === 'intent' ? [after.oid] : [],
  )
}

async function readWord(
  objects: Objects,
  blob: Oid,
  verifier: RecordVerifier,
  { root, isHearsayEnough }: { readonly root: Oid; readonly isHearsayEnough: boolean },
): Promise<ClaimWord | null> {
  const read = await objects.blob(blob, LIMITS.recordBytes)
  if (read.kind === 'missing') throw new MissingObject(blob)
  const decoded = read.kind === 'blob' ? decodeRecord(read.bytes, verifier) : null
  const isHeard = decoded?.kind === 'valid' || (isHearsayEnough && decoded?.kind === 'unknown_key')
  if (decoded === null || !isHeard || decoded.statement.predicateType !== INTENT_TYPE) return null
  const { trust_set, base } = decoded.statement.predicate
  const [set, decidedOn] = [parseOid(trust_set.commit), parseOid(base)]
  return trust_set.root === root && set !== null && decidedOn !== null ? { set, base: decidedOn } : null
}
