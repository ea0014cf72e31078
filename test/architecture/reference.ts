import ts from 'typescript'

/** The name, where `node` is a variable that is read; not the name of a property, a type or a declaration. */
export function variableRead(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) || ts.isPartOfTypeNode(node) || isName(node)) return undefined
  return node.text
}

function isName(node: ts.Identifier): boolean {
  const parent = node.parent
  if (ts.isShorthandPropertyAssignment(parent)) return false
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return isMemberOf(parent, node)
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent) || ts.isMetaProperty(parent)) return true
  if (ts.isBindingElement(parent)) return parent.name === node || parent.propertyName === node
  if (ts.isTypeElement(parent) || ts.isTypeNode(parent)) return true
  return 'name' in parent && parent.name === node
}

function isMemberOf(parent: ts.PropertyAccessExpression | ts.QualifiedName, node: ts.Identifier): boolean {
  return ts.isQualifiedName(parent) ? true : parent.name === node
}

/** The property that is taken of the variable `node`: `env` for the `process` in `process.env`. */
export function memberTaken(node: ts.Node): string | undefined {
  const parent = node.parent
  return ts.isPropertyAccessExpression(parent) && parent.expression === node ? parent.name.text : undefined
}
