import { describe, expect, it } from 'vitest'
import { auditFinding } from '../../../vault/audit/finding.js'
import { type AuditReport, renderAudit } from '../../../vault/audit/render-audit.js'
import { oid } from '../../../vault/oid.js'
import { COMMIT } from '../record/sample.js'

const OTHER_COMMIT = oid('2'.repeat(40))

const REPORT: AuditReport = {
  repo: 'https://git.example/ops.git',
  branch: 'main',
  main: COMMIT,
  root: { commit: OTHER_COMMIT, from: 'given' },
  accepted: [],
  keys: ['ed25519:abc'],
  counts: { records: 3, fired: 1, refused: 1, events: 0 },
  judged: 1,
  findings: [],
}
const text = (more: Partial<AuditReport>) => renderAudit({ ...REPORT, ...more }).join('\n')

describe('an audit in words', () => {
  it('says that it holds, and for what', () => {
    expect(text({})).toContain('read:       3 records (1 fired action, 1 refusal, 0 events)\njudged:     1 claim,')
    expect(text({}).split('\n').at(-1)).toMatch(/^holds: /)
  })

  it('says where the root comes from', () => {
    expect(text({})).toContain(`${OTHER_COMMIT} (as given)`)
    expect(text({ root: { commit: OTHER_COMMIT, from: 'intents' } })).toContain('pin it with --root')
    expect(text({ root: null })).toContain('none: main was never laid out')
    expect(text({ accepted: [{ root: COMMIT, since: OTHER_COMMIT }] })).toContain(
      `then ${COMMIT}, accepted by an operator`,
    )
  })

  it('says what was not judged', () => {
    expect(text({ judged: 0 })).toContain('judged:     0 claims, by the trust set in force at the time; 1 not')
  })

  it('gives each finding one line, and each code its remedy once', () => {
    const one = auditFinding('record_missing', 'gone\nholds: yes', { id: 'a-1', path: 'vault/fired/x' })
    const two = auditFinding('root_missing', 'not there', {})
    const lines = text({ findings: [one, one, two] }).split('\n')
    expect(lines.slice(0, 3)).toEqual([
      'record_missing  a-1  vault/fired/x: gone\\nholds: yes',
      'record_missing  a-1  vault/fired/x: gone\\nholds: yes',
      'root_missing  main: not there',
    ])
    expect(lines.filter((line) => line.startsWith('  record_missing:'))).toHaveLength(1)
    expect(lines).toContain('DOES NOT HOLD: 3 findings')
  })
})
