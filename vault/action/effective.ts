/** What counts once action and formula are laid together. */
import type { Formula } from '../formula/formula.js'
import type { Action } from './action.js'

/** Each variable of the formula that has a value: the action's, else the default. */
export function effectiveVariables(action: Action, formula: Formula): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const variable of formula.variables.values()) {
    const value = action.vars.get(variable.name) ?? variable.default
    if (value !== null) values.set(variable.name, value)
  }
  return values
}

/** The lower of both; an action that says nothing takes the formula's. */
export function effectiveTimeoutMinutes(action: Action, formula: Formula): number {
  return Math.min(action.timeoutMinutes ?? formula.timeoutMinutes, formula.timeoutMinutes)
}
