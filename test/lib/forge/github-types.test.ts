/**
 * GitHub's published types fit the schemas: what it may send is what is taken. Checked by the compiler; a field that is
 * renamed, or may be null where none is taken, does not compile.
 */
import type { components } from '@octokit/openapi-types'
import { expect, it } from 'vitest'
import type { z } from 'zod'
import type { githubAccount } from '../../../lib/forge/github/account.js'
import type { githubActivity } from '../../../lib/forge/github/activity-wire.js'
import type { githubPermission } from '../../../lib/forge/github/permission-wire.js'
import type { githubListedPull, githubMergedPull, githubPull } from '../../../lib/forge/github/pull-wire.js'
import type { githubReview } from '../../../lib/forge/github/review-wire.js'
import type { wireComments } from '../../../lib/forge/wire/comment.js'
import type { wireRepository } from '../../../lib/forge/wire/repository.js'

type Schemas = Plain<components['schemas']>
/** Its ids may be bigint: what is too large to be exact is refused at run time. */
type Plain<Sent> = Sent extends bigint ? never : Sent extends object ? { [Key in keyof Sent]: Plain<Sent[Key]> } : Sent
/** Fields of `Wire` that GitHub's type lacks, or gives in another type. */
type Misfits<Sent, Wire> = {
  [Key in keyof Wire]-?: Key extends keyof Sent ? (Sent[Key] extends Wire[Key] ? never : Key) : Key
}[keyof Wire]
type Fits<Sent, Wire> = [Misfits<Sent, Wire>] extends [never] ? true : Misfits<Sent, Wire>
/**
 * Left out: texts of a closed set, which GitHub's types give as any text; what is missing only in other media types; and
 * the account of a permission, which may be null. At run time all of that is refused: it would be a fact that is missing.
 */
type Loose<Sent, Wire, Keys extends keyof Wire> = Fits<Sent, Omit<Wire, Keys>>

const account: Fits<Schemas['simple-user'], z.input<typeof githubAccount>> = true
const repository: Fits<Schemas['full-repository'], z.input<typeof wireRepository>> = true
const pull: Loose<Schemas['pull-request'], z.input<typeof githubPull>, 'draft'> = true
const listed: Loose<Schemas['pull-request-simple'], z.input<typeof githubListedPull>, 'state' | 'draft'> = true
const merged: Fits<Schemas['pull-request-simple'], z.input<typeof githubMergedPull>> = true
const review: Loose<Schemas['pull-request-review'], z.input<typeof githubReview>, 'state'> = true
const activity: Fits<Schemas['activity'], z.input<typeof githubActivity>[number]> = true
const permission: Loose<
  Schemas['repository-collaborator-permission'],
  z.input<typeof githubPermission>,
  'permission' | 'user'
> = true
type Comment = z.input<ReturnType<typeof wireComments>>[number]
const comment: Loose<Schemas['issue-comment'], Comment, 'body'> = true

it('compiles', () => {
  expect([account, repository, pull, listed, merged, review, activity, permission, comment]).not.toContain(false)
})
