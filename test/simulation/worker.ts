/** One thread of many: plays what it is given, each task by the code of the tree that comes with it. Needs nothing but node. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { compileFunction } from 'node:vm'
import { parentPort, workerData } from 'node:worker_threads'
import type { Modules } from './mutants/build-tree.js'
import type { Report, Task } from './play.js'

/** What a thread is made with. */
export interface Equipment {
  /** Where packages are found. */
  readonly project: string
  readonly common: Modules
}

export interface Order {
  readonly planted: Modules
  readonly task: Task
}

type Body = (exports: unknown, require: (name: string) => unknown, module: { exports: unknown }) => void

// Most errors here are answers of a simulated world: where they were made says nothing, and costs more than they do.
Error.stackTraceLimit = 0

// A whole dispatcher is a lot of code, each part of which is called a little: plain machine code at once is worth its cost,
// to optimise it early is not.
setFlagsFromString('--always-sparkplug')
setFlagsFromString('--interrupt-budget=300000')

const { project, common } = workerData as Equipment
const ofPackages = createRequire(join(project, 'package.json'))

/** Compiled once, and run anew for each tree: trees differ in one or two of some hundred modules. */
const bodies = new Map<string, Body>()

function bodyOf(path: string, code: string): Body {
  const known = bodies.get(code)
  if (known !== undefined) return known
  const body = compileFunction(code, ['exports', 'require', 'module'], { filename: join(project, path) }) as Body
  bodies.set(code, body)
  return body
}

/** The module at a path, with all that it needs, as a tree of its own: nothing that modules keep is shared with another tree. */
function load(path: string, planted: Modules): unknown {
  const loaded = new Map<string, { exports: unknown }>()
  const at = (path: string): unknown => {
    const known = loaded.get(path)
    if (known !== undefined) return known.exports
    const code = planted.get(path) ?? common.get(path)
    if (code === undefined) throw new Error(`no module ${path}`)
    const module = { exports: {} as unknown }
    loaded.set(path, module)
    const need = (name: string) => (name.startsWith('.') ? at(join(path, '..', name)) : ofPackages(name))
    bodyOf(path, code)(module.exports, need, module)
    return module.exports
  }
  return at(path)
}

async function obey({ planted, task }: Order): Promise<void> {
  const { play } = load('test/simulation/play.js', planted) as typeof import('./play.js')
  await play(task, (report: Report) => parentPort?.postMessage(report))
}

parentPort?.on('message', (order: Order) => void obey(order))
