import type { Formula } from '../../../vault/formula/formula.js'
import { parseFormula } from '../../../vault/formula/parse.js'
import { bytes, passed } from '../told.js'

/** A formula with further lines before its one step. */
export function formula(lines = ''): Formula {
  return passed(parseFormula('formulas/f.toml', bytes(`name = "f"\n${lines}\n[[steps]]\nid = "go"\nrun = "true"\n`)))
}
