/** Which handler answers which path: `GET /repos/:owner/:repo/pulls/:number`; `*name` takes the rest. */
import type { Answer, Call } from './call.js'

export type Handler = (call: Call) => Answer | Promise<Answer>
/** `METHOD /path/:param` to what answers it. */
export type Routes = Readonly<Record<string, Handler>>

export interface Match {
  /** The key in the table. */
  readonly route: string
  readonly params: Readonly<Record<string, string>>
  readonly handler: Handler
}

interface Compiled {
  readonly route: string
  readonly method: string
  readonly pattern: RegExp
  readonly handler: Handler
}

export class Router {
  readonly #routes: readonly Compiled[]

  constructor(...tables: readonly Routes[]) {
    this.#routes = tables.flatMap((table) => Object.entries(table).map(([route, handler]) => compile(route, handler)))
  }

  find(method: string, path: string): Match | null {
    for (const { route, method: wanted, pattern, handler } of this.#routes) {
      const found = method === wanted ? pattern.exec(path) : null
      if (found === null) continue
      const params = Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
      )
      return { route, params, handler }
    }
    return null
  }
}

function compile(route: string, handler: Handler): Compiled {
  const [method = '', path = ''] = route.split(' ')
  const source = path
    .replace(/\./g, '\\.')
    .replace(/:(\w+)/g, '(?<$1>[^/]+)')
    .replace(/\*(\w+)/g, '(?<$1>.+)')
  return { route, method, pattern: new RegExp(`^${source}$`), handler }
}
