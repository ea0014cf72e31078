import type { Oid } from '../oid.js'
import { pullOf } from '../record/evidence.js'
import type { Intent } from '../record/statement.js'
import type { Snapshot } from './snapshot.js'

/** The head from which an id was claimed, as far as it is known here; null: it was not, or nobody knows. */
export function claimedHead(id: string, { claims, forge, used }: Snapshot): Oid | null {
  const owed = [...(forge?.owed.values() ?? [])].map(({ intent }) => intent)
  const intent = [...claims.map((claim) => claim.intent), ...owed].find((each) => each.id === id)
  return intent === undefined ? (used.get(id)?.head ?? null) : headOf(intent)
}

function headOf({ evidence, request_head }: Intent): Oid | null {
  return pullOf(evidence)?.head ?? request_head
}
