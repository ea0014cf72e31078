import { didYouMean } from '../text/closest.js'

/** `no formula releas is in force; did you mean \`release\`?`; the name is as it was asked for. */
export function missingFormula(name: string, formulas: ReadonlyMap<string, unknown>): string {
  return `no formula ${name} is in force${didYouMean(name, formulas.keys())}`
}
