import { describe, expect, it } from 'vitest'
import { githubAccount } from '../../../lib/forge/github/account.js'
import { githubActivity } from '../../../lib/forge/github/activity-wire.js'
import { githubPermission } from '../../../lib/forge/github/permission-wire.js'
import { githubListedPull, githubMergedPull, githubPull } from '../../../lib/forge/github/pull-wire.js'
import { githubReview } from '../../../lib/forge/github/review-wire.js'
import { wireComments } from '../../../lib/forge/wire/comment.js'
import { wireLabels } from '../../../lib/forge/wire/primitives.js'
import { wireRepository } from '../../../lib/forge/wire/repository.js'
import { wireWritten } from '../../../lib/forge/wire/written.js'
import { oid } from '../../../vault/oid.js'
import { delivered, recorded } from './github-answers.js'
import { githubPull as answer, githubUser, HEAD } from './wire-answers.js'

describe('what the real GitHub sent', () => {
  const pulls = delivered('pull_request', 'pull_request').filter((pull) => 'merged' in pull)

  it('pull requests, singly', () => {
    expect(pulls.length).toBeGreaterThan(20)
    for (const pull of pulls) {
      const fact = githubPull.parse(pull)
      expect(fact.number).toBe(pull['number'])
      expect(fact.merged).toBe(pull['merged'])
      if (!fact.merged) expect([fact.mergeCommit, fact.mergedBy]).toEqual([null, null])
    }
  })

  it('pull requests, as a list has them', () => {
    for (const pull of pulls) {
      const { merged: _merged, merged_by: _by, ...listed } = pull
      const entry = githubListedPull.parse(listed)
      expect(entry.open === null).toBe(pull['state'] === 'closed')
      expect(githubMergedPull.safeParse(listed).success).toBe(true)
    }
  })

  it('reviews, whose states a delivery writes small', () => {
    const reviews = delivered('pull_request_review', 'review')
    expect(reviews.length).toBeGreaterThan(2)
    for (const review of reviews) {
      const state = String(review['state']).toUpperCase()
      expect(githubReview.parse({ ...review, state }).submittedAt).toBeGreaterThan(0)
    }
  })

  it('comments', () => {
    const comments = delivered('issue_comment', 'comment')
    expect(wireComments(githubAccount).parse(comments)).toHaveLength(comments.length)
  })

  it('accounts of all kinds', () => {
    const senders = delivered('pull_request', 'sender').map((sender) => githubAccount.parse(sender))
    expect(new Set(senders.map(({ kind }) => kind))).toContain('person')
  })

  it('a repository', () => {
    const [{ response } = { response: null }] = recorded('get-repository')
    expect(wireRepository.parse(response)).toMatchObject({ defaultBranch: 'master' })
  })

  it('statuses and labels', () => {
    const [status] = recorded('create-status')
    expect(wireWritten.parse(status?.response).id).toBeGreaterThan(0)
    const added = recorded('add-labels-to-issue').filter(({ response }) => Array.isArray(response))
    expect(added.length).toBeGreaterThan(0)
    for (const { response } of added) expect(wireLabels.safeParse(response).success).toBe(true)
  })
})

describe('who is a person', () => {
  it.each([
    ['User', 5, 'person'],
    ['Bot', 5, 'bot'],
    ['Organization', 5, 'bot'],
    ['Mannequin', 5, 'bot'],
    ['User', 10_137, 'ghost'],
  ])('%s %i: %s', (type, id, kind) => {
    expect(githubAccount.parse({ id, type, login: 'x' }).kind).toBe(kind)
  })

  it('without a type: nobody', () => {
    expect(githubAccount.safeParse({ id: 5, login: 'x' }).success).toBe(false)
  })
})

describe('what may be done', () => {
  it.each([
    ['admin', 'admin', 'admin'],
    ['write', 'maintain', 'write'],
    ['write', 'write', 'write'],
    ['read', 'triage', 'read'],
    ['write', 'triage', 'read'],
    ['admin', 'write', 'write'],
    ['read', 'admin', 'read'],
    ['none', 'none', 'none'],
    ['write', 'release-captain', 'write'],
    ['admin', undefined, 'admin'],
  ])('permission %s, role %s: %s', (permission, role, expected) => {
    expect(githubPermission.parse({ permission, role_name: role, user: githubUser(3) }).permission).toBe(expected)
  })

  it('a permission that nobody knows is none that counts', () => {
    expect(githubPermission.safeParse({ permission: 'push', user: githubUser(3) }).success).toBe(false)
  })
})

describe('a pull request', () => {
  it.each([
    ['merged by no commit', { merged: true, merge_commit_sha: null }],
    ['without a base repository', { base: { ref: 'main', repo: null } }],
    ['without merged', { merged: undefined }],
    ['with an id as text', { user: { ...githubUser(3), id: '3' } }],
  ])('%s is refused', (_name, changes) => {
    expect(githubPull.safeParse(answer(1, changes)).success).toBe(false)
  })

  it('of a deleted fork has no branch', () => {
    const gone = githubPull.parse(answer(1, { head: { ref: 'x', sha: HEAD, repo: null } }))
    expect([gone.headBranch, gone.headRepoId]).toEqual([null, null])
  })

  it('is merged as a commit only where it was merged', () => {
    const commit = oid('d'.repeat(40))
    const test = { number: 1, merged_at: null, merge_commit_sha: commit }
    expect(githubMergedPull.parse(test).isMergedAs(commit)).toBe(false)
    expect(githubMergedPull.parse({ ...test, merged_at: '2026-11-22T05:00:00Z' }).isMergedAs(commit)).toBe(true)
  })

  it('activity without an actor', () => {
    const line = { before: HEAD, after: HEAD, ref: 'refs/heads/x', timestamp: '2026-11-22T05:00:00Z' }
    expect(githubActivity.parse([{ ...line, activity_type: 'push', actor: null }])[0]?.actor).toBeNull()
  })
})
