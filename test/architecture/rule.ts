import ts from 'typescript'

/** A file of the project: its path from the root with `/`, and what it says. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** One law about the sources. `planted` break it and `innocent` keep it, so that the rule is seen to bite. */
export interface Rule {
  readonly name: string
  readonly appliesTo: (path: string) => boolean
  readonly violations: (source: Source) => readonly string[]
  readonly planted: readonly Source[]
  readonly innocent: readonly Source[]
}

/** What `rule` finds wrong in `source`, each with path and line; nothing where the rule does not apply. */
export function judge(rule: Rule, source: Source): readonly string[] {
  return rule.appliesTo(source.path) ? rule.violations(source) : []
}

/** A rule's eye on a syntax tree: says what is wrong with one node, if anything. */
export type Inspect = (node: ts.Node, file: ts.SourceFile, path: string) => string | undefined

/** Makes `violations` of a rule that looks at each node by itself. */
export function everyNode(inspect: Inspect): Rule['violations'] {
  return ({ path, text }) => {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      const problem = inspect(node, file, path)
      if (problem !== undefined) {
        const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
        found.push(`${path}:${line}: ${problem}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
    return found
  }
}
