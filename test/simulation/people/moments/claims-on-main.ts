/** Claims as anybody can read them on main. */
import type { Oid } from '../../../../vault/oid.js'
import { readRecord, textOf } from '../../judge/record.js'
import type { World } from '../../world.js'
import { firedFolders } from '../ground.js'

const MINUTE_MS = 60_000
const GRACE_MS = 15 * MINUTE_MS

export interface ClaimOnMain {
  readonly folder: string
  readonly nonce: string
  readonly instance: string
  /** The head that was claimed. */
  readonly head: Oid
  /** Instance of the one who told its end; null: nobody did. */
  readonly toldBy: string | null
  readonly hasOutcome: boolean
  /** Epoch milliseconds from which another dispatcher may say that nothing was heard of it. */
  readonly takeoverAt: number
}

export function claimsOnMain(world: World): ClaimOnMain[] {
  return firedFolders(world).flatMap((folder) => {
    const said = predicateOf(world, `${folder}/intent.json`)
    if (said === null) return []
    const told = predicateOf(world, `${folder}/outcome.json`)
    return {
      folder,
      nonce: textOf(said, 'nonce'),
      instance: textOf(said, 'dispatcher', 'instance'),
      head: textOf(said, 'request_head') as Oid,
      toldBy: told === null ? null : textOf(told, 'dispatcher', 'instance'),
      hasOutcome: told !== null,
      takeoverAt: Date.parse(textOf(said, 'start_by')) + Number(said['timeout_minutes']) * MINUTE_MS + GRACE_MS,
    }
  })
}

function predicateOf({ server }: World, path: string): Readonly<Record<string, unknown>> | null {
  const entry = server.entry(server.main, path)
  return entry === null ? null : (readRecord(server.store.text(entry.oid))?.predicate ?? null)
}
