import { quoted, someOf } from '../text/printable.js'
import type { VariableRule } from './formula.js'

/** Anchored from outside, so that no pattern matches only a part of a value. The source must have compiled by itself before. */
export const anchored = (source: string): RegExp => new RegExp(`^(?:${source})$`, 'u')

export function satisfies(value: string, rule: VariableRule): boolean {
  switch (rule.kind) {
    case 'any':
      return true
    case 'pattern':
      return anchored(rule.source).test(value)
    case 'one_of':
      return rule.values.includes(value)
  }
}

/** What a rule asks for, as completion of "must …". */
export function ruleInWords(rule: VariableRule): string {
  switch (rule.kind) {
    case 'any':
      return 'be any text'
    case 'pattern':
      return `match the pattern ${anchored(rule.source).source}`
    case 'one_of':
      return `be one of ${someOf(rule.values.map((value) => quoted(value)))}`
  }
}
