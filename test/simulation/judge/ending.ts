/** What must hold once faults have stopped and time has passed. */
import type { Oid } from '../../../vault/oid.js'
import type { Disk, Host } from '../host.js'
import type { HonestRequest } from '../truth.js'
import { judgeBranch } from './branches.js'
import { tierOf } from './claims.js'
import type { Judge, KnownClaim } from './judge.js'
import { judgeNoted } from './left-over.js'
import { judgeEndMark } from './marks.js'
import { judgeClosedTold, judgeOwed } from './owed.js'
import { isToldAtForge, judgeLeftOpen, judgeToldEnd, markFault } from './pull-words.js'
import { isApprovedAtForge, isLowAtForge } from './pulls.js'
import { isIdempotent } from './starts.js'
import { judgeSwitches } from './switches.js'
import { passedOver, trustOf } from './trust.js'

const RECORDS = /^vault\/(fired|refused|ledger)\//

export function judgeEnd(judge: Judge) {
  judgeRecords(judge)
  const { site } = judge.scene
  for (const claim of judge.claims.values()) {
    judgeEnded(judge, claim)
    judgeBranch(judge, claim)
    judgeUnsaid(judge, claim)
    if (site === null) continue
    judgeLeftOpen(judge, site, claim)
    judgeToldEnd(judge, site, claim)
    judgeEndMark(judge, site, claim)
    judgeClosedTold(judge, site, claim)
    judgeOwed(judge, claim)
  }
  for (const request of judge.scene.truth.honest.values()) if (!request.isOff) judgeHonest(judge, request)
  if (site === null) judgeLeft(judge)
  judgeSwitches(judge)
  judgeNoted(judge)
  for (const { name, process } of judge.scene.hosts)
    if (process !== null && process.failures > 0) judge.blame('daemon_lives', `the ticks of ${name} fail for ever`)
}

/** All that dispatchers wrote lies there unchanged, and nothing else but what is kept. */
function judgeRecords(judge: Judge) {
  const files = judge.scene.server.store.files(judge.scene.server.main)
  for (const [path, should] of judge.should) {
    const is = files.get(path)
    const now = is === undefined ? 'nothing' : `${is.mode} ${is.oid}`
    if (now !== should && isWatched(judge, path))
      judge.blame('foreign_undone', `${path} is ${now}, it should be ${should}`)
  }
  for (const path of files.keys()) {
    if (!RECORDS.test(path) || judge.should.has(path) || !isWatched(judge, path)) continue
    if (judge.tolerated.has(path) && !isSecondClaim(judge, path)) continue
    judge.blame('foreign_undone', `${path} is no dispatcher's`)
  }
}

/** Whoever signed it: the id had been claimed, on another day. */
function isSecondClaim(judge: Judge, path: string): boolean {
  const [, folder, id] = /^(vault\/fired\/[^/]+\/([^/]+))\//.exec(path) ?? []
  const claim = judge.claims.get(id ?? '')
  return claim !== undefined && claim.folder !== folder && claim.seq < (judge.foreign.get(path) ?? 0)
}

/** Somebody has watched main since before the change: whoever joined after it cannot know. */
function isWatched(judge: Judge, path: string): boolean {
  const { truth, hosts } = judge.scene
  const changed = judge.foreign.get(path) ?? Number.POSITIVE_INFINITY
  return hosts.some(({ instance }) => (truth.watchesSince.get(instance ?? '') ?? Number.POSITIVE_INFINITY) < changed)
}

/**
 * Nothing hinders anybody any more, and no time has passed yet: whoever claimed something has started and ended it. At a forge
 * not those whose clock has gone back: until it has caught up no time passes for them, and some of its words are waited for.
 */
export function judgeOwnEnds(judge: Judge) {
  const { hosts, site, truth } = judge.scene
  const isBehind = ({ clock, instance }: Host) => clock < (truth.greatestClock.get(instance ?? '') ?? 0)
  const acting = hosts.filter((host) => host.process !== null && !(site !== null && isBehind(host)))
  const alive = new Set(acting.map(({ instance }) => instance))
  for (const { id, instance, outcomes } of judge.claims.values())
    if (outcomes.length === 0 && alive.has(instance))
      judge.blame('ends', `${id} was claimed, and its dispatcher does nothing about it`)
}

/**
 * While nothing may be claimed, because an operator froze it or writing is off, how a run ended is a fact all the same, and is
 * recorded. Not where somebody laid hands on records: what lies in the way of it is not undone then.
 */
export function judgeHeldEnds(judge: Judge) {
  if (judge.foreign.size > 0) return
  const acting = judge.scene.hosts.filter(({ process, disk }) => process?.failures === 0 && !isMainDoubted(disk))
  for (const claim of judge.claims.values())
    if (acting.some(({ instance }) => instance === claim.instance) && isEndKept(judge, claim))
      judge.blame('late_truth', `${claim.id} has ended, and its dispatcher says nothing while it is held`)
}

/** Of one that was lost and may begin anew nobody says anything yet. */
function isEndKept(judge: Judge, { id, nonce, instance, outcomes }: KnownClaim): boolean {
  const run = judge.scene.truth.starts.findLast((start) => start.nonce === nonce)
  const isKnown = run?.end != null && !(run.end === 'vanished' && isIdempotent(judge, id))
  return isKnown && !outcomes.some((told) => told.instance === instance)
}

/** On a main that is not what it was nothing is written at all. */
function isMainDoubted({ files }: Disk): boolean {
  const freeze = files.get('state/freeze.json')
  return freeze !== undefined && (JSON.parse(freeze) as { cause: string }).cause !== 'operator'
}

function judgeEnded(judge: Judge, claim: KnownClaim) {
  const { truth, hosts } = judge.scene
  const isAlive = hosts.some(({ instance }) => instance === claim.instance)
  if (claim.outcomes.length === 0) return judge.blame('ends', `${claim.id}, claimed in ${claim.folder}, has no outcome`)
  const run = truth.starts.findLast(({ nonce }) => nonce === claim.nonce)
  const isTold = claim.outcomes.some(({ instance }) => instance === claim.instance)
  if (isAlive && run?.end != null && !isTold)
    judge.blame('late_truth', `${claim.id} ${run.end}, and its dispatcher does not say so`)
}

function judgeHonest(judge: Judge, { id, head, blob }: HonestRequest) {
  const { truth, server, site } = judge.scene
  if (judge.claims.has(id) || isOperatorAsked(judge)) return
  const files = server.store.files(server.main)
  const action = truth.actions.get(blob)!
  const stuck = (why: string) => judge.blame('not_stuck', `${id} (${action.formula}): ${why}`)
  if (files.has(`vault/actions/${id}.toml`)) return stuck('it waits on main, and nobody is asked for anything')
  // That each refusal was right was judged when it was made.
  if ([...judge.should.keys()].some((path) => path.startsWith('vault/refused/') && path.includes(`/${id}-`))) return
  if (server.ref(`refs/heads/vault/${id}`) !== head) return stuck('its branch is gone, and nothing was said')
  const trust = trustOf(judge.scene, server.main)
  const isLow =
    site === null ? tierOf(judge, blob, trust) === 'low' : isLowAtForge(judge, site, { id, blob, head }, trust)
  const hasExpired = action.expiresAt !== null
  if (isLow && !hasExpired) return stuck('it is low, and was not claimed')
  if (site !== null) {
    if (!hasExpired && isApprovedAtForge(judge, site, { id, blob, head }, trust)) stuck('it is approved, and waits')
    if (!isToldAtForge(site, { id, head }, truth.now)) return stuck('nobody was told what it waits for')
    if (hasExpired) return
    const unmarked = markFault(site, { id, head }, tierOf(judge, blob, trust), truth.now)
    return unmarked === null ? undefined : judge.blame('told', unmarked)
  }
  const tier = tierOf(judge, blob, trust)
  const words = commentOn(judge, head)
  const isOver = action.expiresAt !== null && judge.scene.hosts.every(({ clock }) => clock >= action.expiresAt!)
  if (words === null) stuck('nobody was told what it waits for')
  else if (isOver && !words.includes('refused'))
    judge.blame('told', `${id} has expired, and what stands there is: ${words}`)
  else if (!hasExpired && (!words.includes(tier) || /refused|frozen|disabled|broken/.test(words)))
    judge.blame('told', `${id} is ${tier}, and what stands there is: ${words}`)
}

/**
 * In a forge: all came to main after a change that no admin brought, and no claim since says that it took no force. It may be
 * that of an admin who has left, so they go by nothing until an operator has looked (decision 0027).
 */
function isOperatorAsked({ scene, claims }: Judge): boolean {
  const { site, hosts, server } = scene
  const isNewcomer = ({ disk }: Host) => !disk.files.has('state/view.json')
  if (site === null || !hosts.every(isNewcomer)) return false
  const change = passedOver(scene, server.main)
  return change !== null && ![...claims.values()].some(({ commit }) => server.graph.ancestors(commit).has(change))
}

/** Of any request, whoever made it: main keeps no action that waits, and each branch has its word or is gone. */
function judgeLeft(judge: Judge) {
  const { server } = judge.scene
  for (const path of server.store.files(server.main).keys())
    if (/^vault\/actions\/.+\.toml$/.test(path)) judge.blame('not_stuck', `${path} stays on main`)
  for (const [suffix, head] of server.requests()) {
    if (server.graph.ancestors(server.main).has(head))
      judge.blame('not_stuck', `vault/${suffix} brings nothing, and stays`)
    else if (commentOn(judge, head) === null) judge.blame('told', `vault/${suffix} stays without a word`)
  }
}

/** The first line of the comment on a head. */
/** What was claimed is not refused as used: only where somebody laid hands on its record nobody knows that it is the same. */
function judgeUnsaid(judge: Judge, { id, requestHead }: KnownClaim) {
  const words = judge.foreign.size > 0 ? null : commentOn(judge, requestHead as Oid)
  if (words?.includes('already_fired') === true)
    judge.blame('told', `${id} was claimed, and what stands there is: ${words}`)
}

function commentOn({ scene: { server } }: Judge, head: Oid): string | null {
  const notes = server.ref('refs/notes/countersign')
  const entry = notes === null ? undefined : server.store.files(notes).get(head)
  return entry === undefined ? null : (server.store.text(entry.oid).split('\n')[0] ?? '')
}
