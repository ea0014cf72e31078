/** What was done to records since they were checked is looked up for the very main that is written on. */
import { expect, it } from 'vitest'
import { UncheckedRecords } from '../../../dispatcher/record/unchecked-records.js'
import { GitError } from '../../../lib/git/git-error.js'
import type { LineCommit } from '../../../lib/git/port.js'
import type { Change } from '../../../vault/git-facts.js'
import { type Oid, oid } from '../../../vault/oid.js'

const [CHECKED, FIRST, SECOND] = ['a', 'b', 'c'].map((digit) => oid(digit.repeat(40))) as [Oid, Oid, Oid]
const PATH = 'vault/fired/2026-11-22/low/outcome.json'
const RECORD = { mode: '100644', oid: oid('d'.repeat(40)) }
const REMOVED: Change = { path: PATH, before: RECORD, after: null }

const brings = (commit: Oid, parent: Oid, changes: readonly Change[]): LineCommit => ({
  oid: commit,
  parents: [parent],
  changes,
})
const LINE = [brings(FIRST, CHECKED, []), brings(SECOND, FIRST, [REMOVED])]
const history = {
  isOnFirstParentLine: async () => true,
  line: async (_from: Oid | null, to: Oid) => LINE.slice(0, LINE.findIndex((commit) => commit.oid === to) + 1),
}

it('a record that is taken away between two attempts is found by the second one', async () => {
  const unchecked = new UncheckedRecords(history, () => CHECKED)
  expect(await unchecked.at(FIRST, PATH)).toEqual([])
  expect(await unchecked.at(SECOND, PATH)).toEqual([REMOVED])
})

it('what git did not say is asked for again, also where main stands still', async () => {
  let isAway = true
  const line = async (from: Oid | null, to: Oid) => {
    if (isAway) throw new GitError('failed', 'it was killed')
    return history.line(from, to)
  }
  const unchecked = new UncheckedRecords({ ...history, line }, () => CHECKED)
  await expect(unchecked.at(SECOND, PATH)).rejects.toThrow(GitError)
  isAway = false
  expect(await unchecked.at(SECOND, PATH)).toEqual([REMOVED])
})

it.each(['vault/fired/2026-11-22/low', 'vault/fired/2026-11-22'])(
  'a file in the place of a folder is in the way: %s',
  async (path) => {
    const file: Change = { path, before: null, after: RECORD }
    const line = async () => [brings(FIRST, CHECKED, [file])]
    expect(await new UncheckedRecords({ ...history, line }, () => CHECKED).isInTheWay(FIRST, PATH)).toBe(true)
  },
)
