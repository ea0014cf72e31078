/** Was a claim right, by what the world knows? */
import type { Oid } from '../../../vault/oid.js'
import type { Tier } from '../truth.js'
import { minutesOf } from './equipment.js'
import { judgeClaimExplained } from './explained.js'
import { Glimpse } from './glimpse.js'
import type { Judge, Written } from './judge.js'
import { claimFault } from './pulls.js'
import { readRecord, sha256Of, textOf } from './record.js'
import { type TrustState, trustOf } from './trust.js'

const SIX_HOURS_MS = 6 * 60 * 60 * 1000
const ORDER: readonly Tier[] = ['low', 'medium', 'high']

interface Place {
  readonly folder: string
  readonly day: string
  readonly id: string
}

export function judgeClaim(judge: Judge, written: Written, { folder, day, id }: Place) {
  const { truth, server } = judge.scene
  const { commit, parent, by, seq } = written
  const files = server.store.files(commit)
  const record = readRecord(server.store.text(files.get(`${folder}/intent.json`)!.oid))
  const blob = files.get(`${folder}/action.toml`)?.oid
  const said = record?.predicate ?? {}
  const what = `${id} by ${by.host} in ${commit.slice(0, 8)}`
  if (record === null || blob === undefined || !truth.dispatcherKeys.has(record.keyId))
    return judge.blame('content', `the claim of ${what} cannot be read`)
  const before = judge.claims.get(id)
  if (before !== undefined) judge.blame('one_claim', `${what}: it was claimed in ${before.folder}`)
  const claimedAt = Date.parse(textOf(said, 'claimed_at'))
  const trust = trustOf(judge.scene, parent)
  const claim = {
    id,
    folder,
    nonce: textOf(said, 'nonce'),
    instance: textOf(said, 'dispatcher', 'instance'),
    by: by.process,
    formula: textOf(said, 'formula'),
    tier: textOf(said, 'tier'),
    inForce: trust.inForce,
    commit,
    intent: files.get(`${folder}/intent.json`)!.oid,
    blob,
    requestHead: textOf(said, 'request_head'),
    claimedAt,
    startBy: claimedAt + SIX_HOURS_MS,
    timeoutMinutes: Number(said['timeout_minutes']),
    seq,
    isDryRun: said['dry_run'] === true,
    outcomes: [],
  }
  const isBackwards = [...judge.claims.values()].some((other) => other.by === by.process && other.claimedAt > claimedAt)
  if (isBackwards) judge.blame('content', `${what}: it is dated before an earlier one of the same process`)
  if (before === undefined) judge.claims.set(id, claim)
  if (Date.parse(textOf(said, 'start_by')) !== claim.startBy || textOf(said, 'claimed_at').slice(0, 10) !== day)
    judge.blame('content', `${what}: its times do not fit`)
  if (claim.instance !== by.instance || textOf(said, 'id') !== id)
    judge.blame('content', `${what} speaks for somebody else`)
  if (!truth.noted.has(`${by.instance}:${claim.nonce}`)) judge.blame('note_before_claim', what)
  if (files.has(`vault/actions/${id}.toml`)) judge.blame('content', `${what} leaves the action on main`)
  if (!files.has('vault/actions/README.md')) judge.blame('content', `${what} leaves vault/actions without its README`)
  judgeDecision(
    judge,
    { what, base: textOf(said, 'base'), at: claimedAt, trustCommit: textOf(said, 'trust_set', 'commit') },
    written,
  )
  judgeContent(judge, what, { id, blob, base: textOf(said, 'base') as Oid, claimedAt, requestHead: claim.requestHead })
  judgeIntent(judge, what, { said, blob }, trust)
  judgeClaimExplained(judge, what, { said, id, blob, base: parent })
  const { site } = judge.scene
  if (site !== null) {
    const glimpse = new Glimpse({ truth, site }, { process: by.process, at: claimedAt, seq }, 'claim')
    const { requestHead } = claim
    const wrong = claimFault(judge, { site, id, blob, base: parent, trust, glimpse, requestHead, said })
    if (wrong !== null) judge.blame(wrong.law, `${what}: ${wrong.why}`)
    return
  }
  const tier = tierOf(judge, blob, trust)
  if (textOf(said, 'tier') !== tier) judge.blame('tier', `${what} says ${textOf(said, 'tier')}, it is ${tier}`)
  const fault = tier === 'low' ? null : secondKeyFault(judge, { id, blob, tier, base: parent }, trust)
  if (fault !== null) judge.blame('second_key', `${what}: ${fault}`)
  judgeEvidence(judge, what, { said, tier, merge: lastMove(judge, id, parent) }, trust)
}

/** What it says of action, formula and trust set is what they say. */
function judgeIntent(
  judge: Judge,
  what: string,
  { said, blob }: { said: Readonly<Record<string, unknown>>; blob: Oid },
  { inForce }: TrustState,
) {
  const { truth, server, root } = judge.scene
  const action = truth.actions.get(blob)
  const formula = `formulas/${action?.formula}.toml`
  const oidOf = (path: string) => server.store.entry(inForce, path)?.oid ?? ''
  const bytes = server.store.blob(oidOf(formula) as Oid)
  const should = {
    root,
    commit: inForce,
    policy_blob: oidOf('policy.toml'),
    signers_blob: oidOf('allowed_signers'),
    formulas_tree: oidOf('formulas'),
    formula,
    formula_sha256: bytes === null ? '' : sha256Of(bytes),
  }
  for (const [name, value] of Object.entries(should))
    if (textOf(said, 'trust_set', name) !== value) judge.blame('record_true', `${what} names a wrong ${name}`)
  const given = truth.formulas.get(oidOf(formula) as Oid)
  if (action !== undefined && given !== undefined && said['timeout_minutes'] !== minutesOf(action, given))
    judge.blame('record_true', `${what} may take another time`)
  if (textOf(said, 'formula') !== action?.formula || said['dry_run'] !== action.isDryRun)
    judge.blame('record_true', `${what} is not what the action says`)
}

/** In plain git: by whom it says that it was approved, and who it says asked. */
function judgeEvidence(
  judge: Judge,
  what: string,
  { said, tier, merge }: { said: Readonly<Record<string, unknown>>; tier: Tier; merge: Oid | undefined },
  trust: TrustState,
) {
  const { truth, server } = judge.scene
  const evidence = (said['evidence'] ?? {}) as Readonly<Record<string, unknown>>
  const lie = (why: string) => judge.blame('record_true', `${what}: ${why}`)
  if (textOf(evidence, 'kind') !== (tier === 'low' ? 'policy' : 'signed_merge'))
    return lie('its evidence is of another kind')
  const approval = tier === 'low' || merge === undefined ? undefined : truth.approvals.get(merge)
  if (approval === undefined) return
  const parents = server.store.commit(approval.merge)!.parents.join()
  const by = trust.signers.get(approval.by ?? '') ?? ''
  const asked = new Set(truth.heads.get(approval.head)?.signers?.map((key) => trust.signers.get(key)))
  if (textOf(evidence, 'merge_commit') !== approval.merge || String(evidence['parents']) !== parents)
    lie('it names another merge')
  if (textOf(evidence, 'merged_by', 'principal') !== by || textOf(evidence, 'merged_by', 'key') !== approval.by)
    lie('it names another approver')
  if (textOf(evidence, 'merged_by', 'role') !== trust.policy.roles[by]) lie('it names another role')
  if (String([...asked].sort()) !== String([...((evidence['requesters'] ?? []) as string[])].sort()))
    lie('it names other requesters')
}

/** The commit that changed it on main last; undefined: none ever did. */
export function lastMove({ scene }: Judge, id: string, base: Oid): Oid | undefined {
  const { graph } = scene.server
  const path = `vault/actions/${id}.toml`
  return graph.line(base).find((commit) => graph.changesOf(commit).some((change) => change.path === path))
}

/**
 * What holds of every decision that is written on main.
 * @param trustCommit null where it names none
 */
export function judgeDecision(
  judge: Judge,
  { what, base, at, trustCommit }: { what: string; base: string; at: number; trustCommit: string | null },
  { parent, by, seq }: Written,
) {
  const { truth } = judge.scene
  if (!judge.isOnlyOwnBetween(base, parent, by.process))
    judge.blame('decided_on_this_main', `${what} was decided on ${base}`)
  const trust = trustOf(judge.scene, parent)
  if (trustCommit !== null && trust.inForce !== trustCommit)
    judge.blame('trust_set', `${what} names ${trustCommit}, in force is ${trust.inForce}`)
  if (trust.isBroken) judge.blame('stopped', `${what} under a set that is broken`)
  if (!trust.policy.writeEnabled) judge.blame('stopped', `${what} while writing is off`)
  if (at < (truth.knewTime.get(by.process) ?? 0))
    judge.blame('steady_time', `${what} is dated ${new Date(at).toISOString()}`)
  // The tick in which it was decided began when the clock said so.
  const began = truth.clockReads.get(by.process)?.findLast((read) => read.value === at && read.seq < seq)?.seq ?? 0
  const isFrozen = truth.freezes.some(({ host, from, to }) => host === by.host && from < began && (to ?? seq) >= seq)
  if (isFrozen) judge.blame('stopped', `${what} though ${by.host} is frozen`)
}

function judgeContent(
  judge: Judge,
  what: string,
  asked: { id: string; blob: Oid; base: Oid; claimedAt: number; requestHead: string },
) {
  const { truth, server } = judge.scene
  const { id, blob, base, claimedAt, requestHead } = asked
  const action = truth.actions.get(blob)
  const trust = trustOf(judge.scene, base)
  if (action === undefined || !action.isValid || action.id !== id)
    return judge.blame('content', `${what} is no valid action`)
  if (action.expiresAt !== null && action.expiresAt <= claimedAt) judge.blame('content', `${what} has expired`)
  if (!server.store.files(trust.inForce).has(`formulas/${action.formula}.toml`))
    judge.blame('content', `${what} has no formula in force`)
  const onMain = server.store.entry(base, `vault/actions/${id}.toml`)
  if (onMain?.oid === blob) {
    if (onMain.mode !== '100644') judge.blame('content', `${what} is no plain file on main`)
    return
  }
  const head = truth.heads.get(requestHead as Oid)
  if (head === undefined || !head.isExact || head.blob !== blob || head.suffix !== id)
    judge.blame('content', `${what} is not what was asked for`)
}

export function tierOf(judge: Judge, blob: Oid, trust: TrustState): Tier {
  const action = judge.scene.truth.actions.get(blob)
  const policy = trust.policy.tiers[action?.formula ?? ''] ?? 'high'
  const declared = action?.declared ?? 'low'
  return ORDER[Math.max(ORDER.indexOf(policy), ORDER.indexOf(declared))]!
}

/** Who pressed approve on what: null where that is a second key under the trust set given. */
export function secondKeyFault(
  judge: Judge,
  { id, blob, tier, base }: { id: string; blob: Oid; tier: 'medium' | 'high'; base: Oid },
  trust: TrustState,
): string | null {
  const { truth, server } = judge.scene
  const path = `vault/actions/${id}.toml`
  const last = lastMove(judge, id, base)
  const approval = last === undefined ? undefined : truth.approvals.get(last)
  if (approval === undefined || !approval.isExact) return 'nobody approved it'
  if (approval.blob !== blob || server.store.entry(base, path)?.oid !== blob) return 'something else was approved'
  const [first] = server.store.commit(approval.merge)!.parents
  if (first !== undefined && server.graph.ancestors(first).has(approval.head)) return 'it brought nothing new'
  const name = trust.signers.get(approval.by ?? '')
  const role = name === undefined ? undefined : trust.policy.roles[name]
  if (name === undefined || role === undefined || role === 'request') return `approved by nobody who may (${name})`
  if (tier === 'high' && role !== 'admin') return `${name} is no admin`
  if (tier === 'high' && trust.policy.pinnedAdmins !== null && !trust.policy.pinnedAdmins.includes(name))
    return `${name} is not pinned`
  if (trust.policy.never.includes(name)) return `${name} never is a second key`
  const requesters = truth.heads.get(approval.head)?.signers?.map((key) => trust.signers.get(key)) ?? [undefined]
  if (requesters.some((one) => one === undefined || trust.policy.roles[one] === undefined))
    return 'nobody knows who asked'
  const isSelf = requesters.includes(name) && !(tier === 'medium' && trust.policy.allowSelfMedium)
  return isSelf ? `${name} asked for it` : null
}
