import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../../vault/policy/parse.js'
import { bytes, messagesOf, passed, problemsOf, told } from '../told.js'

const HEAD = 'version = 1\n[write]\nenabled = true\n'
const tell = (text: string) => told(problemsOf(parsePolicy(bytes(text))))
/** Further lines begin at line 4. */
const tellMore = (more: string) => tell(HEAD + more)
const policyOf = (text: string) => passed(parsePolicy(bytes(text))).policy

/** The example of DESIGN section 4. */
const DESIGN = `version = 1

[write]
enabled = true            # false: read-only from the next tick on

[tiers]                   # formula -> tier; a formula that is not here is high
groom-backlog = "low"
dev           = "medium"
release       = "high"

[approval]
never = [{ login = "agent-7", id = 41 }]  # accounts that are never a second key, whatever their permission

[approval.medium]
reviewed_by = "write"     # least permission of the one who approves the exact head, or merges
# review_window = "24h"   # optional, forges only: fires unopposed after this

[approval.high]
merged_by = "admin"
admins = [{ login = "alice", id = 12 }]   # optional pin: only these ids, whatever the forge says

[signers]                 # plain git: principal of the file allowed_signers at the repo's root -> role
alice = "admin"           # admin > write > request
bob   = "write"
agent = "request"
`

describe('a policy', () => {
  it('as in the design', () => {
    expect(policyOf(DESIGN)).toEqual({
      writeEnabled: true,
      tiers: new Map([
        ['groom-backlog', 'low'],
        ['dev', 'medium'],
        ['release', 'high'],
      ]),
      never: [{ login: 'agent-7', id: 41 }],
      medium: { reviewedBy: 'write', allowSelf: false, reviewWindowMs: null },
      high: { mergedBy: 'admin', admins: [{ login: 'alice', id: 12 }], allowSelf: false },
      signers: new Map([
        ['alice', 'admin'],
        ['bob', 'write'],
        ['agent', 'request'],
      ]),
    })
  })

  it('that says little has safe defaults', () => {
    expect(policyOf('version = 1\nwrite.enabled = false')).toEqual({
      writeEnabled: false,
      tiers: new Map(),
      never: [],
      medium: { reviewedBy: 'write', allowSelf: false, reviewWindowMs: null },
      high: { mergedBy: 'admin', admins: null, allowSelf: false },
      signers: new Map(),
    })
  })

  it('can make exceptions from the law of two people, tier by tier', () => {
    const policy = policyOf(
      `${HEAD}[approval.medium]\nreviewed_by = "admin"\nallow_self = true\n[approval.high]\nallow_self = true`,
    )
    expect(policy.medium).toMatchObject({ reviewedBy: 'admin', allowSelf: true })
    expect(policy.high.allowSelf).toBe(true)
  })

  it.each([
    ['30s', 30_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['99999h', 359_996_400_000],
  ])('has a review window of %s', (text, ms) => {
    expect(policyOf(`${HEAD}[approval.medium]\nreview_window = "${text}"`).medium.reviewWindowMs).toBe(ms)
  })

  it('can name formulas and principals as objects name their own keys', () => {
    const policy = policyOf(`${HEAD}[tiers]\nconstructor = "low"\n[signers]\ntoString = "write"`)
    expect(policy.tiers.get('constructor')).toBe('low')
    expect(policy.tiers.get('toString')).toBeUndefined()
    expect(policy.signers.get('toString')).toBe('write')
  })
})

describe('one problem each, where it stands', () => {
  it.each([
    ['[tiers]\ndev = "Low"', '5:1 bad_value'],
    ['[tiers]\ndev = "none"', '5:1 bad_value'],
    ['[tiers]\ndev = 1', '5:1 wrong_type'],
    ['[tiers]\n"../dev" = "low"', '5:1 bad_value'],
    ['[tiers]\n"*" = "low"', '5:1 bad_value'],
    ['[tiers]\n__proto__ = "low"', '5:1 unknown_key'],
    ['[tier]\ndev = "low"', '4:1 unknown_key'],
    ['[approval.low]', '4:1 unknown_key'],
    ['[approval.medium]\nreview_window = "1 day"', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = "0h"', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = "31d"', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = "24H"', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = "-1h"', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = "1h "', '5:1 bad_value'],
    ['[approval.medium]\nreview_window = 24', '5:1 wrong_type'],
    ['[approval.low]\nreview_window = "24h"', '4:1 unknown_key'],
    ['[approval.medium]\nreviewed_by = "request"', '5:1 bad_value'],
    ['[approval.medium]\nreviewed_by = "nobody"', '5:1 bad_value'],
    ['[approval.medium]\nallow_self = "true"', '5:1 wrong_type'],
    ['[approval.medium]\nalow_self = true', '5:1 unknown_key'],
    ['[approval.high]\nmerged_by = "write"', '5:1 bad_value'],
    ['[approval.high]\nadmins = []', '5:1 bad_value'],
    ['[approval.high]\nadmins = ["alice"]', '5:11 wrong_type'],
    ['[approval.high]\nadmins = [{ login = "alice" }]', '5:11 missing_key'],
    ['[approval.high]\nadmins = [{ login = "a", id = "1" }]', '5:26 wrong_type'],
    ['[approval.high]\nadmins = [{ login = "a", id = 1, role = "x" }]', '5:34 unknown_key'],
    ['[approval.high]\nadmins = [{ login = "a", id = 1 }, { login = "b", id = 1 }]', '5:51 duplicate'],
    ['[approval]\nnever = [{ login = "a", id = 1 }, { login = "a", id = 2 }]', '5:37 duplicate'],
    ['[approval]\nnever = "a"', '5:1 wrong_type'],
    ['[signers]\n"*" = "admin"', '5:1 bad_value'],
    ['[signers]\n"a,b" = "admin"', '5:1 bad_value'],
    ['[signers]\nalice = "owner"', '5:1 bad_value'],
    ['[signers]\nalice = ["admin"]', '5:1 wrong_type'],
  ])('%s', (more, expected) => {
    expect(tellMore(more)).toEqual([expected])
  })

  it.each([
    ['nothing', '', ['1:1 missing_key', '1:1 missing_key']],
    ['no version', '[write]\nenabled = true', ['1:1 missing_key']],
    ['a later version', 'version = 2\nwrite.enabled = true', ['1:1 bad_value']],
    ['a version as text', 'version = "1"\nwrite.enabled = true', ['1:1 wrong_type']],
    ['no [write]', 'version = 1', ['1:1 missing_key']],
    ['an empty [write]', 'version = 1\n\n[write]', ['3:1 missing_key']],
    ['enabled as text', 'version = 1\nwrite.enabled = "true"', ['2:7 wrong_type']],
    ['enabled as a number', 'version = 1\nwrite.enabled = 1', ['2:7 wrong_type']],
    ['a typo beside enabled', `${HEAD}enable = false`, ['4:1 unknown_key']],
    ['a value missing', 'version = 1\n[write]\nenabled =', ['3:10 toml_syntax']],
    ['enabled twice', `${HEAD}enabled = false`, ['4:1 toml_syntax']],
  ])('%s', (_what, text, expected) => {
    expect(tell(text)).toEqual(expected)
  })

  it('a missing switch says that nothing fires', () => {
    expect(messagesOf(parsePolicy(bytes('version = 1')))).toBe(
      '`write` is missing. Add it: it must be a table [write] with `enabled = true` or `enabled = false`; without it nothing fires.',
    )
  })
})

property.prop([fc.uint8Array({ maxLength: 300 })])('bytes never throw', (content) => {
  const parsed = parsePolicy(content)
  expect(parsed.ok || parsed.problems.length > 0).toBe(true)
})
