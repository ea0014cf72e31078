/**
 * Pure functions whose answers a simulation remembers: the same bytes are judged by three dispatchers, and again after each
 * crash. What a function does stays as it is written; it is only not done twice with the very same arguments.
 */
export const REMEMBERED: Readonly<Record<string, readonly string[]>> = {
  'vault/record/decode.ts': ['decodeRecord'],
  'vault/policy/parse.ts': ['parsePolicy'],
  'vault/signers/parse.ts': ['parseAllowedSigners'],
  'vault/formula/parse.ts': ['parseFormula'],
  'vault/action/parse.ts': ['parseAction'],
}

/** The core is pure, and computes itself what node says several times as fast. `quick.test.ts` holds both to each other. */
export const QUICK: Readonly<Record<string, string>> = {
  'vault/digest.ts': 'test/simulation/mutants/quick/digest.js',
  'vault/base64.ts': 'test/simulation/mutants/quick/base64.js',
  'vault/record/canonical-json.ts': 'test/simulation/mutants/quick/canonical-json.js',
}

/** The module that stands in for one of them; the real one lies beside it as `plain`. */
export function standIn(names: readonly string[], plain: string, memory: string): string {
  return [
    `export * from '${plain}'`,
    `import * as plain from '${plain}'`,
    `import { remember } from '${memory}'`,
    ...names.map((name) => `export const ${name} = remember(plain.${name})`),
    '',
  ].join('\n')
}
