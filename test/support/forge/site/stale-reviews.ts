/** What a push makes of the reviews there are. */
import { protectionOf } from '../forgejo/branch-protection.js'
import { rulesFor } from '../github/ruleset.js'
import { note } from './pull-events.js'
import type { Pull, Site, User } from './state.js'

export function reviewsAfterPush(site: Site, pull: Pull, by: User): void {
  for (const review of pull.reviews) review.stale = review.commit !== pull.head && review.state !== 'commented'
  if (!dismissesStale(site, pull)) return
  for (const review of pull.reviews.filter((each) => each.state === 'approved' && !each.dismissed)) {
    review.dismissed = true
    const message = 'New commits pushed, approval review dismissed automatically according to repository settings'
    note(site, pull, by, { kind: 'dismiss_review', review, message })
  }
}

function dismissesStale(site: Site, pull: Pull): boolean {
  if (site.kind === 'forgejo') return protectionOf(pull.repo, pull.baseBranch)?.['dismiss_stale_approvals'] === true
  return rulesFor(pull.repo, pull.baseBranch).some((rule) => rule.parameters['dismiss_stale_reviews_on_push'] === true)
}
