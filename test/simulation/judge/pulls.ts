/**
 * Laws 1, 3, 5 and 6 where a forge says who did what: the second key by what people truly did there, and by git. Shares no
 * code with the dispatcher.
 */
import type { Oid } from '../../../vault/oid.js'
import { type PullPicture, pictureOf, type ReviewPicture } from '../forge/picture.js'
import type { Pull, Site, Who } from '../forge/site.js'
import { accountId } from '../people/cast.js'
import type { Tier } from '../truth.js'
import { lastMove, tierOf } from './claims.js'
import type { Glimpse } from './glimpse.js'
import type { Judge } from './judge.js'
import { askedFor, mayAllWrite } from './pull-requesters.js'
import { textOf } from './record.js'
import type { TrustState } from './trust.js'
import { windowFault } from './window.js'

type Keyed = 'medium' | 'high'

interface Place {
  readonly site: Site
  readonly id: string
  readonly blob: Oid
  /** Main as it was just before. */
  readonly base: Oid
  readonly trust: TrustState
  readonly glimpse: Glimpse
}

export interface PullClaim extends Place {
  readonly requestHead: string
  readonly said: Readonly<Record<string, unknown>>
}

/** What is wrong with the tier and the second key of a claim; null: nothing. */
export function claimFault(judge: Judge, claim: PullClaim): { law: 'tier' | 'second_key'; why: string } | null {
  const tier = textOf(claim.said, 'tier') as Tier
  const possible = possibleTiers(judge, claim, claim.requestHead)
  if (!possible.includes(tier)) return { law: 'tier', why: `says ${tier}, it is ${possible.join(' or ')}` }
  const why = tier === 'low' ? lowFault(judge, claim) : keyFault(judge, claim, tier)
  return why === null ? null : { law: 'second_key', why }
}

/** A refusal is right where, in a tier that it may have, something was wrong. */
export function isRefusedRightly(judge: Judge, place: Place): boolean {
  return possibleTiers(judge, place, '').some((tier) => tier !== 'low' && mergeFault(judge, place, tier, null) !== null)
}

/** Law 3: what the policy says, and high if one who asks may not write. */
function possibleTiers(judge: Judge, place: Place, requestHead: string): readonly Tier[] {
  const { site, glimpse, blob, trust } = place
  const tier = tierOf(judge, blob, trust)
  if (tier === 'high') return [tier]
  const merge = mergeOf(judge, place)
  const isAsking = (picture: PullPicture) =>
    merge === null
      ? picture.isOpen &&
        picture.base === 'main' &&
        picture.head === requestHead &&
        picture.pull.branch === `vault/${place.id}`
      : picture.merged?.commit === merge
  const asking = (moment: number) =>
    site.pulls.flatMap((pull) => pictureOf(site, pull, moment) ?? []).filter((picture) => isAsking(picture))
  // Two of one head are merged together: nobody can tell which of them brought it.
  const isStrange = (moment: number) => asking(moment).some((picture) => !mayAllWrite(site, picture, moment))
  return [
    ...(glimpse.ever((moment) => !isStrange(moment)) ? [tier] : []),
    ...(glimpse.ever(isStrange) ? ['high' as const] : []),
  ]
}

/** At the end: it fires by itself, whoever asks. A draft does not. */
export function isLowAtForge(
  judge: Judge,
  site: Site,
  { id, blob, head }: { readonly id: string; readonly blob: Oid; readonly head: Oid },
  trust: TrustState,
): boolean {
  const { truth } = judge.scene
  const open = site.pulls
    .flatMap((pull) => pictureOf(site, pull, truth.now) ?? [])
    .filter((one) => one.isOpen && one.base === 'main' && one.head === head && one.pull.branch === `vault/${id}`)
  if (open.length > 0 && open.every(({ isDraft }) => isDraft)) return false
  return tierOf(judge, blob, trust) === 'low' && open.every((one) => mayAllWrite(site, one, truth.now))
}

/** At the end: somebody who may has approved what is open there, and nothing at all speaks against it. */
export function isApprovedAtForge(
  judge: Judge,
  site: Site,
  { id, blob, head }: { readonly id: string; readonly blob: Oid; readonly head: Oid },
  trust: TrustState,
): boolean {
  const { now } = judge.scene.truth
  const open = site.pulls
    .flatMap((pull) => pictureOf(site, pull, now) ?? [])
    .filter((one) => one.isOpen && one.head === head)
  const isPlain = open.every(
    (one) =>
      one.base === 'main' &&
      one.pull.branch === `vault/${id}` &&
      one.pull.isOurs &&
      !one.isDraft &&
      !one.wasRetargeted &&
      mayAllWrite(site, one, now) &&
      one.reviews.every(({ by, state }) => state === 'approved' && site.roleOf(by, now) !== 'deleted'),
  )
  if (!isPlain || tierOf(judge, blob, trust) !== 'medium') return false
  return open.some((one) => {
    const { names } = askedFor(judge, site, { head, number: one.pull.number, moment: now }, 'most', trust)
    return one.reviews.some(({ id, by, commit, isDismissed }) => {
      // Of one person the last word counts: that may be an approval of another commit.
      if (standing(one, by)?.id !== id) return false
      const may = ['admin', 'write'].includes(site.roleOf(by, now)) && by !== 'bot' && !trust.policy.never.includes(by)
      return may && commit === head && !isDismissed && names?.has(by) === false
    })
  })
}

/** A draft waits, of any tier; on main it does not matter any more. */
function lowFault(judge: Judge, claim: PullClaim): string | null {
  const { site, glimpse, id, requestHead } = claim
  if (textOf(claim.said, 'evidence', 'kind') !== 'policy') return 'low fires by the policy alone'
  if (mergeOf(judge, claim) !== null) return null
  const open = (moment: number) =>
    site.pulls
      .flatMap((pull) => pictureOf(site, pull, moment) ?? [])
      .filter(
        (one) => one.isOpen && one.base === 'main' && one.head === requestHead && one.pull.branch === `vault/${id}`,
      )
  const isReady = (moment: number) => open(moment).length === 0 || open(moment).some(({ isDraft }) => !isDraft)
  return glimpse.holds(isReady) ? null : 'it is a draft'
}

function keyFault(judge: Judge, claim: PullClaim, tier: Keyed): string | null {
  const evidence = claim.said['evidence'] as Readonly<Record<string, never>>
  const kind = textOf(claim.said, 'evidence', 'kind')
  const number = Number(evidence['pull'])
  if (kind === 'pull_merge') {
    const { merged_by: by } = evidence as unknown as { merged_by: { id: number } }
    return mergeFault(judge, claim, tier, { number, by: by.id })
  }
  if (kind === 'pull_review' && tier === 'medium') {
    const { review } = evidence as unknown as { review: { id: number; by: { id: number } } }
    return reviewFault(judge, claim, { number, review: review.id, by: review.by.id })
  }
  if (kind === 'unopposed_window' && tier === 'medium') return windowFault(judge, claim, number)
  return `${kind} is no second key for ${tier}`
}

/** The commit that brought it to main; null: it is not there. */
function mergeOf(judge: Judge, { id, base }: Place): Oid | null {
  if (judge.scene.server.store.entry(base, `vault/actions/${id}.toml`) === null) return null
  return lastMove(judge, id, base) ?? null
}

/**
 * GitHub takes one push for the merge of several, and nobody can tell on whose page the button was pressed: each has to be right.
 * @param named by the record; null: a refusal, which names none
 */
function mergeFault(
  judge: Judge,
  place: Place,
  tier: Keyed,
  named: { readonly number: number; readonly by: number } | null,
): string | null {
  const { site, glimpse } = place
  const merge = mergeOf(judge, place)
  if (merge === null) return 'it is not on main'
  const unbound = bindingFault(judge, place, merge)
  if (unbound !== null) return unbound
  const merged = site.pulls.filter(({ events }) =>
    events.some((event) => event.kind === 'merged' && event.commit === merge),
  )
  if (!merged.some(({ number }) => named === null || named.number === number))
    return `no such pull request was merged as ${merge}`
  // One push of one person is told of all of them: where two are said to have merged it, nobody knows who did.
  const mergersAt = (moment: number) =>
    new Set(
      merged.flatMap((pull) => {
        const picture = pictureOf(site, pull, moment)
        return picture?.merged != null && picture.base === 'main' ? [picture.merged.by] : []
      }),
    )
  if (!glimpse.holds((moment) => mergersAt(moment).size <= 1)) return 'two are said to have merged it'
  // Whoever was shown the forge as it was before that may not have known of the others.
  const wasHidden = (pull: Pull) => glimpse.ever((moment) => !pictureOf(site, pull, moment)?.merged)
  const judged = merged.filter((pull) => named === null || named.number === pull.number || !wasHidden(pull))
  const faults = judged.map((pull) => mergedFault(judge, place, tier, pull, named))
  return faults.find((fault) => fault !== null) ?? null
}

/** Law 5. */
function bindingFault({ scene }: Judge, { id, blob, base }: Place, merge: Oid): string | null {
  const { graph, store } = scene.server
  const path = `vault/actions/${id}.toml`
  const { parents } = store.commit(merge)!
  const [only, ...others] = graph.changesOf(merge)
  if (parents.length !== 2) return 'it was brought by no merge of two parents'
  if (only === undefined || others.length > 0 || only.path !== path || only.before !== null)
    return 'the merge does not add exactly one file'
  const isSame = [only.after, store.entry(parents[1]!, path), store.entry(base, path)].every(
    (entry) => entry?.oid === blob && entry.mode === '100644',
  )
  return isSame ? null : 'what was merged is not what was asked for'
}

function mergedFault(
  judge: Judge,
  place: Place,
  tier: Keyed,
  pull: Pull,
  named: { readonly by: number } | null,
): string | null {
  const { site, glimpse } = place
  const event = pull.events.find(({ kind }) => kind === 'merged')
  if (event?.kind !== 'merged') return 'it was not merged'
  const { by, head } = event
  if (named !== null && named.by !== accountId(by)) return `${by} merged it, the record says account ${named.by}`
  const at = (moment: number) => pictureOf(site, pull, moment)
  if (!glimpse.holds((moment) => at(moment)?.base === 'main' && at(moment)?.wasRetargeted === false))
    return 'it was retargeted'
  const person = personFault(place, by, tier)
  if (person !== null) return person
  const isSeen = (moment: number) => {
    const picture = at(moment)
    if (picture === null || picture.scheduledBy.length === 0) return true
    const review = standing(picture, by)
    return review?.state === 'approved' && !review.isDismissed && review.commit === head
  }
  if (!glimpse.holds(isSeen)) return 'the merge was scheduled, and its head was not reviewed'
  return selfFault(judge, place, tier, { by, head, number: pull.number })
}

/** May this person be the second key at all? */
function personFault({ site, glimpse, trust }: Place, by: Who, tier: Keyed): string | null {
  const { never, pinnedAdmins } = trust.policy
  if (by === 'countersign' || by === 'bot' || never.includes(by)) return `${by} never is a second key`
  if (tier === 'high' && pinnedAdmins !== null && !pinnedAdmins.includes(by)) return `${by} is not pinned`
  const enough: readonly string[] = tier === 'high' ? ['admin'] : ['admin', 'write']
  const may = glimpse.holds((moment) => enough.includes(site.roleOf(by, moment)))
  return may ? null : `${by} may not approve ${tier}`
}

/** Law 6. */
function selfFault(
  judge: Judge,
  { site, glimpse, trust }: Place,
  tier: Keyed,
  { by, head, number }: { by: Who; head: Oid; number: number },
): string | null {
  const breadth = glimpse.isFor === 'claim' ? 'least' : 'most'
  const asked = (moment: number) => askedFor(judge, site, { head, number, moment }, breadth, trust).names
  if (!glimpse.holds((moment) => asked(moment) !== null)) return 'nobody knows who asked'
  const maySelf = tier === 'medium' && trust.policy.allowSelfMedium
  const isApart = glimpse.holds((moment) => asked(moment)?.has(by) === false)
  return isApart || maySelf ? null : `${by} asked for it`
}

function reviewFault(
  judge: Judge,
  claim: PullClaim,
  named: { readonly number: number; readonly review: number; readonly by: number },
): string | null {
  const { site, glimpse, requestHead: head } = claim
  const pull = site.pull(named.number)
  const event = pull?.events.find((one) => one.kind === 'reviewed' && one.id === named.review)
  if (pull === null || event?.kind !== 'reviewed') return 'there is no such review'
  const { by } = event
  if (accountId(by) !== named.by) return `${by} reviewed it, the record says account ${named.by}`
  const at = (moment: number) => pictureOf(site, pull, moment)
  const isUp = (picture: PullPicture | null) =>
    picture?.isOpen === true && !picture.isDraft && picture.base === 'main' && picture.head === head
  if (!glimpse.holds((moment) => isUp(at(moment)))) return 'no pull request is open with that head'
  if (!glimpse.holds((moment) => at(moment)?.wasRetargeted === false)) return 'it was retargeted'
  const stands = (moment: number) => {
    const picture = at(moment)
    const review = picture === null ? null : standing(picture, by)
    return review?.id === named.review && review.state === 'approved' && !review.isDismissed && review.commit === head
  }
  if (!glimpse.holds(stands)) return 'the approval does not stand'
  if (!glimpse.holds((moment) => !isOpposed(site, head, moment))) return 'a writer asks for changes'
  const fault = personFault(claim, by, 'medium')
  return fault ?? selfFault(judge, claim, 'medium', { by, head: head as Oid, number: named.number })
}

/** The last word of one person. */
function standing({ reviews }: PullPicture, by: Who): ReviewPicture | null {
  return reviews.findLast((review) => review.by === by) ?? null
}

function isOpposed(site: Site, head: string, moment: number): boolean {
  const pictures = site.pulls.flatMap((pull) => pictureOf(site, pull, moment) ?? [])
  const open = pictures.filter((picture) => picture.isOpen && picture.head === head)
  return open.some((picture) =>
    picture.reviews.some(({ by }) => {
      const last = standing(picture, by)
      const mayWrite = ['write', 'admin'].includes(site.roleOf(by, moment))
      return mayWrite && last?.state === 'changes_requested' && !last.isDismissed
    }),
  )
}
