import type { RequestMatch } from '../faults/fault.js'
import { matches } from '../faults/fault-plan.js'

export interface LoggedRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Key of the route table without the method; `git`; or `none`. */
  readonly route: string
  /** Null: nobody, or a wrong token. */
  readonly login: string | null
  /** What was answered; 0: nothing was. */
  readonly status: number
}

/** What was asked of the forge, for tests that count. */
export class RequestLog {
  #requests: LoggedRequest[] = []

  get all(): readonly LoggedRequest[] {
    return this.#requests
  }

  add(request: LoggedRequest): void {
    this.#requests.push(request)
  }

  /** Without a match, all of the API, git not counted. */
  count(match: RequestMatch = {}): number {
    return this.#requests.filter((request) => matches(match, request)).length
  }

  clear(): void {
    this.#requests = []
  }
}
