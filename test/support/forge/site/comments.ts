/** Comments of a pull request. */
import { note } from './pull-events.js'
import { Refusal } from './refusal.js'
import { may } from './roles.js'
import type { Comment, Pull, Repository, Site, User } from './state.js'
import { notifyHooks } from './webhooks.js'

export function addComment(site: Site, pull: Pull, by: User, body: string): Comment {
  if (body.trim() === '') throw new Refusal(422, '[Body]: Required')
  const at = site.now()
  const comment: Comment = { id: site.nextId(), by: by.id, body, createdAt: at, updatedAt: at }
  pull.comments.push(comment)
  note(site, pull, by, { kind: 'comment', comment })
  notifyHooks(site, pull.repo, { event: 'issue_comment', by, pull })
  return comment
}

export interface PlacedComment {
  readonly pull: Pull
  readonly comment: Comment
}

export function findComment(repo: Repository, id: number): PlacedComment {
  for (const pull of repo.pulls.values()) {
    const comment = pull.comments.find((each) => each.id === id)
    if (comment !== undefined) return { pull, comment }
  }
  throw new Refusal(404, 'Not Found')
}

/** A writer may edit what somebody else wrote. */
export function requireEditor(site: Site, { pull, comment }: PlacedComment, by: User): void {
  if (comment.by !== by.id && !may(site, pull.repo, by, 'write'))
    throw new Refusal(403, site.kind === 'github' ? 'Must have write rights' : '')
}

export function editComment(site: Site, { pull, comment }: PlacedComment, body: string): void {
  comment.body = body
  comment.updatedAt = site.now()
  // Forgejo does not count an edit as an update of the pull request.
  if (site.kind === 'github') pull.updatedAt = comment.updatedAt
}

export function deleteComment(site: Site, { pull, comment }: PlacedComment): void {
  pull.updatedAt = site.now()
  pull.comments.splice(pull.comments.indexOf(comment), 1)
  const index = pull.events.findIndex((event) => event.kind === 'comment' && event.comment === comment)
  pull.events.splice(index, 1)
}
