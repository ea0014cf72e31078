import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import type { Problem } from '../problem.js'
import { printable } from '../text/printable.js'
import type { KeyPath, Position } from './document.js'

/** Where keys and list items stand. `disagreement`: what a second parser objects to in a text that the first one took. */
export interface Positions {
  readonly at: ReadonlyMap<string, Position>
  readonly disagreement: Problem | null
}

export const positionKey = (path: KeyPath): string => JSON.stringify(path)

/** Slow beside smol-toml: only for texts of which something is to be reported. */
export function readPositions(text: string): Positions {
  try {
    const at = new Map<string, Position>()
    const [top] = parseTOML(text, { tomlVersion: '1.1' }).body
    for (const node of top.body) addNode(at, node)
    return { at, disagreement: null }
  } catch (error) {
    return { at: new Map(), disagreement: error instanceof ParseError ? disagreement(error) : null }
  }
}

function disagreement(error: ParseError): Problem {
  const message = `The file is not valid TOML: ${printable(error.message)}. Correct this line.`
  return { line: error.lineNumber, column: error.column + 1, code: 'toml_syntax', message }
}

function addNode(at: Map<string, Position>, node: AST.TOMLKeyValue | AST.TOMLTable): void {
  if (node.type === 'TOMLKeyValue') {
    addKeyValue(at, [], node)
    return
  }
  for (let length = 1; length <= node.resolvedKey.length; length++) {
    add(at, node.resolvedKey.slice(0, length), node)
  }
  for (const keyValue of node.body) addKeyValue(at, node.resolvedKey, keyValue)
}

function addKeyValue(at: Map<string, Position>, table: KeyPath, node: AST.TOMLKeyValue): void {
  let path = table
  for (const key of node.key.keys) {
    path = [...path, key.type === 'TOMLBare' ? key.name : key.value]
    add(at, path, key)
  }
  addContent(at, path, node.value)
}

function addContent(at: Map<string, Position>, path: KeyPath, node: AST.TOMLContentNode): void {
  if (node.type === 'TOMLInlineTable') {
    for (const keyValue of node.body) addKeyValue(at, path, keyValue)
  } else if (node.type === 'TOMLArray') {
    for (const [index, element] of node.elements.entries()) {
      add(at, [...path, index], element)
      addContent(at, [...path, index], element)
    }
  }
}

/** The first mention counts: a table's own header, or the first key that makes it. */
function add(at: Map<string, Position>, path: KeyPath, node: AST.TOMLNode): void {
  const key = positionKey(path)
  if (!at.has(key)) at.set(key, { line: node.loc.start.line, column: node.loc.start.column + 1 })
}
