/** `plan` with a memory of one: a world that only grew older needs no new plan until something in it is due. */
import { plan } from '../vault/plan/plan.js'
import type { Snapshot } from '../vault/plan/snapshot.js'
import type { Plan } from '../vault/plan/step.js'

export class Planner {
  #last: { readonly snapshot: Snapshot; readonly plan: Plan } | null = null

  plan(snapshot: Snapshot): Plan {
    const last = this.#last
    if (last !== null && last.plan.steps.length === 0 && isOnlyOlder(last.snapshot, snapshot, last.plan.nextDueAt))
      return last.plan
    const planned = plan(snapshot)
    this.#last = { snapshot, plan: planned }
    return planned
  }
}

/** The observer hands out the same facts, by identity, when nothing changed. */
function isOnlyOlder(before: Snapshot, after: Snapshot, dueAt: number | null): boolean {
  const { now: _before, ...facts } = before
  const isSame = Object.entries(facts).every(([name, fact]) => after[name as keyof Snapshot] === fact)
  return isSame && after.now >= before.now && (dueAt === null || after.now < dueAt)
}
