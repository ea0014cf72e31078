/** The one way to a forge: questions and writes go through the gate, faults come out as ForgeError, answers as parsed values. */
import { RequestError } from '@octokit/request-error'
import type { Octokit } from '@octokit/rest'
import type { z } from 'zod'
import type { Slots } from '../../git/slots.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeLog } from '../forge-options.js'
import type { ForgeStop } from '../forge-stop.js'
import type { ForgeError } from '../port.js'
import { type AnswerHeaders, isJson } from './answer-headers.js'
import { describeFault } from './describe-fault.js'
import { guardedFetch } from './guarded-fetch.js'
import { notData, parseAnswer } from './parse-answer.js'
import type { RateGate } from './rate-gate.js'
import { retryAt } from './retry-at.js'
import { givenUp } from './transport-fault.js'

export interface ClientParts {
  readonly octokit: Octokit
  readonly owner: string
  readonly name: string
  readonly gate: RateGate
  readonly slots: {
    readonly questions: Slots
    /** Writes are paced on GitHub, and must not hold up the questions. */
    readonly writes: Slots
  }
  readonly limits: ForgeLimits
  readonly log: ForgeLog
  readonly stop?: ForgeStop | undefined
}

/** What a route's `{…}`, its query or its body holds. */
export type Parameters = Readonly<Record<string, unknown>>

export interface Answer<Value> {
  readonly value: Value
  readonly headers: AnswerHeaders
}

/** A number given here would hold for every fault, those too of which asking again is vain (plugin-retry, wrap-request). */
const NO_RETRY = { retries: 0 }

interface Exchanged {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly data: unknown
}

export class ForgeClient {
  readonly #parts: ClientParts

  constructor(parts: ClientParts) {
    this.#parts = parts
  }

  /**
   * @param route `GET /repos/{owner}/{repo}/…`; owner and repo are filled in
   * @throws ForgeError; a question is asked again a few times before, a write never: its answer may be what was lost
   */
  async ask<Value>(route: string, schema: z.ZodType<Value>, parameters: Parameters = {}): Promise<Answer<Value>> {
    const { headers, data } = await this.#exchange(route, parameters, null)
    return { value: parseAnswer(schema, data, headers, this.#named(route)), headers }
  }

  /** A null value: nothing changed since the answer with this tag. */
  async askAgain<Value>(
    route: string,
    schema: z.ZodType<Value>,
    parameters: Parameters,
    tag: string | null,
  ): Promise<Answer<Value | null>> {
    const { status, headers, data } = await this.#exchange(route, parameters, tag)
    return { value: status === 304 ? null : parseAnswer(schema, data, headers, this.#named(route)), headers }
  }

  /** For a write whose answer says nothing that is needed. */
  async tell(route: string, parameters: Parameters): Promise<void> {
    const { status, headers } = await this.#exchange(route, parameters, null)
    if (status !== 204 && !isJson(headers)) throw notData(this.#named(route))
  }

  async #exchange(route: string, parameters: Parameters, tag: string | null): Promise<Exchanged> {
    const { octokit, owner, name, gate, slots, limits, stop } = this.#parts
    const place = route.includes('{owner}') ? { owner, repo: name } : {}
    const headers = tag === null ? {} : { 'if-none-match': tag }
    const isQuestion = route.startsWith('GET ')
    return (isQuestion ? slots.questions : slots.writes).run(async () => {
      if (stop?.begun.aborted === true) throw describeFault(givenUp(), this.#named(route), gate.now(), limits)
      gate.pass()
      const until = isQuestion ? stop?.begun : stop?.over
      const request = { fetch: guardedFetch(limits, until), ...(isQuestion ? {} : NO_RETRY) }
      try {
        const answer = await octokit.request(route, { ...place, ...parameters, headers, request })
        this.#note(answer.headers)
        return answer
      } catch (error) {
        const response = error instanceof RequestError ? error.response : undefined
        if (response !== undefined) this.#note(response.headers)
        if (tag !== null && response?.status === 304) return response
        throw this.#fault(error, route)
      }
    })
  }

  /** Which repository was asked about: its name may be what is wrong. What else a route holds can be of the forge's own words. */
  #named(route: string): string {
    const { owner, name } = this.#parts
    return route.replace('{owner}', owner).replace('{repo}', name)
  }

  #fault(error: unknown, route: string): ForgeError {
    const { gate, limits, log } = this.#parts
    const fault = describeFault(error, this.#named(route), gate.now(), limits)
    if (fault.fault.reason === 'forge_rate_limited' && fault.retryAt !== null) gate.shutUntil(fault.retryAt)
    // That there is nothing is an answer, too.
    if (fault.status !== 404) log('the forge did not answer', { ...fault.fault, retryAt: fault.retryAt })
    return fault
  }

  /** An answer may be the last for now, and any answer may say when to come back. */
  #note(headers: AnswerHeaders): void {
    const { gate, limits } = this.#parts
    const at = retryAt(headers, gate.now(), limits)
    if (at !== null) gate.shutUntil(at)
  }
}
