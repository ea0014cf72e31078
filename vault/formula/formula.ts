/** A formula in force: what an action of its name does. */
export type VariableRule =
  | { readonly kind: 'any' }
  | { readonly kind: 'pattern'; readonly source: string }
  | { readonly kind: 'one_of'; readonly values: readonly string[] }

export interface Variable {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly default: string | null
  readonly rule: VariableRule
}

/** `run`: a line for `/bin/sh -eu`. `prompt`: text for the agent command that the operator configured. */
export interface Step {
  readonly id: string
  readonly title: string
  readonly kind: 'run' | 'prompt'
  readonly text: string
  readonly needs: readonly string[]
  /** Marked by the formula's author as safe and useful in a dry run. */
  readonly dryRun: boolean
}

export interface Formula {
  readonly name: string
  readonly description: string
  readonly version: number
  readonly variables: ReadonlyMap<string, Variable>
  readonly steps: readonly Step[]
  readonly onFailure: readonly Step[]
  readonly timeoutMinutes: number
  readonly idempotent: boolean
  /** The most that an action may ask for; all default to none (law 9). */
  readonly secrets: readonly string[]
  readonly mounts: readonly string[]
  readonly tools: readonly string[]
  readonly models: readonly string[]
  /** Path below the repo's root of the file it was read from. */
  readonly path: string
  /** SHA-256 (hex) of that file's bytes. */
  readonly digest: string
}
