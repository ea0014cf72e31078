/** Reasons that only a forge gives: what waits, what is wrong with a pull request, what the forge could not say. */
import { reasons } from './reason.js'

export const FORGE_FIRE = reasons({
  reviewed_by_writer: [
    'nobody',
    'A person with the permission, who did not request it, approved exactly this head.',
    'Nothing to do.',
  ],
  unopposed: [
    'nobody',
    'Nobody who may write objected during the whole review window of the policy.',
    'Nothing to do.',
  ],
})

export const FORGE_WAIT = reasons({
  open_pull_request: [
    'requester',
    'Medium and high wait for a person, who needs a pull request to look at; a branch alone serves the low tier only.',
    'Open a pull request of this branch against main (`countersign request` does).',
  ],
  pull_is_draft: ['requester', 'The pull request is a draft.', 'Mark it as ready for review.'],
  changes_requested: [
    'writer',
    'A person who may write asks for changes, and that stands.',
    'Have that person approve or dismiss it; or close the pull request and ask again under a new id.',
  ],
  review_window: [
    'writer',
    'Medium blast radius: it fires when the review window of the policy has passed and nobody who may write has objected. Only time counts in which the dispatcher was there to see.',
    'An approving review lets it through at once. To stop it, request changes, comment `/veto`, or close the pull request.',
  ],
  vetoed: [
    'writer',
    'A person who may write objected, so this head has no review window any more: it waits for an approving review or a merge.',
    'Approve exactly this head, or merge it; or push another head, which gets a window of its own.',
  ],
})

export const FORGE_REFUSE = reasons({
  approver_unnamed: [
    'admin',
    'The forge does not say who merged it.',
    'Request it anew under a new id, and merge that as yourself.',
  ],
  approver_is_ghost: [
    'admin',
    'Whoever merged it is a deleted account.',
    'Request it anew under a new id, and have somebody merge that.',
  ],
  approver_is_bot: [
    'admin',
    'Whoever merged it is a bot or an app. A second key is a person.',
    'Request it anew under a new id, and have a person merge that.',
  ],
  approver_is_dispatcher: [
    'admin',
    "The dispatcher's own account merged it. It is never a second key.",
    'Request it anew under a new id, have a person merge that, and find out who uses the token of the dispatcher.',
  ],
  not_this_merge: [
    'admin',
    'The pull request that is named for this merge was merged as another commit.',
    'Request it anew under a new id, and merge that pull request with a merge commit.',
  ],
  not_this_repository: [
    'admin',
    'The pull request was made against another repository.',
    'Request it anew, with a pull request against the ops repo.',
  ],
  not_this_branch: [
    'admin',
    'The pull request was made against another branch than main.',
    'Request it anew, with a pull request against main.',
  ],
  retargeted: [
    'admin',
    'The pull request has had another base branch: what was looked at may have been another change.',
    'Request it anew under a new id, with a pull request that is made against main and stays there.',
  ],
  scheduled_without_review: [
    'admin',
    'The merge was scheduled, so that it happened by itself, and whoever scheduled it has not approved exactly the head that was merged.',
    'Request it anew under a new id; merge it by hand, or approve its head before you schedule.',
  ],
})

export const FORGE_UNVERIFIABLE = reasons({
  forge_unreachable: [
    'operator',
    'The forge did not answer.',
    'Nothing to do if it is a passing fault: the next tick asks again. Else look at the forge, and at `[forge] url`.',
  ],
  forge_rate_limited: ['nobody', 'The forge asks for fewer requests.', 'Nothing to do: it is asked again later.'],
  forge_unauthorized: [
    'operator',
    "The forge does not accept the dispatcher's token.",
    'Put a valid token where `[forge] token_env` says.',
  ],
  forge_forbidden: [
    'operator',
    "The token may not read what the verdict needs, such as people's permissions.",
    "Give the dispatcher's account the rights that `countersign doctor` names. Said to an agent or a writer, it is no fault: the dispatcher may read it.",
  ],
  forge_malformed: [
    'operator',
    'The forge answered with something that cannot be understood.',
    "Look at the dispatcher's log: a proxy may be in between, or the forge's version may not be supported.",
  ],
  forge_missing: [
    'operator',
    'The forge says that something does not exist which should.',
    'Nothing to do if it is a passing fault: the next tick asks again. Else look whether the account may see it.',
  ],
  trust_change_unproven: [
    'operator',
    'The trust set was changed before this dispatcher came. By what the forge says now it had no authority; it may have had it then, and no claim of a pinned dispatcher says.',
    'Have the keys of the other dispatchers in `[trust] keys`, and let one of them fire any action: its record says which set is in force. Where there is none, look at the policy on main, and accept it with `countersign unfreeze --root COMMIT`.',
  ],
  forge_late: ['nobody', 'Git shows what the forge does not say yet.', 'Nothing to do: the next tick asks again.'],
  forge_not_asked: [
    'nobody',
    'A fact of the forge that the verdict needs was not asked for.',
    'Nothing to do: the next tick asks for it.',
  ],
})
