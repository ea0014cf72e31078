import { sha256Hex } from '../digest.js'
import { LIMITS } from '../limits.js'
import { FORMULA_NAME } from '../names.js'
import type { Parsed } from '../problem.js'
import { quoted } from '../text/printable.js'
import type { Formula } from './formula.js'

/** A formula that is one script: it declares nothing, so an action can ask it for nothing. */
export function parseScriptFormula(path: string, bytes: Uint8Array): Parsed<Formula> {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.sh$/, '')
  if (bytes.length > LIMITS.trustFileBytes) {
    const message = `The file has ${bytes.length} bytes; at most ${LIMITS.trustFileBytes} are allowed. Shorten it.`
    return { ok: false, problems: [{ line: 1, column: 1, code: 'file_too_large', message }] }
  }
  // The name becomes part of a shell line below, so it is checked before anything else is made of it.
  if (!FORMULA_NAME.pattern.test(name)) {
    const message = `The file's name ${quoted(name)} must be ${FORMULA_NAME.words}. Rename it; scripts that are no formula belong into a sub-folder.`
    return { ok: false, problems: [{ line: 1, column: 1, code: 'bad_value', message }] }
  }
  return { ok: true, value: scriptFormula(name, path, bytes) }
}

function scriptFormula(name: string, path: string, bytes: Uint8Array): Formula {
  const text = `sh "$COUNTERSIGN_FORMULAS/${name}.sh"`
  return {
    name,
    description: `The script ${path}.`,
    version: 1,
    variables: new Map(),
    steps: [{ id: 'run', title: `Run ${name}.sh`, kind: 'run', text, needs: [], dryRun: false }],
    onFailure: [],
    timeoutMinutes: LIMITS.defaultTimeoutMinutes,
    idempotent: false,
    secrets: [],
    mounts: [],
    tools: [],
    models: [],
    path,
    digest: sha256Hex(bytes),
  }
}
