import type { Fault, RequestMatch } from './fault.js'

interface Planned {
  readonly fault: Fault
  readonly match: RequestMatch
  left: number
}

/** Which requests will fail, and how. The plan made last comes first. */
export class FaultPlan {
  #planned: Planned[] = []

  /** The next `times` requests that match. */
  next(fault: Fault, match: RequestMatch = {}, times = 1): void {
    this.#planned.unshift({ fault, match, left: times })
  }

  /** All that match, until `clear`. */
  always(fault: Fault, match: RequestMatch = {}): void {
    this.next(fault, match, Number.POSITIVE_INFINITY)
  }

  clear(): void {
    this.#planned = []
  }

  take(request: { readonly method: string; readonly target: string; readonly route: string }): Fault | null {
    const found = this.#planned.find(({ match, left }) => left > 0 && matches(match, request))
    if (found === undefined) return null
    found.left -= 1
    return found.fault
  }
}

export function matches(
  { method, path, route }: RequestMatch,
  request: { readonly method: string; readonly target: string; readonly route: string },
): boolean {
  if (method !== undefined && method !== request.method) return false
  if (path !== undefined) return path.test(request.target)
  // Git fails only where a path says so.
  return route === undefined ? request.route !== 'git' : route === request.route
}
