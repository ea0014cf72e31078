import ts from 'typescript'
import { everyNode, type Rule } from './rule.js'

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return node.isExportEquals !== true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return node.kind === ts.SyntaxKind.DefaultKeyword && ts.isModifier(node)
}

const inLib = (text: string) => ({ path: 'lib/planted.ts', text })

export const namedExports: Rule = {
  name: 'no default exports',
  appliesTo: (path) => path.endsWith('.ts'),
  violations: everyNode((node) => (isDefaultExport(node) ? 'exports a default' : undefined)),
  planted: [
    'export default 1',
    'export default function clone() {}',
    'export default class Clone {}',
    'const clone = 1; export { clone as default }',
    "export { default } from './clone.js'",
  ].map(inLib),
  innocent: [
    'export const clone = 1',
    "import ts from 'typescript'\nexport const version = ts.version",
    'export const pick = (n: number) => { switch (n) { default: return 1 } }',
    "export { default as clone } from './clone.js'",
  ].map(inLib),
}
