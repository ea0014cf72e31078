/** Bugs to plant in what is kept of pull requests that are told how a run ended, and of those that are over. */
import { type Mutant, mutant } from './mutant.js'

const WRITER = 'dispatcher/apply/pull-writer.ts'

export const OWING: readonly Mutant[] = [
  mutant(
    'who closes a pull request does not note that it is owed its end',
    ['told_end'],
    WRITER,
    'await this.claimed([{ pull, head, id }])\n',
    '',
  ),
  mutant(
    'that a pull request was told its end is not noted',
    ['left_over'],
    WRITER,
    'step.isLast && shown.claim !== null',
    'step.pull < 0 && shown.claim !== null',
  ),
  mutant(
    'that it was claimed is the last word on a pull request',
    ['told_end'],
    WRITER,
    'step.isLast && shown.claim !== null',
    'shown.claim !== null',
  ),
  mutant(
    'what was told on a pull request is owed again when it is closed',
    ['left_over'],
    WRITER,
    'if (shown.claim?.id !== id) changed',
    'changed',
  ),
  mutant(
    'pull requests that are owed an end are forgotten with those that are over',
    ['told_end'],
    WRITER,
    ' || claim?.isTold === false',
    '',
  ),
]
