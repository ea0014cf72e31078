/** One hostile or clumsy request: how it is pushed, and what has to become of it. */
import type { TickLine } from '../../../dispatcher/cli/tick-line.js'
import type { OpsRepo } from '../../support/ops-repo.js'

export interface RequestCase {
  /** The number in `shared/field-failures.md`, where it has one, and what is attacked. */
  readonly name: string
  readonly id: string
  readonly make: (ops: OpsRepo, id: string) => Promise<unknown>
  readonly verdict: TickLine['verdict']
  readonly reason: string
  readonly tier?: TickLine['tier']
}

export const path = (id: string) => `vault/actions/${id}.toml`

/** A well-formed request, signed by the agent, for a formula, with these lines besides. */
export const asked =
  (formula: string, lines: readonly string[] = []): RequestCase['make'] =>
  (ops, id) =>
    ops.request(id, { formula, lines }, ops.keys.agent)

/** A low request whose file was changed like this. */
export const bytes =
  (change: (text: string) => string | Uint8Array): RequestCase['make'] =>
  (ops, id) =>
    ops.file(`vault/${id}`, { [path(id)]: change(ops.action(id)) })

/** A branch that changes these files. */
export const files =
  (change: (ops: OpsRepo, id: string) => Parameters<OpsRepo['file']>[1]): RequestCase['make'] =>
  (ops, id) =>
    ops.file(`vault/${id}`, change(ops, id))
