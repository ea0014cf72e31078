/** From a claim to what the runner is told: steps, environment, limits (DESIGN section 4, law 9). */
import type { RunSpec } from '../../lib/runner/port.js'
import type { Action } from '../../vault/action/action.js'
import { effectiveVariables } from '../../vault/action/effective.js'
import type { Formula } from '../../vault/formula/formula.js'
import type { Oid } from '../../vault/oid.js'
import type { Intent } from '../../vault/record/statement.js'
import type { AgentConfig } from '../config.js'

const MINUTE_MS = 60_000

export interface RunPlaces {
  /** Folder of the formulas in force. */
  readonly formulas: string
  /** A bare ops repo to read. */
  readonly ops: string
  /** The claim's commit. */
  readonly commit: Oid
}

/** @param secrets name -> value of exactly those that the action asks for; empty in a dry run */
export function runSpecOf(
  asked: { readonly action: Action; readonly formula: Formula },
  intent: Intent,
  places: RunPlaces,
  secrets: ReadonlyMap<string, string>,
  agent: AgentConfig | null,
): RunSpec {
  const { action, formula } = asked
  const marked = (steps: Formula['steps']) => (action.dryRun ? steps.filter((step) => step.dryRun) : steps)
  return {
    nonce: intent.nonce,
    steps: marked(formula.steps),
    onFailure: marked(formula.onFailure),
    environment: environmentOf(asked, intent, places, secrets),
    secretValues: [...secrets.values()],
    timeoutMs: intent.timeout_minutes * MINUTE_MS,
    agent: agent === null ? null : agentCommand(agent, action),
  }
}

/** Arguments of their own, never a shell line. */
function agentCommand(agent: AgentConfig, action: Action): readonly string[] {
  const model = action.model === null ? [] : [agent.modelArgument, action.model]
  return [...agent.command, ...model, ...action.tools.flatMap((tool) => [agent.toolArgument, tool])]
}

function environmentOf(
  { action, formula }: { readonly action: Action; readonly formula: Formula },
  intent: Intent,
  places: RunPlaces,
  secrets: ReadonlyMap<string, string>,
): Record<string, string> {
  const environment: Record<string, string> = {
    COUNTERSIGN_ID: intent.id,
    COUNTERSIGN_FORMULA: formula.name,
    COUNTERSIGN_TIER: intent.tier,
    COUNTERSIGN_DRY_RUN: action.dryRun ? '1' : '0',
    COUNTERSIGN_FORMULAS: places.formulas,
    COUNTERSIGN_OPS: places.ops,
    COUNTERSIGN_COMMIT: places.commit,
  }
  for (const [name, value] of effectiveVariables(action, formula)) environment[`VAR_${name.toUpperCase()}`] = value
  for (const [name, value] of secrets) environment[`SECRET_${name}`] = value
  return environment
}
