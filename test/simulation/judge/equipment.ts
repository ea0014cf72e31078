/** Law 9: was a run given what its action and its formula say, and nothing else? */
import type { Oid } from '../../../vault/oid.js'
import { SECRET } from '../people/cast.js'
import type { RunStart } from '../truth.js'
import type { Judge, KnownClaim } from './judge.js'

const MINUTE_MS = 60_000

export function judgeEquipment(judge: Judge, claim: KnownClaim, { equipment, isShown }: RunStart, what: string): void {
  const { server, truth } = judge.scene
  const { graph, store } = server
  const wrong = (why: string) => judge.blame('as_asked', `${what}: ${why}`)
  const action = truth.actions.get(claim.blob)
  const formula = truth.formulas.get(store.entry(claim.inForce, `formulas/${claim.formula}.toml`)?.oid ?? claim.blob)
  if (action === undefined || formula === undefined) {
    wrong('nobody knows what it is to run')
    return
  }
  const { COUNTERSIGN_OPS: ops, COUNTERSIGN_COMMIT: commit, ...environment } = equipment.environment
  const { isDryRun } = action
  if (isDryRun && formula.dryRun === null)
    judge.blame('content', `${what} is a dry run, and none of its steps is marked for it`)
  const steps = [isDryRun ? [] : formula.run, formula.dryRun ?? []].flat()
  const secrets = (isDryRun ? [] : action.secrets).map(
    (name) => [name, name === SECRET.name ? SECRET.value : ''] as const,
  )
  const should = {
    COUNTERSIGN_ID: claim.id,
    COUNTERSIGN_FORMULA: claim.formula,
    COUNTERSIGN_TIER: claim.tier,
    COUNTERSIGN_DRY_RUN: isDryRun ? '1' : '0',
    COUNTERSIGN_FORMULAS: `/simulated/formulas/${store.entry(claim.inForce, 'formulas')?.oid}`,
    VAR_WHAT: action.what ?? formula.what,
    ...Object.fromEntries(secrets.map(([name, value]) => [`SECRET_${name}`, value])),
  }
  if (!isSame(environment, should)) wrong(`its environment is ${JSON.stringify(environment)}`)
  if (ops === undefined || ops === '') wrong('it has no ops repo to read')
  if (!isShown) wrong(`what it may read was not laid out up to ${commit}`)
  if (commit === undefined || !graph.isOnLine(claim.commit, commit as Oid))
    wrong(`what it may read is ${commit}, without its claim`)
  if (String(equipment.steps) !== String(steps) || equipment.onFailure.length > 0) wrong(`it runs ${equipment.steps}`)
  if (String(equipment.secretValues) !== String(secrets.map(([, value]) => value)))
    wrong('other values than its secrets are kept out of its output')
  if (equipment.timeoutMs !== minutesOf(action, formula) * MINUTE_MS) wrong(`it may take ${equipment.timeoutMs} ms`)
  if (equipment.agent !== null) wrong('it has an agent')
}

/** The lower of both. */
export function minutesOf(
  action: { readonly timeoutMinutes: number | null },
  formula: { readonly timeoutMinutes: number },
): number {
  return Math.min(action.timeoutMinutes ?? formula.timeoutMinutes, formula.timeoutMinutes)
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const sorted = (entries: Readonly<Record<string, string>>) => JSON.stringify(Object.entries(entries).sort())
  return sorted(one) === sorted(other)
}
