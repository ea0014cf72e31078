/** Law 6 in a forge: who asks is the author and every pusher, over all pull requests with that head. By numeric id. */
import type { Account, PullDossier, PullFact, PushFact } from '../forge/fact.js'
import { known, type Unproven } from '../forge/unproven.js'
import type { Oid } from '../oid.js'
import type { RequestCommit } from './fact.js'

export type PullRequesters =
  | { readonly kind: 'known'; readonly accounts: readonly Account[] }
  | { readonly kind: 'unknown'; readonly detail: string }
  | { readonly kind: 'unverifiable'; readonly fault: Unproven }

/**
 * Whoever has no name any more in a fork, beside a branch of ours, takes nothing from those who ask here, each of whom is
 * known: as long as all that was asked for was pushed to ours as well. Else anybody who can fork could copy a request and
 * delete the fork, and what an admin merged would be refused for good.
 * @param commits what the head brings that main lacks
 */
export function pullRequestersOf(dossiers: readonly PullDossier[], commits: readonly RequestCommit[]): PullRequesters {
  const accounts = new Map<number, Account>()
  const ours = dossiers.filter(({ pull }) => !isFork(pull))
  let isPassedOver = false
  for (const { pull, history: learned } of dossiers) {
    const where = `pull request ${pull.number}`
    const history = known(learned, `the history of ${where}`)
    if (!history.ok) return { kind: 'unverifiable', fault: history.fault }
    const pushers = history.value.pushes.filter((push) => !broughtOnlyMain(push, commits)).map(({ by }) => by)
    for (const account of [pull.author, ...pushers, ...history.value.reopenedBy]) {
      if (isCopyist(account, pull, ours)) {
        isPassedOver = true
        continue
      }
      if (account === null) return unknown(`the forge does not say who opened, or pushed to, ${where}`)
      // Ghosts share one id: who they were, and whether they came back as the approver, nobody can say.
      if (account.kind === 'ghost') return unknown(`an account that opened, or pushed to, ${where} is deleted`)
      if (isAnybodys(account))
        return unknown(`${account.login}, by which every writer can act, opened, or pushed to, ${where}`)
      accounts.set(account.id, account)
    }
  }
  if (accounts.size === 0) return unknown('there is no pull request that anybody opened')
  const untold = untoldCommit({ ours, dossiers, isPassedOver }, commits)
  if (untold !== null) {
    const detail = `the forge does not tell who pushed ${untold.slice(0, 12)}`
    return { kind: 'unverifiable', fault: { reason: 'forge_late', detail } }
  }
  return { kind: 'known', accounts: [...accounts.values()].sort((a, b) => a.id - b.id) }
}

/** Before anybody approves: of whoever opened one of these nobody could say that it is not the one who approves. */
export function hasUnknownAuthor(dossiers: readonly PullDossier[]): boolean {
  const ours = dossiers.filter(({ pull }) => !isFork(pull))
  return dossiers.some(
    ({ pull }) =>
      !isCopyist(pull.author, pull, ours) &&
      (pull.author === null || pull.author.kind === 'ghost' || isAnybodys(pull.author)),
  )
}

/** Nobody known, in a fork, beside what was pushed to a branch of ours. */
function isCopyist(account: Account | null, pull: PullFact, ours: readonly PullDossier[]): boolean {
  return (account === null || account.kind === 'ghost') && isFork(pull) && ours.length > 0
}

function isFork({ headRepoId, baseRepoId }: PullFact): boolean {
  return headRepoId !== baseRepoId
}

/**
 * The account of workflows: whoever may push can have one ask in its name, and would then approve their own request (field
 * failure 36). GitHub's has another id on each server, and no person can have that login.
 */
function isAnybodys({ id, login }: Account): boolean {
  return id < 1 || login === 'github-actions[bot]'
}

/**
 * A forge tells of a push after it took it, and of two that come fast it may drop one: whoever pushed at the last moment
 * would be no requester. So each commit has to be one that a push is told to have brought. A copy in a fork does not tell
 * who pushed what it copied: it may come before the forge tells of that.
 * @param isPassedOver somebody without a name was, in a fork: then forks tell of nothing
 */
function untoldCommit(
  asked: {
    readonly ours: readonly PullDossier[]
    readonly dossiers: readonly PullDossier[]
    readonly isPassedOver: boolean
  },
  commits: readonly RequestCommit[],
): Oid | null {
  const { ours, dossiers, isPassedOver } = asked
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]))
  const inOurs = new Set(ours.flatMap(({ pull }) => [...reachable(pull.head, byOid)]))
  const [toldByOurs, toldByAll] = [toldBy(ours, byOid), toldBy(dossiers, byOid)]
  const isTold = (oid: Oid) => toldByOurs.has(oid) || (!isPassedOver && !inOurs.has(oid) && toldByAll.has(oid))
  return commits.find(({ oid, exactMainMerge }) => !exactMainMerge && !isTold(oid))?.oid ?? null
}

/** The commits that pushes to these are told to have brought. */
function toldBy(dossiers: readonly PullDossier[], byOid: ReadonlyMap<Oid, RequestCommit>): ReadonlySet<Oid> {
  const told = new Set<Oid>()
  for (const { history } of dossiers) {
    for (const push of history?.ok === true ? history.value.pushes : []) {
      const brought = push.commits ?? (push.after === null ? [] : [...reachable(push.after, byOid)])
      for (const oid of [...brought, ...(push.after === null ? [] : [push.after])]) told.add(oid)
    }
  }
  return told
}

/**
 * "Update branch" by the sole admin must not make them a requester (field failure 50): a push that was not forced and
 * brought nothing but exact merges of main adds nothing. One of which the forge does not say what it brought counts.
 */
function broughtOnlyMain(push: PushFact, commits: readonly RequestCommit[]): boolean {
  if (push.isForced) return false
  const byOid = new Map(commits.map((commit) => [commit.oid, commit]))
  const brought = push.commits ?? commitsBetween(push, byOid)
  return brought.length > 0 && brought.every((oid) => byOid.get(oid)?.exactMainMerge === true)
}

/** What `after` reaches and `before` does not, of the commits that main lacks. Empty where that cannot be said. */
function commitsBetween({ before, after }: PushFact, byOid: ReadonlyMap<Oid, RequestCommit>): readonly Oid[] {
  if (before === null || after === null || !byOid.has(before) || !byOid.has(after)) return []
  const old = reachable(before, byOid)
  return [...reachable(after, byOid)].filter((oid) => !old.has(oid))
}

function reachable(tip: Oid, byOid: ReadonlyMap<Oid, RequestCommit>): ReadonlySet<Oid> {
  const found = new Set<Oid>()
  const open = [tip]
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const commit = byOid.get(oid)
    if (commit === undefined || found.has(oid)) continue
    found.add(oid)
    open.push(...commit.parents)
  }
  return found
}

function unknown(detail: string): PullRequesters {
  return { kind: 'unknown', detail }
}
