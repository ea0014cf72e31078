/** One way by which an action reaches main, and what has to become of it. */
import type { TickLine } from '../../../dispatcher/cli/tick-line.js'
import type { Oid } from '../../../vault/oid.js'
import type { ActionSpec, OpsRepo } from '../../support/ops-repo.js'

export interface MergeCase {
  /** The number in `shared/field-failures.md`, where it has one, and what is attacked. */
  readonly name: string
  readonly id: string
  readonly make: (ops: OpsRepo, id: string) => Promise<unknown>
  readonly verdict: TickLine['verdict']
  readonly reason: string
}

export type Person = keyof OpsRepo['keys']

export const path = (id: string) => `vault/actions/${id}.toml`

/** A release that `by` asks for and `merger` brings to main by the merge that `approve` makes. */
export const merged =
  (merger: Person, by: Person = 'agent', spec: ActionSpec = {}): MergeCase['make'] =>
  async (ops, id) =>
    ops.approve(await ops.request(id, { formula: 'release', ...spec }, ops.keys[by]), ops.keys[merger])

/** An honest release, not merged yet. */
export function release(ops: OpsRepo, id: string): Promise<Oid> {
  return ops.request(id, { formula: 'release' }, ops.keys.agent)
}

/** The same commit with this as its signature, on main. */
export async function dressedMerge(ops: OpsRepo, id: string, signature: string): Promise<void> {
  const plain = await ops.approve(await release(ops, id), null)
  const raw = await ops.remote.git(['cat-file', 'commit', plain])
  const end = raw.indexOf('\n\n')
  const commit = `${raw.slice(0, end)}\ngpgsig ${signature}${raw.slice(end)}`
  await ops.remote.setRef('main', await ops.remote.object('commit', commit))
}
