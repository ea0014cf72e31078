/** The project as plain JavaScript in a folder of its own, with planted changes: production code is never touched. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { buildSync, type CommonOptions, transformSync } from 'esbuild'
import { QUICK, REMEMBERED, standIn } from './remembered.js'

const PROJECT = new URL('../../../', import.meta.url).pathname
const ROOMS = ['vault', 'lib', 'dispatcher', 'test/simulation']

const JAVASCRIPT: CommonOptions = {
  format: 'esm',
  target: 'es2023',
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
}

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
    const entryPoints = ROOMS.flatMap(sourcesBelow)
    buildSync({ ...JAVASCRIPT, entryPoints, outbase: '.', outdir: folder, absWorkingDir: PROJECT })
    for (const [file, names] of Object.entries(REMEMBERED)) standInFor(folder, file, names)
    for (const [file, quick] of Object.entries(QUICK))
      writeFileSync(join(folder, builtAs(file)), `export * from '${relative(dirname(file), quick)}'\n`)
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n')
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
    return new BuiltTree(folder)
  }

  /** The same with the edits made. All other files are shared, and nobody writes into them. */
  with(edits: readonly Edit[]): BuiltTree {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'))
    const texts = new Map<string, string>()
    for (const edit of edits) {
      const text = texts.get(edit.file) ?? readFileSync(join(PROJECT, edit.file), 'utf8')
      const [before, after, ...more] = text.split(edit.find)
      if (before === undefined || after === undefined || more.length > 0) throw new EditMisses(edit)
      texts.set(edit.file, before + edit.replace + after)
    }
    share(this.folder, folder)
    for (const [file, text] of texts) {
      const path = join(folder, builtAs(file))
      rmSync(path)
      writeFileSync(path, transformSync(text, { ...JAVASCRIPT, loader: 'ts' }).code)
    }
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

/** Where its JavaScript lies: beside the module that stands in for it, where one does. */
function builtAs(file: string): string {
  return file.replace(/\.ts$/, REMEMBERED[file] === undefined ? '.js' : '.plain.js')
}

function standInFor(folder: string, file: string, names: readonly string[]): void {
  const module = join(folder, file.replace(/\.ts$/, '.js'))
  const plain = join(folder, builtAs(file))
  renameSync(module, plain)
  const memory = relative(dirname(file), 'test/simulation/mutants/memory.js')
  writeFileSync(module, standIn(names, `./${basename(plain)}`, memory))
}

/** Links each file, and makes the folders: what a link to a folder leads to would be the other tree's. */
function share(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [old, path] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      mkdirSync(path)
      share(old, path)
    } else linkSync(old, path)
  }
}
