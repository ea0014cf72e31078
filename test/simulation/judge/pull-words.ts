/** What dispatchers say and do on a forge: nothing twice, no success before its time, and nothing closed but what was claimed. */
import type { Oid } from '../../../vault/oid.js'
import { type PullPicture, pictureOf } from '../forge/picture.js'
import { type Created, type Pull, type PullEvent, SELF, type Site, type Status } from '../forge/site.js'
import type { HonestRequest, Tier } from '../truth.js'
import type { Judge, KnownClaim } from './judge.js'
import { mayAllWrite } from './pull-requesters.js'
import { readRecord } from './record.js'

interface Event {
  readonly seq: number
  judge(): void
}

export class PullWords {
  #created = 0
  #statuses = 0
  readonly #events = new Map<number, number>()

  constructor(
    private readonly judge: Judge,
    private readonly site: Site,
  ) {}

  /** What is new since the last call. */
  take(): Event[] {
    const judge = this.judge
    const site = this.site
    const created = site.created.slice(this.#created)
    const statuses = site.statuses.slice(this.#statuses)
    this.#created = site.created.length
    this.#statuses = site.statuses.length
    const closed = site.pulls.flatMap((pull) => {
      const known = this.#events.get(pull.number) ?? 0
      if (known === pull.events.length) return []
      const fresh = pull.events.slice(known)
      this.#events.set(pull.number, pull.events.length)
      return fresh
        .filter(isClosedByUs)
        .map((event) => ({ seq: event.seq, judge: () => judgeClosed(judge, pull, event) }))
    })
    return [
      ...created.map((each) => ({ seq: each.asked, judge: () => judgeCreated(judge, site, each) })),
      ...statuses.map((each) => ({ seq: each.seq, judge: () => judgeStatus(judge, each) })),
      ...closed,
    ]
  }
}

/** Not with the branch, which is judged for itself. */
export function isClosedByUs(event: PullEvent): boolean {
  return event.kind === 'closed' && event.by === SELF && event.withBranch !== true
}

/** Whoever makes a comment where there is one has looked since it last made one, and was not shown that one. */
function judgeCreated(judge: Judge, site: Site, { process, pull: number, comment, asked }: Created) {
  const pull = site.pull(number)!
  const own = (moment: number) =>
    (pictureOf(site, pull, moment)?.comments ?? []).filter(({ by, id }) => by === SELF && id !== comment)
  const lastMade = Math.max(
    0,
    ...site.created
      .filter((other) => other.process === process && other.pull === number && other.asked < asked)
      .map((other) => other.asked),
  )
  const looks = site.looks.filter(
    (look) => look.process === process && look.pull === number && look.seq > lastMade && look.seq < asked,
  )
  for (const { id } of own(asked)) {
    // One that somebody had written over cannot be known again, whatever is written into it later.
    const isHidden = (moment: number) => !own(moment).some((one) => one.id === id && one.writtenBy === SELF)
    if (!looks.some(({ asOf }) => isHidden(asOf)))
      judge.blame('told_once', `pull request ${number} had a comment already`)
  }
}

/** `success` could set off a scheduled merge. */
function judgeStatus(judge: Judge, { commit, state, seq }: Status) {
  if (state !== 'success') return
  const claim = [...judge.claims.values()].find(({ requestHead }) => requestHead === commit)
  const runs = judge.scene.truth.starts.filter(({ nonce }) => nonce === claim?.nonce)
  const hasSucceeded =
    claim?.isDryRun === true || runs.some(({ end, endSeq }) => end === 'succeeded' && (endSeq ?? seq) < seq)
  if (claim === undefined || claim.outcomes.length === 0 || !hasSucceeded)
    judge.blame('success_true', `${commit} was given success`)
}

function judgeClosed(judge: Judge, pull: Pull, { seq }: PullEvent) {
  const picture = pictureOf(judge.scene.site!, pull, seq)!
  const heads = new Set(picture.pushes.map(({ after }) => after as string))
  const isClaimed = [...judge.claims.values()].some((claim) => heads.has(claim.requestHead) && claim.seq < seq)
  // A claim of a dispatcher's own making that somebody else brought to main is one for all who look there.
  const isStray = [...judge.scene.truth.strayClaims.keys()].some((folder) => folder.endsWith(pull.branch.slice(5)))
  if (!isClaimed && !isStray) judge.blame('pull_closed', `pull request ${pull.number} was not claimed`)
}

/** At the end: is somebody told on its pull request what an honest request waits for? */
export function isToldAtForge(site: Site, { id, head }: Pick<HonestRequest, 'id' | 'head'>, now: number): boolean {
  const open = openWith(site, head, now).filter(({ pull, base }) => base === 'main' && pull.branch === `vault/${id}`)
  return open.every(
    ({ pull, comments }) => isWrittenOver(pull) || comments.some(({ by, body }) => by === SELF && body.includes(head)),
  )
}

/** At the end: is an honest request that waits marked with its tier, which is high if who asks may not write, and has its head a status? */
export function markFault(
  site: Site,
  { id, head }: Pick<HonestRequest, 'id' | 'head'>,
  tier: Tier,
  now: number,
): string | null {
  const all = openWith(site, head, now)
  const open = all.filter(({ pull, base }) => base === 'main' && pull.branch === `vault/${id}`)
  const right = [`tier: ${tier}`, ...(all.every((one) => mayAllWrite(site, one, now)) ? [] : ['tier: high'])]
  const isAstray = ({ events }: Pull) => events.some(({ isLate }) => isLate === true)
  for (const { pull, labels } of open.filter((one) => !isWrittenOver(one.pull) && !isAstray(one.pull))) {
    const tiers = labels.filter((label) => label.startsWith('tier: '))
    if (tiers.length !== 1 || !right.includes(tiers[0]!))
      return `pull request ${pull.number} is ${tier}, and labelled ${tiers.join()}`
  }
  return open.length === 0 || site.statuses.some(({ commit }) => commit === head) ? null : `${head} has no status`
}

/** The number of the pull request that the intent names. */
export function pullOfClaim({ scene }: Judge, intent: Oid): number | null {
  const evidence = readRecord(scene.server.store.text(intent))?.predicate['evidence'] as { pull?: unknown } | undefined
  const named = evidence?.pull
  const number = typeof named === 'object' && named !== null ? (named as { pull?: unknown }).pull : named
  return typeof number === 'number' ? number : null
}

/** At the end: what was claimed from a pull request is told there, by the dispatcher that claimed it and is alive. */
export function judgeToldEnd(judge: Judge, site: Site, { id, folder, intent, instance }: KnownClaim) {
  const { hosts } = judge.scene
  const number = pullOfClaim(judge, intent)
  const pull = number === null ? null : site.pull(number)
  if (pull === null || !hosts.some((host) => host.instance === instance)) return
  if (!isEndTold(pull, folder)) judge.blame('told_end', `pull request ${pull.number} is not told how ${id} ended`)
}

/** At some time: another head of the same pull request is another request, and has its own words. */
export function isEndTold({ events }: Pull, folder: string): boolean {
  return events.some((event) => {
    const isWords = event.by === SELF && (event.kind === 'commented' || event.kind === 'edited')
    return isWords && event.body.includes(folder) && event.body.includes('Ended: ')
  })
}

/** Words that were given up arrived later, or people laid hands on them: a dispatcher does not read its own words back. */
function isWrittenOver({ events }: Pull): boolean {
  return events.some((event) => {
    const isWords = event.kind === 'commented' || event.kind === 'edited' || event.kind === 'deleted'
    return isWords && (event.isLate === true || (event.kind !== 'commented' && event.by !== SELF))
  })
}

/** At the end: nothing is left to merge of what was claimed. */
export function judgeLeftOpen(judge: Judge, site: Site, { id, requestHead }: KnownClaim) {
  for (const { pull, base } of openWith(site, requestHead as Oid, judge.scene.truth.now))
    if (base === 'main' && pull.branch === `vault/${id}`)
      judge.blame('left_open', `${id} was claimed, and pull request ${pull.number} is open`)
}

function openWith(site: Site, head: Oid, now: number): readonly PullPicture[] {
  const pictures = site.pulls.flatMap((pull) => pictureOf(site, pull, now) ?? [])
  return pictures.filter((picture) => picture.isOpen && picture.head === head)
}
