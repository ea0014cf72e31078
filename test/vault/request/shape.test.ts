import { describe, expect, it } from 'vitest'
import type { Change } from '../../../vault/git-facts.js'
import { actionStem, shapeOf } from '../../../vault/request/shape.js'
import { OIDS } from '../plan/world.js'

const FILE = { mode: '100644', oid: OIDS[0]! }
const added = (path: string, mode = '100644'): Change => ({ path, before: null, after: { ...FILE, mode } })
const ACTION = added('vault/actions/a.toml')

const reasonOf = (changes: readonly Change[], truncated = false) => {
  const shape = shapeOf({ changes, truncated })
  return shape.ok ? shape.id : shape.reason
}

describe('the shape of a request (law 3)', () => {
  it.each<[string, readonly Change[], string]>([
    ['one added file', [ACTION], 'a'],
    ['32: nothing', [], 'extra_paths'],
    ['two', [ACTION, added('vault/actions/b.toml')], 'extra_paths'],
    ['another folder', [added('vault/action/a.toml')], 'extra_paths'],
    ['a folder below', [added('vault/actions/b/a.toml')], 'extra_paths'],
    ['another ending', [added('vault/actions/a.toml.txt')], 'extra_paths'],
    ['no name', [added('vault/actions/.toml')], 'extra_paths'],
    ['the folder itself', [added('vault/actions')], 'extra_paths'],
    ['a deletion', [{ ...ACTION, before: FILE, after: null }], 'not_added'],
    ['an edit', [{ ...ACTION, before: FILE }], 'not_added'],
    ['an edit of the mode alone', [{ ...added('vault/actions/a.toml', '100755'), before: FILE }], 'not_added'],
    ['an executable', [added('vault/actions/a.toml', '100755')], 'not_regular_file'],
    ['a symlink', [added('vault/actions/a.toml', '120000')], 'not_regular_file'],
    ['a submodule', [added('vault/actions/a.toml', '160000')], 'not_regular_file'],
    ['capitals', [added('vault/actions/A.toml')], 'branch_name_invalid'],
    ['dots', [added('vault/actions/...toml')], 'branch_name_invalid'],
    ['a lock', [added('vault/actions/a.lock.toml')], 'branch_name_invalid'],
    ['letters that look like others', [added('vault/actions/\u0430.toml')], 'branch_name_invalid'],
    ['101 characters', [added(`vault/actions/${'a'.repeat(101)}.toml`)], 'branch_name_invalid'],
  ])('%s', (_, changes, expected) => {
    expect(reasonOf(changes)).toBe(expected)
  })

  it('is not known where there is more than is read', () => {
    expect(reasonOf([ACTION], true)).toBe('extra_paths')
  })

  it('has a stem only for what lies in the folder itself', () => {
    expect(actionStem('vault/actions/../fired/x.toml')).toBeNull()
    expect(actionStem('vault/actions/README.md')).toBeNull()
    expect(actionStem('vault/actions/a.b.toml')).toBe('a.b')
  })
})
