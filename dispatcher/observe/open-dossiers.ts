/** What the forge knows of open pull requests. Asks only what a verdict hangs on, and keeps what cannot let anything through. */
import type { ForgeReader } from '../../lib/forge/port.js'
import { classify } from '../../vault/classify.js'
import type { PullDossier, PullFact } from '../../vault/forge/fact.js'
import { isVetoComment } from '../../vault/forge/veto.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { TrustSet } from '../../vault/policy/trust-set.js'
import type { ActionFile, RequestFact } from '../../vault/request/fact.js'
import type { Tier } from '../../vault/tier.js'
import { askPushers, askRequesters, Dossier } from './dossier.js'
import type { Learner } from './learn.js'
import { hasFault } from './settled.js'

export interface DossierContext {
  readonly set: TrustSet
  readonly repositoryId: number
  /** Nothing may fire now: then nothing that lets something through is asked. */
  readonly isHeld: boolean
  /** Epoch milliseconds. */
  readonly now: number
  /** Something would be let through at these heads: what was kept of them does not stand. */
  readonly deciding: ReadonlySet<Oid>
}

export interface OpenFacts {
  /** By pull request number. */
  readonly dossiers: ReadonlyMap<number, PullDossier>
  /** Heads of which something was not asked, but kept from before. */
  readonly kept: ReadonlySet<Oid>
}

interface Kept {
  readonly key: string
  readonly set: TrustSet
  readonly dossier: PullDossier
  /** Epoch milliseconds. */
  readonly readAt: number
  readonly firstSeenAt: number
}

export class OpenDossiers {
  #kept = new Map<number, Kept>()

  constructor(private readonly forge: ForgeReader) {}

  async read(
    requests: readonly { readonly fact: RequestFact; readonly pulls: readonly PullFact[] }[],
    context: DossierContext,
    learner: Learner,
  ): Promise<OpenFacts> {
    const kept = new Map<number, Kept>()
    const unasked = new Set<Oid>()
    for (const { fact, pulls } of requests) {
      const tier = fact.content.kind === 'change' ? tierOf(fact.content.file, context.set) : null
      for (const pull of pulls) {
        const before = this.#standing(fact.head, pull, tier, context)
        if (before !== null && tier !== null && tier !== 'high') unasked.add(fact.head)
        kept.set(pull.number, before ?? (await this.#one(fact.head, pull, tier, context, learner)))
      }
    }
    this.#kept = kept
    const dossiers = new Map([...kept].map(([number, { dossier }]) => [number, dossier]))
    await this.#askKin(requests, dossiers, learner)
    return { dossiers, kept: unasked }
  }

  /**
   * Where one of a head may be let through, whoever asked by another one of it has to be known as well (law 6): else
   * anybody could hold it up for ever by a second pull request. Asked for this decision, and not kept.
   */
  async #askKin(
    requests: readonly { readonly fact: RequestFact; readonly pulls: readonly PullFact[] }[],
    dossiers: Map<number, PullDossier>,
    learner: Learner,
  ): Promise<void> {
    const lacksHistory = (number: number) => dossiers.get(number)?.history === null
    const asked = requests.filter(({ pulls }) => pulls.some(({ number }) => !lacksHistory(number)))
    const heads = new Set(asked.map(({ fact }) => fact.head))
    for (const { fact, pulls } of requests) {
      for (const pull of heads.has(fact.head) ? pulls : []) {
        const dossier = dossiers.get(pull.number)
        if (dossier?.history !== null) continue
        const history = await learner.learn(() => this.forge.history(pull))
        dossiers.set(pull.number, { ...dossier, history })
      }
    }
  }

  /** What was read before, where it may stand for now. */
  #standing(head: Oid, pull: PullFact, tier: Tier | null, context: DossierContext): Kept | null {
    const before = this.#kept.get(pull.number)
    if (before?.key !== keyOf(head, pull, tier) || before.set !== context.set) return null
    if (context.deciding.has(head) || !this.#isGood(before, tier, context)) return null
    return { ...before, dossier: { ...before.dossier, pull } }
  }

  async #one(head: Oid, pull: PullFact, tier: Tier | null, context: DossierContext, learner: Learner): Promise<Kept> {
    const { set, now } = context
    const key = keyOf(head, pull, tier)
    const before = this.#kept.get(pull.number)
    const firstSeenAt = before?.key === key ? before.firstSeenAt : now
    const dossier = new Dossier(this.forge, learner, pull)
    if (tier !== null && tier !== 'high') await this.#ask(dossier, head, tier, context)
    return { key, set, dossier: dossier.close(), readAt: now, firstSeenAt }
  }

  /** May what was read before stand for now? Never where it could let something through. */
  #isGood({ dossier, readAt, firstSeenAt }: Kept, tier: Tier | null, { isHeld, now }: DossierContext): boolean {
    if (tier === null || tier === 'high') return true
    if (hasFault(dossier) || now < readAt || now - readAt >= this.#rereadMs) return false
    // Times of a forge have seconds: what came in the second in which we read shows no other time.
    if (readAt - firstSeenAt < LIMITS.forgeSettleMs) return false
    if (isHeld) return true
    // What was read while nothing could fire has no reviews.
    return tier === 'low' ? !mayWrite(dossier) : dossier.reviews !== null && !mayBeApproved(dossier)
  }

  /** Of many each is read anew less often: else a few hundred that wait would use up the calls that a forge grants. */
  get #rereadMs(): number {
    return LIMITS.forgeRereadMs * Math.max(1, this.#kept.size / LIMITS.forgeRereadPulls)
  }

  async #ask(dossier: Dossier, head: Oid, tier: 'low' | 'medium', context: DossierContext): Promise<void> {
    const { set, repositoryId, isHeld } = context
    await askRequesters(dossier, repositoryId)
    if (tier === 'low' || isHeld) return
    const hasWindow = set.policy.medium.reviewWindowMs !== null
    const reviews = await dossier.reviews()
    if (hasWindow) await dossier.comments()
    const isApproved = reviews.ok && reviews.value.some(({ state, commit }) => state === 'approved' && commit === head)
    if (!isApproved && !hasWindow) return askObjectors(dossier)
    await dossier.readSingly()
    await askPushers(dossier)
    await askObjectors(dossier)
    for (const { author } of reviews.ok ? reviews.value : []) await dossier.permission(author)
    if (hasWindow) await askVetoers(dossier)
  }
}

function keyOf(head: Oid, { updatedAt }: PullFact, tier: Tier | null): string {
  return `${head} ${updatedAt} ${tier}`
}

/** Null: nothing of the forge matters to it. With the best that its author could be: the rest is for the judge. */
export function tierOf(file: ActionFile, set: TrustSet): Tier | null {
  if (file.kind !== 'parsed' || !file.action.ok) return null
  const { action } = file.action.value
  return classify({ formula: action.formula, action, set, requesterMayWrite: true }).tier
}

/** Whoever may have ended the window of this head. */
export async function askVeto(dossier: Dossier): Promise<void> {
  await askObjectors(dossier)
  await askVetoers(dossier)
}

async function askObjectors(dossier: Dossier): Promise<void> {
  const reviews = await dossier.reviews()
  for (const { state, author } of reviews.ok ? reviews.value : [])
    if (state === 'changes_requested') await dossier.permission(author)
}

/** Whoever closed it, or wrote a veto. */
async function askVetoers(dossier: Dossier): Promise<void> {
  const [history, comments] = [await dossier.history(), await dossier.comments()]
  for (const account of history.ok ? history.value.closedBy : []) await dossier.permission(account)
  for (const { author, body } of comments.ok ? comments.value : [])
    if (isVetoComment(body)) await dossier.permission(author)
}

function mayWrite({ pull, permissions }: PullDossier): boolean {
  const learned = pull.author === null ? undefined : permissions.get(pull.author.id)
  return learned?.ok === true && (learned.value === 'write' || learned.value === 'admin')
}

function mayBeApproved({ reviews }: PullDossier): boolean {
  return reviews?.ok === true && reviews.value.some(({ state }) => state === 'approved')
}
