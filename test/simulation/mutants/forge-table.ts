/** Bugs to plant in what is made of a forge's answers. */
import { type Mutant, mutant } from './mutant.js'

const REVIEW = 'vault/countersignature/pull-review.ts'
const MERGED = 'vault/countersignature/merged-pull.ts'
const APPROVER = 'vault/countersignature/forge-approver.ts'
const REQUESTERS = 'vault/request/pull-requesters.ts'
const DOSSIERS = 'dispatcher/observe/open-dossiers.ts'
const WRITER = 'dispatcher/apply/pull-writer.ts'
const AUTHORITY = 'vault/trust/authority.ts'

export const FORGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'who opened or pushed a request may approve it',
    laws: ['second_key'],
    edits: [
      {
        file: 'vault/countersignature/two-people.ts',
        find: 'if (isSelf && !allowSelf)',
        replace: "if (isSelf && !allowSelf && names === '')",
      },
    ],
  },
  {
    name: 'an approval of an older head counts',
    laws: ['second_key'],
    edits: [{ file: REVIEW, find: 'if (commit !== head)', replace: 'if (commit === null)' }],
  },
  {
    name: 'a dismissed approval counts',
    laws: ['second_key'],
    edits: [
      {
        file: REVIEW,
        find: "if (dismissed || state === 'dismissed')",
        replace: "if (dismissed && state === 'dismissed')",
      },
    ],
  },
  {
    name: 'a writer asks for changes, and it fires all the same',
    laws: ['second_key'],
    edits: [
      {
        file: REVIEW,
        find: "if (found.kind === 'opposed') return",
        replace: "if (found.kind === 'retargeted') return",
      },
    ],
  },
  {
    name: 'a review of a pull request that had another base counts',
    laws: ['second_key'],
    edits: [
      {
        file: REVIEW,
        find: 'if (history?.ok === true && history.value.wasRetargeted)',
        replace: 'if (history?.ok === true && history.value.wasRetargeted && head === null)',
      },
    ],
  },
  {
    name: "a writer's merge counts for high",
    laws: ['second_key', 'trust_set'],
    edits: [
      {
        file: APPROVER,
        find: "if (!mayWrite(value) || (needed === 'admin' && value !== 'admin'))",
        replace: 'if (!mayWrite(value))',
      },
    ],
  },
  {
    name: 'accounts that never are a second key are one',
    laws: ['second_key'],
    edits: [{ file: APPROVER, find: 'if (named(policy.never)) return', replace: 'if (named([])) return' }],
  },
  {
    name: 'a merge that was scheduled counts without a review',
    laws: ['second_key', 'trust_set'],
    edits: [
      { file: MERGED, find: 'if (scheduledBy.length === 0) return', replace: 'if (scheduledBy.length < 99) return' },
    ],
  },
  {
    name: 'a pull request that had another base counts when it is merged',
    laws: ['second_key', 'trust_set'],
    edits: [
      {
        file: MERGED,
        find: 'if (!history.value.wasRetargeted)',
        replace: 'if (!history.value.wasRetargeted || number > 0)',
      },
    ],
  },
  {
    name: 'a squash changes the trust set',
    laws: ['trust_set'],
    edits: [
      {
        file: AUTHORITY,
        find: 'const [, head] = change.parents',
        replace: 'const head = change.parents[1] ?? change.parents[0]',
      },
      {
        file: AUTHORITY,
        find: 'if (merged === null || merged.truncated) return',
        replace: 'if (merged === null) return null\n  if (merged.truncated) return',
      },
    ],
  },
  {
    name: 'a change of the trust set may be slipped in while merging',
    laws: ['trust_set'],
    edits: [{ file: AUTHORITY, find: 'if (unbound !== null) return', replace: "if (unbound === '') return" }],
  },
  {
    name: 'a push by somebody whom nobody names counts for nobody',
    laws: ['second_key'],
    edits: [
      {
        file: REQUESTERS,
        find: 'if (account === null) return unknown(',
        replace: 'if (account === null && pull.author !== null) continue\n      if (account === null) return unknown(',
      },
    ],
  },
  mutant(
    'a fork that was merged is passed over beside any request of ours',
    ['second_key'],
    REQUESTERS,
    '(!isPassedOver && !inOurs.has(oid) && toldByAll.has(oid))',
    'toldByAll.has(oid)',
  ),
  {
    name: 'whoever has no name is passed over in every fork',
    laws: ['second_key'],
    edits: [
      { file: REQUESTERS, find: 'isFork(pull) && ours.length > 0', replace: 'isFork(pull)' },
      { file: REQUESTERS, find: '!isPassedOver && ', replace: '' },
    ],
  },
  mutant(
    'a copy by somebody without a name gets refused what was merged',
    ['refusal_true'],
    REQUESTERS,
    'isFork(pull) && ours.length > 0',
    'isFork(pull) && ours.length < 0',
  ),
  mutant(
    'of two who are said to have merged it, the first one did',
    ['second_key'],
    MERGED,
    'if (twin.by.id !== merged.by.id)',
    'if (twin.by.id === 0)',
  ),
  {
    name: 'who asked by another pull request of the head may approve',
    laws: ['second_key'],
    edits: [
      {
        file: REVIEW,
        find: 'pullRequestersOf([...open.pulls, ...open.drafts, ...open.kin], open.commits)',
        replace: 'pullRequestersOf(open.pulls.slice(0, 1), open.commits)',
      },
    ],
  },
  {
    name: "a stranger's request is low",
    laws: ['tier'],
    edits: [
      {
        file: 'vault/verdict/requester-standing.ts',
        find: 'return mayWrite(permission.value) ? MAY_WRITE : MAY_NOT',
        replace: 'return mayWrite(permission.value) || account.id > 0 ? MAY_WRITE : MAY_NOT',
      },
    ],
  },
  {
    name: 'a review window counts from its first look',
    laws: ['second_key'],
    edits: [
      {
        file: 'vault/forge/review-window.ts',
        find: 'return elapsedMs > LIMITS.windowGapMs ? 0 : elapsedMs',
        replace: 'return elapsedMs + LIMITS.windowGapMs',
      },
    ],
  },
  {
    name: 'what the forge says is judged though it does not say where we are',
    laws: ['trust_set', 'refusal_true', 'stopped'],
    edits: [{ file: 'dispatcher/observe/forge-observer.ts', find: 'learner.giveUp(identity.fault)', replace: '' }],
  },
  {
    name: 'the other pull requests of an approved head are not asked about',
    laws: ['not_stuck'],
    edits: [{ file: DOSSIERS, find: 'await this.#askKin(requests, dossiers, learner)', replace: '' }],
  },
  {
    name: 'a merge that the forge does not know yet is refused at once',
    laws: ['refusal_true', 'trust_set'],
    edits: [
      {
        file: 'dispatcher/observe/merge-dossier.ts',
        find: 'now - since < LIMITS.forgeGraceMs',
        replace: 'now < since',
      },
    ],
  },
  {
    name: 'pull requests are told of refusals only',
    laws: ['not_stuck'],
    edits: [
      {
        file: 'vault/plan/show-steps.ts',
        find: "return verdict.kind === 'refuse' || (verdict.kind === 'wait' &&",
        replace: "return verdict.kind === 'refuse' || (verdict.kind === 'fire' &&",
      },
    ],
  },
  {
    name: 'a claim is shown as a success before its run has ended',
    laws: ['success_true'],
    edits: [
      {
        file: 'vault/prose/status-text.ts',
        find: "if (outcome === null) return { state: 'pending',",
        replace: "if (outcome === null) return { state: 'success',",
      },
    ],
  },
  {
    name: 'what was claimed from its head is left open',
    laws: ['left_open'],
    edits: [
      {
        file: 'vault/plan/close-steps.ts',
        find: 'if (claimedHead(id, snapshot) !== head) return []',
        replace: 'if (id !== head) return []',
      },
    ],
  },
  {
    name: 'what was claimed and has ended is left open',
    laws: ['left_open'],
    edits: [
      {
        file: 'vault/plan/claimed-head.ts',
        find: '(used.get(id)?.head ?? null)',
        replace: 'null',
      },
    ],
  },
  {
    name: 'pull requests whose id was used are closed, whatever their head',
    laws: ['pull_closed'],
    edits: [
      {
        file: 'vault/plan/close-steps.ts',
        find: 'if (claimedHead(id, snapshot) !== head) return []',
        replace: 'if (!snapshot.used.has(id)) return []',
      },
    ],
  },
  {
    name: 'nobody looks for a comment before another is made',
    laws: ['told_once'],
    edits: [
      {
        file: WRITER,
        find: 'const found = await ownComments.find(step.pull, STICKY_MARKER)',
        replace: 'const found = step.pull === 0 ? await ownComments.find(step.pull, STICKY_MARKER) : []',
      },
    ],
  },
  {
    name: 'after a deleted comment, nobody looks for that of another dispatcher',
    laws: ['told_once'],
    edits: [
      {
        file: WRITER,
        find: 'const found = await ownComments.find(step.pull, STICKY_MARKER)',
        replace: 'const found = shown.comment === null ? await ownComments.find(step.pull, STICKY_MARKER) : []',
      },
    ],
  },
  {
    name: 'that something was claimed from a pull request is noted when the claim has arrived',
    laws: ['told_end'],
    edits: [
      {
        file: 'dispatcher/apply/applier.ts',
        find: 'await this.parts.pulls?.claimed(claimed.flatMap(({ step, claim }) => claimedPulls(step, claim)))',
        replace: '',
      },
      {
        file: 'dispatcher/apply/applier.ts',
        find: 'await usedIds.add(done.map(({ claim: { id, day } }) => ({ id, day })))',
        replace:
          'await usedIds.add(done.map(({ claim: { id, day } }) => ({ id, day })))\n    await this.parts.pulls?.claimed(done.flatMap(({ step, claim }) => claimedPulls(step, claim)))',
      },
    ],
  },
  mutant(
    'a request is not labelled with its tier',
    ['told', 'settles'],
    WRITER,
    'await forge.addLabel(step.pull, tierLabel(step.tier))',
    '',
  ),
  mutant(
    'no status says what a head waits for',
    ['told', 'settles'],
    WRITER,
    'await forge.setStatus(head, status.state, status.description, null)',
    '',
  ),
]
