import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type typescript from 'typescript'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const RELATIVE_IMPORT = /^(?:import|export)\b[^;'"]*?\bfrom '(\.[^']*)'/gm

/**
 * The supervisor as it is in the sources now, compiled: tests need no build, and each start of it takes a fifth of what
 * it takes through tsx. Kept under the hash of its sources, which are read once in each process.
 */
export function builtSupervisor(): string {
  built ??= buildOnce()
  return built
}

let built: string | null = null

function buildOnce(): string {
  const sources = new Map<string, string>()
  collect(join(ROOT, 'lib/runner/supervisor.ts'), sources)
  const hash = createHash('sha256')
    .update(JSON.stringify([...sources]))
    .digest('hex')
  const folder = join(tmpdir(), `countersign-supervisor-${hash.slice(0, 16)}`)
  if (!existsSync(folder)) build(sources, folder)
  return join(folder, 'lib/runner/supervisor.js')
}

function collect(path: string, sources: Map<string, string>): void {
  const name = relative(ROOT, path)
  if (sources.has(name)) return
  const text = readFileSync(path, 'utf8')
  sources.set(name, text)
  for (const [, imported = ''] of text.matchAll(RELATIVE_IMPORT)) {
    collect(join(dirname(path), imported.replace(/\.js$/, '.ts')), sources)
  }
}

/** Under its name only when it is whole: tests run side by side. */
function build(sources: ReadonlyMap<string, string>, folder: string): void {
  // Only who builds pays for loading it: a second and more on a busy machine.
  const ts = createRequire(import.meta.url)('typescript') as typeof typescript
  const partial = mkdtempSync(`${folder}-`)
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true }
  writeFileSync(join(partial, 'package.json'), '{"type":"module"}')
  for (const [name, text] of sources) {
    const path = join(partial, name.replace(/\.ts$/, '.js'))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, ts.transpileModule(text, { compilerOptions }).outputText)
  }
  try {
    renameSync(partial, folder)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}
