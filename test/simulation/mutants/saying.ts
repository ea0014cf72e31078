/** Bugs to plant in what records say: each of them runs what it should, and only an auditor could be misled. */
import { type Mutant, mutant } from './mutant.js'

const ENTRIES = 'dispatcher/record/entries.ts'
const INTENT = 'dispatcher/apply/intent.ts'

export const SAYING: readonly Mutant[] = [
  mutant(
    'an outcome does not say when its run began',
    ['outcome_true'],
    ENTRIES,
    'started_at: end.startedAt === null ? null : timestampOf(end.startedAt)',
    'started_at: null',
  ),
  mutant(
    'when a run began that was lost is not said',
    ['outcome_true'],
    'dispatcher/apply/applier.ts',
    "claim.state === 'lost' ? await runner.state(claim.intent.nonce) : null",
    'null',
  ),
  mutant(
    'an outcome ends when it is told',
    ['outcome_true'],
    ENTRIES,
    'timestampOf(end.endedAt)',
    'timestampOf(Date.now())',
  ),
  mutant('a dry run is recorded as a run', ['record_true'], INTENT, 'dry_run: asked.action.dryRun', 'dry_run: false'),
  mutant(
    'a record leaves out who people are',
    ['record_true'],
    INTENT,
    'signers_blob: set.ids.signers',
    'signers_blob: null',
  ),
  mutant(
    'a record names the set in force as its root',
    ['record_true'],
    INTENT,
    'root: snapshot.trust.root',
    'root: commit',
  ),
  mutant(
    'who asked is not recorded',
    ['record_true'],
    'vault/countersignature/signed-merge.ts',
    'requesters: requesters.principals,',
    'requesters: requesters.principals.slice(1),',
  ),
  mutant(
    'main before the merge is recorded as the merge',
    ['record_true'],
    'vault/countersignature/signed-merge.ts',
    'merge_commit: merge.commit',
    'merge_commit: bound.parents[0]',
  ),
]
