import ts from 'typescript'
import { everyNode, type Inspect, type Rule } from './rule.js'

/** `ALONE` of `vitest.config.ts`. */
const isAlone = (path: string) => /^test\/(machine\/alone|simulation)\//.test(path)

const replacement: Inspect = (node) => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  if (!ts.isIdentifier(expression) || expression.text !== 'vi') return undefined
  return /^(?:mock|doMock|resetModules|stub\w+)$/.test(name.text)
    ? `vi.${name.text}: changes what files find that share its process`
    : undefined
}

/** Most test files share a process and its modules. */
export const replacedModules: Rule = {
  name: 'only tests that are run alone replace modules or globals',
  appliesTo: (path) => path.startsWith('test/') && !isAlone(path),
  violations: everyNode(replacement),
  planted: [
    { path: 'test/e2e/planted.test.ts', text: "vi.mock('../../vault/limits.js')" },
    { path: 'test/machine/planted.test.ts', text: "vi.doMock('../../vault/limits.js')" },
    { path: 'test/lib/planted.test.ts', text: "vi.stubEnv('HOME', '/')" },
  ],
  innocent: [
    { path: 'test/machine/alone/planted.test.ts', text: "vi.mock('../../vault/limits.js')" },
    { path: 'test/lib/planted.test.ts', text: 'const ask = vi.fn()' },
  ],
}
