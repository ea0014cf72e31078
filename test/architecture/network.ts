import ts from 'typescript'
import { variableRead } from './reference.js'
import { everyNode, type Inspect, type Rule } from './rule.js'

const isGlobalFetch: Inspect = (node, file) =>
  variableRead(node) === 'fetch' && !namesItsOwnFetch(file) ? 'speaks HTTP by fetch' : undefined

/** git fetches too: a file that declares or imports a `fetch` of its own does not mean the global one. */
function namesItsOwnFetch(node: ts.Node): boolean {
  if (isDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === 'fetch') return true
  return ts.forEachChild(node, namesItsOwnFetch) ?? false
}

function isDeclaration(node: ts.Node): node is ts.NamedDeclaration & { readonly name: ts.DeclarationName } {
  const kinds = [ts.isFunctionDeclaration, ts.isVariableDeclaration, ts.isParameter, ts.isBindingElement]
  return ts.isImportSpecifier(node) || (kinds.some((is) => is(node)) && 'name' in node && node.name !== undefined)
}

export const network: Rule = {
  name: 'fetch only in lib/forge and lib/http',
  appliesTo: (path) => /^(lib|dispatcher)\//.test(path) && !/^lib\/(forge|http)\//.test(path),
  violations: everyNode(isGlobalFetch),
  planted: [
    { path: 'lib/git/remote.ts', text: "export const page = await fetch('x')" },
    { path: 'dispatcher/tick.ts', text: 'const get = fetch' },
    { path: 'dispatcher/tick.ts', text: 'export const ports = { fetch }' },
  ],
  innocent: [
    { path: 'lib/forge/forgejo.ts', text: "export const page = await fetch('x')" },
    { path: 'lib/http/server.ts', text: "export const page = await fetch('x')" },
    { path: 'lib/git/remote.ts', text: 'export const more = (git: { fetch(): void }) => git.fetch()' },
    { path: 'dispatcher/observe.ts', text: "import { fetch } from '../lib/git/fetch.js'\nawait fetch()" },
    { path: 'lib/git/fetch.ts', text: 'export function fetch() {}\nfetch()' },
  ],
}
