import ts from 'typescript'
import { memberTaken, variableRead } from './reference.js'
import { everyNode, type Rule } from './rule.js'

const OUTSIDE = new Set([
  ...['process', 'console', 'crypto', 'performance', 'globalThis', 'global', 'require', 'eval'],
  ...['fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
])

/** Lists what is allowed of `Date`, so that no alias (`const D = Date`) hides the clock. */
function isFixedDate(node: ts.Node): boolean {
  const parent = node.parent
  if (ts.isNewExpression(parent)) return parent.expression === node && (parent.arguments?.length ?? 0) > 0
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
  const member = memberTaken(node)
  return member === 'parse' || member === 'UTC'
}

function isComputedMath(node: ts.Node): boolean {
  const member = memberTaken(node)
  return member !== undefined && member !== 'random'
}

function impurity(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) return 'imports at run time'
  if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) return 'reads import.meta'
  const name = variableRead(node)
  if (name === undefined) return undefined
  if (OUTSIDE.has(name)) return `reaches for ${name}`
  if (name === 'Date' && !isFixedDate(node)) return 'reads the clock; allowed are new Date(x), Date.parse, Date.UTC'
  if (name === 'Math' && !isComputedMath(node)) return 'takes chance; allowed is Math.x, but not Math.random'
  return undefined
}

const inVault = (text: string) => ({ path: 'vault/planted.ts', text })

export const purity: Rule = {
  name: 'vault has no clock, chance, environment, network, timer or log',
  appliesTo: (path) => path.startsWith('vault/'),
  violations: everyNode(impurity),
  planted: [
    'export const at = Date.now()',
    'export const at = new Date()',
    'export const at = new Date',
    'export const at = Date()',
    'const D = Date; export const at = D.now()',
    'export const lot = Math.random()',
    'const { random } = Math; export const lot = random()',
    "export const lot = Math['random']()",
    'export const home = process.env.HOME',
    'console.log(1)',
    "export const page = await fetch('x')",
    'setTimeout(() => {}, 1)',
    'export const id = crypto.randomUUID()',
    "export const id = globalThis['crypto']",
    'export const given = { process }',
    "export const fs = await import('node:fs')",
    "export const fs = require('node:fs')",
    'export const here = import.meta.url',
  ].map(inVault),
  innocent: [
    'export const at = (text: string): Date => new Date(text)',
    "export const at = Date.parse('2026-01-01')",
    'export const isTime = (value: unknown) => value instanceof Date',
    'export const most = Math.max(1, 2)',
    'export interface Step { readonly process: string; readonly console: Date }',
    "export const step = { process: 'x', fetch: 1 }; export const y = step.fetch",
    '// process.env and Date.now() in a comment',
    "export const words = 'console.log(Math.random())'",
  ].map(inVault),
}
