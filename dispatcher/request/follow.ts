/**
 * `--wait`: follows a request until its outcome is on main. Asks the remote for its refs only, and looks further when
 * one of ours moved. Only what happens to exactly our bytes is told as ours (field failure 47).
 */
import { GitError } from '../../lib/git/git-error.js'
import type { RemoteRefs } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import type { Oid } from '../../vault/oid.js'
import type { ReasonCode } from '../../vault/reasons.js'
import { sameBytes } from '../../vault/record/envelope.js'
import type { OutcomeStatus } from '../../vault/record/statement.js'
import type { Desk } from './desk.js'
import { judgeBranch } from './foresee.js'
import type { PullWatch } from './pull-watch.js'
import { readRefusals } from './refusals.js'
import { readStanding, type Standing } from './standing.js'

export interface Followed {
  readonly id: ActionId
  readonly bytes: Uint8Array
  /** Null: past its branch, so it cannot be refused any more. */
  readonly blob: Oid | null
  readonly expiresAtMs: number | null
  /** Records of earlier days are not looked into; null: all are. */
  readonly sinceDay: string | null
  /** Refusals of these bytes that were on main before it was asked for (again). */
  readonly refusedBefore: ReadonlySet<Oid>
  /** Null: plain git. */
  readonly pull: PullWatch | null
}

export type Progress =
  | { readonly kind: 'waiting'; readonly reason: ReasonCode | null }
  | { readonly kind: 'running'; readonly record: string }

type End =
  | { readonly kind: 'fired'; readonly status: OutcomeStatus; readonly record: string }
  | {
      readonly kind: 'refused'
      readonly reason: ReasonCode
      readonly detail: string | null
      readonly record: string | null
    }
  /** Something else stands under the id now. */
  | { readonly kind: 'replaced'; readonly by: 'fired' | 'on_main' | 'branch' }
  /** The branch is gone, and nothing came of it. */
  | { readonly kind: 'withdrawn' }
  /** Its pull request was closed, and nothing came of it. */
  | { readonly kind: 'closed' }

export type Ending = End | { readonly kind: 'timeout'; readonly last: Progress }

/** A look is one `ls-remote`: often at first, when a low action is done in a second, then rarely. */
const FIRST_PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5_000
const GROWTH = 1.4

/** @param tell is called when the progress changes */
export async function follow(
  desk: Desk,
  followed: Followed,
  deadline: number,
  tell: (progress: Progress) => void,
): Promise<Ending> {
  const { now, sleep } = desk.adapters
  const watch = new Watch(desk, followed)
  let last: Progress = { kind: 'waiting', reason: null }
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * GROWTH, LONGEST_PAUSE_MS)) {
    const seen = await watch.look()
    if (seen !== null && seen.kind !== 'waiting' && seen.kind !== 'running') return seen
    if (seen !== null && JSON.stringify(seen) !== JSON.stringify(last)) tell(seen)
    last = seen ?? last
    const left = deadline - now()
    if (left <= 0) return { kind: 'timeout', last }
    await sleep(Math.min(pause, left))
  }
}

class Watch {
  #seen = ''
  #isVanished = false

  constructor(
    private readonly desk: Desk,
    private readonly followed: Followed,
  ) {}

  /** Null: nothing changed, or the remote cannot be reached now. */
  async look(): Promise<Progress | End | null> {
    try {
      const seen = await this.#lookFurther(await this.desk.workplace.repository.remote.list())
      return (await this.#closed(seen)) ?? seen
    } catch (error) {
      if (error instanceof GitError) return null
      throw error
    }
  }

  async #lookFurther(refs: RemoteRefs): Promise<Progress | End | null> {
    const seen = `${refs.main} ${refs.requests.get(this.followed.id)} ${this.#isExpired()}`
    if (seen === this.#seen && !this.#isVanished) return null
    await this.desk.refresh(refs)
    const progress = await this.#read()
    this.#seen = seen
    return progress
  }

  /**
   * A dispatcher closes the pull request of what it has claimed: the claim is on main before that, so main is read once
   * more before the end is told.
   */
  async #closed(seen: Progress | End | null): Promise<Progress | End | null> {
    const isOpen = seen === null || seen.kind === 'waiting'
    if (!isOpen || this.followed.pull === null || !(await this.followed.pull.isClosed())) return null
    this.#seen = ''
    const anew = await this.#lookFurther(await this.desk.workplace.repository.remote.list())
    return anew?.kind === 'waiting' && anew.reason !== null ? { kind: 'closed' } : anew
  }

  #isExpired(): boolean {
    const { expiresAtMs } = this.followed
    return expiresAtMs !== null && expiresAtMs <= this.desk.adapters.now()
  }

  async #read(): Promise<Progress | End> {
    const { id, bytes, sinceDay } = this.followed
    const standing = await readStanding(this.desk.ground, id, sinceDay)
    const refused = await this.#refusal()
    if (refused !== null) return refused
    if (standing.kind === 'free') return this.#vanished()
    this.#isVanished = false
    if (standing.bytes === null || !sameBytes(standing.bytes, bytes)) return { kind: 'replaced', by: standing.kind }
    return this.#progress(standing)
  }

  async #progress(standing: Exclude<Standing, { kind: 'free' }>): Promise<Progress | End> {
    switch (standing.kind) {
      case 'fired': {
        const { status, record } = standing
        return status === null ? { kind: 'running', record } : { kind: 'fired', status, record }
      }
      case 'on_main':
        return { kind: 'waiting', reason: null }
      case 'branch': {
        const { desk, followed } = this
        const judgement = await judgeBranch(
          desk.workplace.repository,
          followed.id,
          standing.head,
          desk.at,
          desk.asker,
          desk.adapters.now(),
        )
        if (judgement?.verdict.kind !== 'refuse') return { kind: 'waiting', reason: judgement?.verdict.reason ?? null }
        const { reason, detail } = judgement.verdict
        return { kind: 'refused', reason, detail, record: null }
      }
    }
  }

  async #refusal(): Promise<End | null> {
    const { id, blob, refusedBefore, sinceDay } = this.followed
    const refusals = blob === null ? [] : await readRefusals(this.desk.ground, id, blob, sinceDay ?? '')
    const fresh = refusals.find(({ decision }) => !refusedBefore.has(decision))
    return fresh === undefined ? null : { kind: 'refused', reason: fresh.reason, detail: null, record: fresh.record }
  }

  /** Refs are not listed all in one moment: a claim may lie between main and the branch. So it takes two looks. */
  #vanished(): Progress | End {
    if (this.#isVanished) return { kind: 'withdrawn' }
    this.#isVanished = true
    return { kind: 'waiting', reason: null }
  }
}
