/** What allowed an action, beside the policy. The low tier needs nothing beside it. */
import { z } from 'zod'
import { FORGE_KINDS } from '../forge/fact.js'
import type { Oid } from '../oid.js'
import { fingerprintField, oidField, timestampField } from './field.js'

/** In plain git: principals. */
const principals = z.array(z.string()).readonly()

/** An account of a forge by its numeric id, the identity; the login is for people (law 6). */
const account = z.strictObject({ id: z.int(), login: z.string().min(1) }).readonly()

/** A second key is a person: ids below 1 are ghosts and machines (forge-facts). */
const approver = z
  .strictObject({ id: z.int().positive(), login: z.string().min(1), permission: z.enum(['admin', 'write']) })
  .readonly()

/** Never empty: without a requester nobody could be told apart from the approver (field failure 32). */
const accounts = z.array(account).min(1).readonly()
const pull = { forge: z.enum(FORGE_KINDS), repo_id: z.int().positive(), pull: z.int().positive() }

const policy = z
  .strictObject({
    kind: z.literal('policy'),
    requesters: principals,
    /** The pull request that asked, where there is one, at its head: for finding it again, it decides nothing. */
    pull: z
      .strictObject({ ...pull, head: oidField })
      .readonly()
      .optional(),
  })
  .readonly()

const signedMerge = z
  .strictObject({
    kind: z.literal('signed_merge'),
    merge_commit: oidField,
    /** First and second parent: main before, and the request's head that was approved. */
    parents: z.tuple([oidField, oidField]).readonly(),
    /** The principal whose key signed the merge, that key, and the role the trust set in force gives. */
    merged_by: z
      .strictObject({ principal: z.string().min(1), key: fingerprintField, role: z.enum(['admin', 'write']) })
      .readonly(),
    requesters: principals,
  })
  .readonly()

const pullMerge = z
  .strictObject({
    kind: z.literal('pull_merge'),
    ...pull,
    merge_commit: oidField,
    parents: z.tuple([oidField, oidField]).readonly(),
    /** With the permission that the forge gave at decision time. */
    merged_by: approver,
    requesters: accounts,
    /** Where the merge had been scheduled: the merger's own review of the second parent. */
    scheduled_review: z.int().nullable(),
    observed_at: timestampField,
  })
  .readonly()

const pullReview = z
  .strictObject({
    kind: z.literal('pull_review'),
    ...pull,
    head: oidField,
    review: z.strictObject({ id: z.int(), commit: oidField, by: approver }).readonly(),
    requesters: accounts,
    observed_at: timestampField,
  })
  .readonly()

const unopposedWindow = z
  .strictObject({
    kind: z.literal('unopposed_window'),
    ...pull,
    head: oidField,
    /** What the policy asked for, and for how long nobody objected while the dispatcher was there to see it. */
    window_ms: z.int().positive(),
    alive_ms: z.int().positive(),
    comment_read_back_at: timestampField,
    requesters: accounts,
    observed_at: timestampField,
  })
  .readonly()

export const evidence = z.discriminatedUnion('kind', [policy, signedMerge, pullMerge, pullReview, unopposedWindow])
export type Evidence = z.infer<typeof evidence>

export interface EvidencePull {
  readonly number: number
  /** What was claimed: the request's head, whatever its branch is at later. */
  readonly head: Oid
}

/** The pull request that an action came by; null: plain git, or a bare branch. */
export function pullOf(evidence: Evidence): EvidencePull | null {
  switch (evidence.kind) {
    case 'signed_merge':
      return null
    case 'policy':
      return evidence.pull === undefined ? null : { number: evidence.pull.pull, head: evidence.pull.head }
    case 'pull_merge':
      return { number: evidence.pull, head: evidence.parents[1] }
    case 'pull_review':
    case 'unopposed_window':
      return { number: evidence.pull, head: evidence.head }
  }
}

/** The head that was approved; null: the policy alone let it through. */
export function approvedHead(evidence: Evidence): Oid | null {
  if (evidence.kind === 'policy') return null
  return evidence.kind === 'pull_review' || evidence.kind === 'unopposed_window' ? evidence.head : evidence.parents[1]
}
