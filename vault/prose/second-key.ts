/** Who stands behind an action, in one line: for trailers, the log, and comments. */
import { type Evidence, pullOf } from '../record/evidence.js'
import { plain } from './plain.js'

/** For the trailer `Approved-By`. */
export function approvedBy(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'policy':
      return 'policy (auto-approved: low blast radius)'
    case 'signed_merge':
      return `${evidence.merged_by.principal} (${evidence.merged_by.role}, signed merge ${short(evidence.merge_commit)})`
    case 'pull_merge':
      return `${person(evidence.merged_by)}, merge ${short(evidence.merge_commit)} of pull request ${evidence.pull})`
    case 'pull_review':
      return `${person(evidence.review.by)}, review ${evidence.review.id} of ${short(evidence.head)} in pull request ${evidence.pull})`
    case 'unopposed_window':
      return `policy (unopposed for ${Math.floor(evidence.window_ms / 1_000)} s in pull request ${evidence.pull})`
  }
}

/** For `log`: who it was, by a name alone. */
export function secondKeyBy(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'policy':
    case 'unopposed_window':
      return 'policy'
    case 'signed_merge':
      return evidence.merged_by.principal
    case 'pull_merge':
      return evidence.merged_by.login
    case 'pull_review':
      return evidence.review.by.login
  }
}

export function requesterNames({ requesters }: Evidence): readonly string[] {
  return requesters.map((who) => plain(typeof who === 'string' ? who : `${who.login} (id ${who.id})`, 100))
}

/** ` by pull request 7`; empty where there was none. */
export function byPull(evidence: Evidence): string {
  const pull = pullOf(evidence)
  return pull === null ? '' : `, by pull request ${pull.number}`
}

/** Without its closing bracket: what they did follows. */
function person({ login, id, permission }: { login: string; id: number; permission: string }): string {
  return `${plain(login, 100)} (id ${id}, ${permission}`
}

function short(oid: string): string {
  return oid.slice(0, 12)
}
