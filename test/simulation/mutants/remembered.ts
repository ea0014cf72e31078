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

/** The core computes SHA-256 itself; node does so several times as fast, and says the same. */
export const NATIVE: Readonly<Record<string, string>> = {
  'vault/digest.ts': "import { hash } from 'node:crypto'\nexport const sha256Hex = (bytes) => hash('sha256', bytes)\n",
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
