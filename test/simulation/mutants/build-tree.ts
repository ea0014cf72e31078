/** The project as plain JavaScript in memory, with planted changes: production code is never touched. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type TransformOptions, transform, transformSync } from 'esbuild'
import { QUICK, REMEMBERED, standIn } from './remembered.js'

const PROJECT = new URL('../../../', import.meta.url).pathname
const ROOMS = ['vault', 'lib', 'dispatcher', 'test/simulation']

// Where a module is found is asked in `lib/package-root.ts` alone, and nobody here asks.
const AS: TransformOptions = { loader: 'ts', format: 'cjs', target: 'es2023', logLevel: 'silent' }

/** One planted change: `find` stands in the file exactly once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** CommonJS, by the path of each module, from the root of the project. */
export type Modules = ReadonlyMap<string, string>

/** The edit does not fit the source any more: the mutant has to be written anew. */
class EditMisses extends Error {
  constructor(edit: Edit) {
    super(`${edit.file} does not hold this exactly once: ${JSON.stringify(edit.find)}`)
  }
}

export class BuiltTree {
  private constructor(
    /** What all trees have that are made of this one. */
    readonly common: Modules,
    readonly planted: Modules,
  ) {}

  static async make(): Promise<BuiltTree> {
    const sources = [
      ...ROOMS.flatMap(sourcesBelow).map((file) => [builtAs(file), sourceOf(file)] as const),
      ...Object.entries(REMEMBERED).map(([file, names]) => [moduleOf(file), standInFor(file, names)] as const),
      ...Object.entries(QUICK).map(([file, quick]) => [moduleOf(file), exportAll(file, quick)] as const),
    ]
    // Of two with the same path the later one: what stands in for a module.
    const built = await Promise.all(
      sources.map(async ([path, text]) => [path, (await transform(text, AS)).code] as const),
    )
    return new BuiltTree(new Map(built), new Map())
  }

  /** The same with the edits made. */
  with(edits: readonly Edit[]): BuiltTree {
    const texts = new Map<string, string>()
    for (const edit of edits) {
      const text = texts.get(edit.file) ?? sourceOf(edit.file)
      const [before, after, ...more] = text.split(edit.find)
      if (before === undefined || after === undefined || more.length > 0) throw new EditMisses(edit)
      texts.set(edit.file, before + edit.replace + after)
    }
    const planted = [...texts].map(([file, text]) => [builtAs(file), transformSync(text, AS).code] as const)
    return new BuiltTree(this.common, new Map(planted))
  }
}

function sourceOf(file: string): string {
  return readFileSync(join(PROJECT, file), 'utf8')
}

/** Without programs, which nobody imports. */
function sourcesBelow(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/(\.test|^main)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT.length))
}

function moduleOf(file: string): string {
  return file.replace(/\.ts$/, '.js')
}

/** Where its JavaScript is: beside the module that stands in for it, where one does. */
function builtAs(file: string): string {
  return file.replace(/\.ts$/, REMEMBERED[file] === undefined ? '.js' : '.plain.js')
}

function standInFor(file: string, names: readonly string[]): string {
  const memory = relative(dirname(file), 'test/simulation/mutants/memory.js')
  return standIn(names, `./${relative(dirname(file), builtAs(file))}`, memory)
}

function exportAll(file: string, quick: string): string {
  return `export * from './${relative(dirname(file), quick)}'`
}
