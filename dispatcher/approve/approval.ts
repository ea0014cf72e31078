/** One approval: from what is shown to a merge on main. What was shown is what is merged, or nothing is. */
import type { ActionId } from '../../vault/action/id.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { renderRefusal, renderToApprove } from '../../vault/prose/approval.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import type { Adapters } from '../adapters.js'
import { refusedError, unverifiedError } from '../cli/terminal.js'
import { trustRootOf } from '../cli/trusted-main.js'
import type { UserKey } from '../cli/user-key.js'
import { look, type RepoOptions, type Workplace } from '../cli/workplace.js'
import { foreseeMerge, judgeMerge } from './foresee-merge.js'
import { makeMerge, pushMerge } from './merge.js'
import { findSubject, type OpenRequest, type Subject } from './subject.js'

export interface Approved {
  readonly merge: Oid
  readonly parents: readonly [Oid, Oid]
  /** What the dispatcher will say of it. */
  readonly judgement: Judgement
}

interface Seen {
  readonly snapshot: Snapshot
  readonly subject: Subject
}

export class Approval {
  #seen: Seen

  private constructor(
    private readonly id: ActionId,
    private readonly workplace: Workplace,
    private readonly root: Oid,
    private readonly adapters: Adapters,
    private readonly shown: Seen,
  ) {
    this.#seen = shown
  }

  static async open(id: ActionId, workplace: Workplace, options: RepoOptions, adapters: Adapters): Promise<Approval> {
    const root = await trustRootOf(options, workplace)
    return new Approval(id, workplace, root, adapters, await see(id, workplace, root, adapters))
  }

  get subject(): Subject {
    return this.shown.subject
  }

  get branch(): string {
    return this.workplace.branch
  }

  /** Who the key makes its owner; throws where the merge would be refused. */
  foresee(key: UserKey): { readonly principal: string; readonly role: string } {
    const { snapshot, subject } = this.#seen
    allowed(foreseeMerge(openOf(subject), key.fingerprint, snapshot))
    const { policy, signers } = snapshot.trust.inForce.set
    const principal = signers.principalOf.get(key.fingerprint) ?? ''
    return { principal, role: policy.signers.get(principal) ?? '' }
  }

  async merge(key: UserKey): Promise<Approved> {
    const { repository } = this.workplace
    for (let attempt = 0; attempt < LIMITS.pushAttempts; attempt++) {
      const { request, snapshot } = await this.#current()
      allowed(foreseeMerge(request, key.fingerprint, snapshot))
      const merge = await makeMerge(request, snapshot, key, repository, this.adapters)
      const judgement = allowed(await judgeMerge(request, merge, repository, snapshot))
      const pushed = await pushMerge(merge, snapshot, repository, this.workplace.branch)
      if (pushed.kind === 'done') return { merge, parents: [snapshot.main, request.head], judgement }
      if (pushed.kind === 'rejected') throw refusedError(`the ops repo did not take the merge: ${pushed.why}`)
    }
    throw unverifiedError(
      `main moved ${LIMITS.pushAttempts} times while this was being merged; nothing was merged, try again`,
    )
  }

  /** The world as it is now: the same request with the same plan, or the end. */
  async #current(): Promise<{ readonly request: OpenRequest; readonly snapshot: Snapshot }> {
    const shown = openOf(this.shown.subject)
    const refs = await this.workplace.repository.remote.list()
    if (refs.main !== this.#seen.snapshot.main || refs.requests.get(this.id) !== shown.head) {
      this.#seen = await see(this.id, this.workplace, this.root, this.adapters)
    }
    const { subject } = this.#seen
    // Reading a plan takes its time, in which a request may expire.
    const snapshot: Snapshot = { ...this.#seen.snapshot, now: this.adapters.now() }
    if (subject.kind === 'on_main' || subject.kind === 'fired') {
      throw refusedError(
        `somebody else approved ${this.id} while you looked at it: your merge is not needed, and was not made`,
      )
    }
    if (subject.kind === 'refused') throw refusedError(renderRefusal(subject.judgement))
    if (subject.kind !== 'open' || contentOf(subject, snapshot) !== contentOf(shown, this.shown.snapshot)) {
      throw refusedError(
        'the request changed while you looked at it, or what it would run: nothing was merged. Look again.',
      )
    }
    return { request: subject, snapshot }
  }
}

async function see(id: ActionId, workplace: Workplace, root: Oid, adapters: Adapters): Promise<Seen> {
  const snapshot = await look(workplace, root, adapters)
  if (snapshot.freeze !== null) {
    throw unverifiedError(
      `main cannot be trusted (${snapshot.freeze.cause}): ${snapshot.freeze.reason}. Ask the operator; if main was rightly rewritten, remove ${workplace.folder} to forget the old one.`,
    )
  }
  return { snapshot, subject: await findSubject(id, snapshot, workplace.repository) }
}

function openOf(subject: Subject): OpenRequest {
  if (subject.kind !== 'open') throw new Error('only an open request is approved')
  return subject
}

function allowed(judgement: Judgement): Judgement {
  if (judgement.verdict.kind === 'refuse') throw refusedError(renderRefusal(judgement))
  if (judgement.verdict.kind === 'unverifiable') throw unverifiedError(renderRefusal(judgement))
  return judgement
}

/** Head, plan, and the very files behind it: a script may change without changing a word of the plan. */
function contentOf({ head, judgement, asked }: OpenRequest, { trust }: Snapshot): string {
  return [head, trust.inForce.set.ids.formulas, ...renderToApprove(judgement, asked)].join('\n')
}
