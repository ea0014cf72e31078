import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { forgejoAccount } from '../../../lib/forge/forgejo/account.js'
import { forgejoFeed } from '../../../lib/forge/forgejo/feed-wire.js'
import { forgejoPermission } from '../../../lib/forge/forgejo/permission-wire.js'
import { forgejoPull } from '../../../lib/forge/forgejo/pull-wire.js'
import { forgejoReview } from '../../../lib/forge/forgejo/review-wire.js'
import { forgejoTimeline } from '../../../lib/forge/forgejo/timeline-wire.js'
import { wireComments } from '../../../lib/forge/wire/comment.js'
import { wireRepository } from '../../../lib/forge/wire/repository.js'
import { wireLabel, wireWritten } from '../../../lib/forge/wire/written.js'
import { sample } from './sample.js'
import { forgejoPull as pullAnswer } from './wire-answers.js'

const pull = (name: string) => forgejoPull.parse(sample(name))

describe('a pull request as Forgejo answers', () => {
  it('open', () => {
    expect(pull('pull-open')).toMatchObject({
      number: 1,
      state: 'open',
      merged: false,
      mergeCommit: null,
      headBranch: 'f1',
      headRepoId: 4,
      baseBranch: 'main',
      baseRepoId: 4,
      author: { login: 'carol', kind: 'person' },
      draft: false,
      mergedBy: null,
    })
  })

  it('merged', () => {
    const merged = pull('pull-merged')
    expect(merged).toMatchObject({ state: 'closed', merged: true, mergedBy: { login: 'alice', kind: 'person' } })
    expect(merged.mergeCommit).toMatch(/^[0-9a-f]{40}$/)
  })

  it('merged, and its branch pushed on: the head is not what was merged', () => {
    expect(pull('pull-merged-head-pushed-on').head).not.toBe(pull('pull-merged').head)
    expect(pull('pull-merged-head-pushed-on').mergeCommit).toBe(pull('pull-merged').mergeCommit)
  })

  it('merged by an account that was deleted', () => {
    expect(pull('pull-merged-by-deleted-user').mergedBy).toEqual({ id: -1, login: 'Ghost', kind: 'ghost' })
  })

  it('draft', () => {
    expect(pull('pull-draft').draft).toBe(true)
  })

  it('from a fork', () => {
    const fork = pull('pull-from-fork')
    expect([fork.headRepoId, fork.baseRepoId, fork.headBranch]).toEqual([7, 4, 'ff'])
  })

  it('its head branch deleted: the name is kept', () => {
    expect(pull('pull-head-branch-deleted')).toMatchObject({ headBranch: 'del1', headRepoId: 4 })
  })

  it('its head repository deleted, or pushed to refs/for: there is no branch', () => {
    expect(pull('pull-head-repo-deleted')).toMatchObject({ headBranch: null, headRepoId: null })
    expect(pull('pull-agit')).toMatchObject({ headBranch: null, headRepoId: 4 })
  })

  it('in a list', () => {
    expect(z.array(forgejoPull).parse(sample('pulls-recent'))).toHaveLength(3)
  })

  it.each([
    ['merged without a commit', { merged: true }],
    ['merged by no commit', { merged: true, merge_commit_sha: '' }],
    ['merged that is text', { merged: 'true' }],
    ['a number that is text', { number: '1' }],
    ['a head that is no object id', { head: { ref: 'x', sha: 'main', repo_id: 8 } }],
    ['a state that nobody knows', { state: 'merged' }],
    ['no time', { updated_at: 'yesterday' }],
    ['no labels at all', { labels: undefined }],
  ])('is refused: %s', (_name, changes) => {
    expect(forgejoPull.safeParse(pullAnswer(1, changes)).success).toBe(false)
  })

  it('shows no merge commit before it says that it is merged', () => {
    expect(forgejoPull.parse(pullAnswer(1, { merge_commit_sha: 'f'.repeat(40) })).mergeCommit).toBeNull()
  })
})

describe('what else Forgejo answers', () => {
  it('reviews of all states', () => {
    const reviews = z.array(forgejoReview).parse(sample('reviews-mixed'))
    expect(new Set(reviews.map(({ state }) => state))).toEqual(
      new Set(['approved', 'changes_requested', 'commented', 'requested', 'pending']),
    )
    expect(reviews.find(({ state }) => state === 'changes_requested')?.dismissed).toBe(true)
    expect(reviews.find(({ state }) => state === 'requested')?.commit).toBeNull()
  })

  it('a review of something that is no commit binds to nothing', () => {
    const [first] = sample('reviews-mixed') as Record<string, unknown>[]
    expect(forgejoReview.parse({ ...first, commit_id: 'main' }).commit).toBeNull()
  })

  it('reviews by an account that was deleted', () => {
    expect(z.array(forgejoReview).parse(sample('reviews-deleted-user'))[0]?.author?.kind).toBe('ghost')
  })

  it.each(['timeline-pushes', 'timeline-merged', 'timeline-automerge', 'timeline-deleted-user'])('%s', (name) => {
    expect(forgejoTimeline.parse(sample(name)).length).toBeGreaterThan(2)
  })

  it('null for an empty timeline or feed', () => {
    expect([forgejoTimeline.parse(null), forgejoFeed.parse(null)]).toEqual([[], []])
  })

  it('an event that it could not write out is no event', () => {
    expect(forgejoTimeline.safeParse([null]).success).toBe(false)
  })

  it('activity, comments, repository, account, label, status', () => {
    expect(forgejoFeed.parse(sample('feed')).map(({ op_type: type }) => type)).toContain('commit_repo')
    expect(wireComments(forgejoAccount).parse(sample('comments')).length).toBeGreaterThan(0)
    expect(wireRepository.parse(sample('repository'))).toMatchObject({ fullName: 'alice/lab', defaultBranch: 'main' })
    expect(forgejoAccount.parse(sample('user'))).toMatchObject({ login: 'alice', kind: 'person' })
    expect(wireLabel.parse(sample('label')).name).toBe('bug')
    expect(wireWritten.parse(sample('status')).id).toBeGreaterThan(0)
  })

  it.each([
    ['permission-owner', 'admin'],
    ['permission-admin', 'admin'],
    ['permission-write', 'write'],
    ['permission-none', 'none'],
  ])('%s', (name, permission) => {
    expect(forgejoPermission.parse(sample(name)).permission).toBe(permission)
  })

  it.each([
    [-1, 'ghost'],
    [-2, 'bot'],
    [0, 'bot'],
    [1, 'person'],
  ])('account %i: %s', (id, kind) => {
    expect(forgejoAccount.parse({ id, login: 'x' }).kind).toBe(kind)
  })
})
