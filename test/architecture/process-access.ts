import ts from 'typescript'
import { memberTaken, variableRead } from './reference.js'
import { everyNode, type Inspect, type Rule } from './rule.js'

const isCommandLine = (path: string) => path === 'dispatcher/main.ts' || path.startsWith('dispatcher/cli/')
// The supervisor is a program of its own: it outlives the daemon and is told its task by its arguments.
const isProgram = (path: string) => isCommandLine(path) || path === 'lib/runner/supervisor.ts'

/** Who may touch a member of `process`; the other members are free. */
const OWNERS = new Map<string, (path: string) => boolean>([
  ['env', (path) => path === 'dispatcher/config.ts'],
  ['stdout', isCommandLine],
  ['argv', isProgram],
  ['exit', isProgram],
  ['exitCode', isProgram],
])

const trespass: Inspect = (node, _file, path) => {
  if (ts.isImportDeclaration(node)) return hidesProcess(node) ? 'imports parts of node:process' : undefined
  const name = variableRead(node)
  if (name === 'globalThis') return 'reaches for globals behind globalThis'
  if (name !== 'process') return undefined
  const member = memberTaken(node)
  if (member === undefined) return 'hands process on; write process.<member>'
  const owner = OWNERS.get(member)
  return owner === undefined || owner(path) ? undefined : `touches process.${member}`
}

/** Only `import process from 'node:process'` leaves the accesses readable. */
function hidesProcess(node: ts.ImportDeclaration): boolean {
  if (!ts.isStringLiteral(node.moduleSpecifier) || !/^(node:)?process$/.test(node.moduleSpecifier.text)) return false
  return node.importClause?.name?.text !== 'process' || node.importClause.namedBindings !== undefined
}

export const processAccess: Rule = {
  name: 'process.env only in dispatcher/config.ts; exit, stdout and argv only in the command line',
  appliesTo: (path) => /^(lib|dispatcher)\//.test(path),
  violations: everyNode(trespass),
  planted: [
    { path: 'lib/git/clone.ts', text: 'export const home = process.env.HOME' },
    { path: 'dispatcher/main.ts', text: "export const home = process.env['HOME']" },
    { path: 'lib/git/clone.ts', text: "export const home = process['env']" },
    { path: 'lib/git/clone.ts', text: 'const { env } = process' },
    { path: 'lib/git/clone.ts', text: "import { env } from 'node:process'" },
    { path: 'lib/git/clone.ts', text: 'export const home = globalThis.process.env' },
    { path: 'lib/runner/supervisor.ts', text: 'export const home = process.env' },
    { path: 'dispatcher/tick.ts', text: 'process.exit(1)' },
    { path: 'dispatcher/tick.ts', text: 'process.exitCode = 1' },
    { path: 'dispatcher/config.ts', text: "process.stdout.write('x')" },
    { path: 'dispatcher/config.ts', text: 'export const words = process.argv' },
  ],
  innocent: [
    { path: 'dispatcher/config.ts', text: "export const home = process.env['HOME']" },
    { path: 'dispatcher/main.ts', text: 'process.exit(process.argv.length)' },
    { path: 'dispatcher/cli/print.ts', text: "process.stdout.write('x')" },
    { path: 'lib/runner/supervisor.ts', text: 'process.exit(process.argv.length)' },
    { path: 'lib/runner/start.ts', text: "process.kill(process.pid, 'SIGTERM')" },
    {
      path: 'lib/runner/start.ts',
      text: 'export const run = (step: { process: { env: string } }) => step.process.env',
    },
  ],
}
