/** Makes a request: judged as the dispatcher would judge it, signed, and pushed as a branch that must not exist. */
import { type ActionId, parseActionId } from '../../vault/action/id.js'
import { UNSIGNED } from '../../vault/git-facts.js'
import type { Oid } from '../../vault/oid.js'
import { sameBytes } from '../../vault/record/envelope.js'
import { requestPath } from '../../vault/record/subject.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import { type PersonCommit, signedCommit, unsignedCommit } from '../cli/person-commit.js'
import { refusedError } from '../cli/terminal.js'
import type { FoundKey } from '../cli/user-key.js'
import type { Desk } from './desk.js'
import { foresee } from './foresee.js'
import { type PresentState, presentState } from './present-state.js'
import { publish } from './publish.js'
import { readStanding } from './standing.js'

export interface Wanted {
  /** The bytes of the action under an id. */
  readonly render: (id: string) => Uint8Array
  /** Ids to try, in order: one that was named, or several that were made up, of which the first free one is taken. */
  readonly ids: readonly string[]
  readonly isIdNamed: boolean
  readonly key: FoundKey
}

export type Asked =
  | {
      readonly kind: 'requested'
      readonly id: ActionId
      readonly bytes: Uint8Array
      readonly head: Oid
      readonly judgement: Judgement
    }
  | { readonly kind: 'known'; readonly id: ActionId; readonly bytes: Uint8Array; readonly state: PresentState }
  | { readonly kind: 'refused'; readonly bytes: Uint8Array; readonly judgement: Judgement }

type Attempt = Asked | { readonly kind: 'taken'; readonly id: string }

export async function ask(desk: Desk, wanted: Wanted): Promise<Asked> {
  let taken = ''
  for (const id of wanted.ids) {
    const attempt = await askUnder(desk, wanted, id)
    if (attempt.kind !== 'taken') return attempt
    taken = attempt.id
  }
  throw refusedError(`the id ${taken} is used by another request; ask under a new id`)
}

async function askUnder(desk: Desk, wanted: Wanted, text: string): Promise<Attempt> {
  const bytes = wanted.render(text)
  const id = parseActionId(text)
  const known = id === null ? null : await knownUnder(desk, wanted, id, bytes)
  if (known !== null) return known
  const { key } = wanted
  const signature = key.kind === 'key' ? ({ kind: 'ssh', fingerprint: key.fingerprint } as const) : UNSIGNED
  const { at, asker, adapters } = desk
  const judge = (head?: Oid) => foresee(text, bytes, signature, at, asker, adapters.now(), head)
  const judgement = judge()
  if (id === null || judgement.verdict.kind === 'refuse') return { kind: 'refused', bytes, judgement }
  const head = await commitRequest(desk, id, bytes, key, judgement)
  return push(desk, wanted, { kind: 'requested', id, bytes, head, judgement: judge(head) })
}

/** Null: the id is free. */
async function knownUnder(desk: Desk, wanted: Wanted, id: ActionId, bytes: Uint8Array): Promise<Attempt | null> {
  const standing = await readStanding(desk.ground, id, null)
  if (standing.kind === 'free') return null
  // Under an id that was made up, even the same bytes are somebody else's: two that ask for the same get two runs.
  if (!wanted.isIdNamed || standing.bytes === null || !sameBytes(standing.bytes, bytes)) return { kind: 'taken', id }
  return { kind: 'known', id, bytes, state: await presentState(desk, id, bytes, standing) }
}

function commitRequest(
  desk: Desk,
  id: ActionId,
  bytes: Uint8Array,
  key: FoundKey,
  { tier, asked }: Judgement,
): Promise<Oid> {
  const formula = asked?.formula.name ?? ''
  const commit: PersonCommit = {
    parents: [desk.at.main],
    message: `request ${tier} ${id}\n\nAction-Id: ${id}\nFormula: ${formula}\n`,
    edits: [{ kind: 'write', path: requestPath(id), bytes }],
  }
  const { repository } = desk.workplace
  return key.kind === 'key'
    ? signedCommit(repository, commit, key, desk.adapters)
    : unsignedCommit(repository, commit, desk.adapters)
}

async function push(desk: Desk, wanted: Wanted, requested: Extract<Asked, { kind: 'requested' }>): Promise<Attempt> {
  const { id, bytes, head } = requested
  const published = await publish(desk.workplace.repository, id, head)
  if (published.kind === 'done') return requested
  await desk.refresh()
  const known = await knownUnder(desk, wanted, id, bytes)
  if (known !== null) return known
  const why = published.kind === 'rejected' ? published.why : 'its branch came and went'
  throw refusedError(`the ops repo did not take the branch vault/${id}: ${why}`)
}
