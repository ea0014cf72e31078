import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../vault/limits.js'
import { formulaNames } from '../../../vault/policy/formula-paths.js'
import { compile, FORMULA, GOOD, keyOf, refusalOf, setOf } from './trust-files.js'

const POLICY = GOOD['policy.toml'] ?? ''
const refused = (changes: Readonly<Record<string, string>>) => refusalOf(compile({ ...GOOD, ...changes }))
const without = (...paths: readonly string[]) =>
  Object.fromEntries(Object.entries(GOOD).filter(([path]) => !paths.includes(path)))

describe('a set that can be used', () => {
  it('has its policy, formulas and signers', () => {
    const set = setOf(GOOD)
    expect([...set.formulas.keys()]).toEqual(['tidy', 'dev'])
    expect([...set.signers.principalOf.values()]).toEqual(['alice', 'agent'])
    expect(set.policy.writeEnabled).toBe(true)
  })

  it('needs no tier for each formula, and no formula for each tier: the policy decides, and validate tells', () => {
    expect(refused({ 'formulas/more.toml': FORMULA('more'), 'formulas/dev.toml': FORMULA('dev') })).toEqual([])
    expect(refusalOf(compile(without('formulas/dev.toml')))).toEqual([])
  })

  it('can have keys without a role', () => {
    expect(refused({ allowed_signers: `${GOOD['allowed_signers']}carol ${keyOf('carol')}` })).toEqual([])
  })
})

describe('which files are formulas', () => {
  it.each([
    ['formulas/README.md', '# hello', []],
    ['formulas/lib/x.toml', 'not = toml =', []],
    ['formulas/lib/x.sh', 'echo', []],
    ['formulas/tidy.sh', 'echo', []],
    ['formulas/clean.sh', 'echo', ['clean']],
  ])('%s', (path, text, more) => {
    const set = setOf({ ...GOOD, [path]: text })
    expect([...set.formulas.keys()]).toEqual(['tidy', 'dev', ...more])
    expect([...formulaNames(Object.keys({ ...GOOD, [path]: text }))]).toEqual(['tidy', 'dev', ...more])
  })
})

describe('a set that cannot be used', () => {
  it.each([
    ['no policy', without('policy.toml'), ['policy.toml 1:1 file_missing']],
    ['no formulas', without('formulas/tidy.toml', 'formulas/dev.toml'), ['formulas 1:1 file_missing']],
    ['no signers', without('allowed_signers'), ['allowed_signers 1:1 file_missing']],
    ['nothing', {}, ['allowed_signers 1:1 file_missing', 'formulas 1:1 file_missing', 'policy.toml 1:1 file_missing']],
    ['a folder for the policy', { ...without('policy.toml'), 'policy.toml/x': '' }, ['policy.toml 1:1 file_missing']],
    [
      'a file for the folder',
      { ...without('formulas/tidy.toml', 'formulas/dev.toml'), formulas: 'x' },
      ['formulas 1:1 file_missing'],
    ],
  ])('%s', (_what, files, expected) => {
    expect(refusalOf(compile(files))).toEqual(expected)
  })

  it('all files tell their problems at once', () => {
    expect(
      refused({
        'policy.toml': 'version = 1',
        'formulas/tidy.toml': FORMULA('other'),
        'formulas/dev.toml': 'name =',
        'formulas/Bad.sh': '',
        allowed_signers: 'alice\n* ssh-ed25519 x',
      }),
    ).toEqual([
      'allowed_signers 1:6 signer_line',
      'allowed_signers 2:1 signer_line',
      'formulas/Bad.sh 1:1 bad_value',
      'formulas/dev.toml 1:7 toml_syntax',
      'formulas/tidy.toml 1:1 bad_value',
      'policy.toml 1:1 missing_key',
    ])
  })

  it('too many files', () => {
    const many = Array.from({ length: LIMITS.trustFiles }, (_, index) => [`formulas/lib/${index}`, ''])
    expect(refused(Object.fromEntries(many))).toEqual(['formulas 1:1 too_many'])
  })
})

describe('field failure 49: a set that leaves no admin', () => {
  it.each([
    ['no admin', POLICY.replace('alice = "admin"', 'alice = "write"'), ['policy.toml 7:1 no_admin']],
    ['no signers', POLICY.slice(0, POLICY.indexOf('[signers]')), ['policy.toml 1:1 no_admin']],
    [
      'an admin without a key',
      POLICY.replace('alice = "admin"', 'zoe = "admin"'),
      ['policy.toml 7:1 no_admin', 'policy.toml 8:1 signer_without_key'],
    ],
    [
      'an admin who may never approve',
      `${POLICY}\n[approval]\nnever = [{ login = "alice", id = 1 }]`,
      ['policy.toml 7:1 no_admin'],
    ],
    [
      'a pin that leaves the admin out',
      `${POLICY}\n[approval.high]\nadmins = [{ login = "zoe", id = 1 }]`,
      ['policy.toml 7:1 no_admin'],
    ],
    [
      'a pin of one who is no admin here',
      `${POLICY}\n[approval.high]\nadmins = [{ login = "agent", id = 1 }]`,
      ['policy.toml 7:1 no_admin'],
    ],
  ])('%s', (_what, policy, expected) => {
    expect(refused({ 'policy.toml': policy })).toEqual(expected)
  })

  it('a pin that names the admin is fine', () => {
    expect(refused({ 'policy.toml': `${POLICY}\n[approval.high]\nadmins = [{ login = "alice", id = 1 }]` })).toEqual([])
  })

  it('a principal without a key is told by its line', () => {
    expect(refused({ 'policy.toml': `${POLICY}\nbob = "write"` })).toEqual(['policy.toml 10:1 signer_without_key'])
  })
})

describe('with admins from the forge', () => {
  it('neither signers nor an admin among them are needed', () => {
    const policy = POLICY.slice(0, POLICY.indexOf('[signers]'))
    expect(refusalOf(compile({ ...without('allowed_signers'), 'policy.toml': policy }, 'forge'))).toEqual([])
  })

  it('a pin that only names accounts that may never approve locks everybody out (49)', () => {
    const pins = '[approval]\nnever = [{ login = "a", id = 1 }]\n[approval.high]\nadmins = [{ login = "b", id = 1 }]'
    expect(refusalOf(compile({ ...GOOD, 'policy.toml': `${POLICY}\n${pins}` }, 'forge'))).toEqual([
      'policy.toml 13:1 no_admin',
    ])
  })

  it('a review window needs a forge, where opposition can be seen', () => {
    const files = { ...GOOD, 'policy.toml': `${POLICY}\n[approval.medium]\nreview_window = "24h"` }
    expect(refusalOf(compile(files, 'forge'))).toEqual([])
    expect(refusalOf(compile(files))).toEqual(['policy.toml 11:1 not_supported'])
  })

  it('a file allowed_signers that is there must be well all the same', () => {
    expect(refusalOf(compile({ ...GOOD, allowed_signers: 'x' }, 'forge'))).toEqual(['allowed_signers 1:2 signer_line'])
  })
})
