/** The project as plain JavaScript in a folder of its own, with planted changes: production code is never touched. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { REMEMBERED, standIn } from './remembered.js'

const PROJECT = new URL('../../../', import.meta.url).pathname
const ROOMS = ['vault', 'lib', 'dispatcher', 'test/simulation']

/** One planted change: `find` stands in the file exactly once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** The edit does not fit the source any more: the mutant has to be written anew. */
class EditMisses extends Error {
  constructor(edit: Edit) {
    super(`${edit.file} does not hold this exactly once: ${JSON.stringify(edit.find)}`)
  }
}

export class BuiltTree {
  private constructor(readonly folder: string) {}

  static make(): BuiltTree {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-simulation-'))
    for (const file of ROOMS.flatMap(sourcesBelow)) write(folder, file, readFileSync(join(PROJECT, file), 'utf8'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n')
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
    return new BuiltTree(folder)
  }

  /** A copy with the edits made. */
  with(edits: readonly Edit[]): BuiltTree {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'))
    cpSync(this.folder, folder, { recursive: true, verbatimSymlinks: true })
    const texts = new Map<string, string>()
    for (const edit of edits) {
      const text = texts.get(edit.file) ?? readFileSync(join(PROJECT, edit.file), 'utf8')
      const [before, after, ...more] = text.split(edit.find)
      if (before === undefined || after === undefined || more.length > 0) throw new EditMisses(edit)
      texts.set(edit.file, before + edit.replace + after)
    }
    for (const [file, text] of texts) write(folder, file, text)
    return new BuiltTree(folder)
  }

  path(file: string): string {
    return join(this.folder, file)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length))
}

function write(folder: string, file: string, text: string): void {
  const module = join(folder, file.replace(/\.ts$/, '.js'))
  const remembered = REMEMBERED[file]
  const path = remembered === undefined ? module : module.replace(/\.js$/, '.plain.js')
  mkdirSync(dirname(path), { recursive: true })
  if (remembered !== undefined) {
    const memory = relative(dirname(file), 'test/simulation/mutants/memory.js')
    writeFileSync(module, standIn(remembered, `./${basename(path)}`, memory))
  }
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
  writeFileSync(path, ts.transpileModule(text, { compilerOptions, fileName: file }).outputText)
}
