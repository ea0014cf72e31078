import { test as property } from '@fast-check/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ActionId, parseActionId } from '../../../vault/action/id.js'
import { oid } from '../../../vault/oid.js'
import { LEDGER_EVENTS } from '../../../vault/record/decision.js'
import { parseRecordPath } from '../../../vault/record/parse-path.js'
import {
  actionPath,
  decisionPath,
  eventPath,
  firedFolder,
  intentPath,
  lateOutcomePath,
  outcomePath,
  refusedActionPath,
  refusedFolder,
} from '../../../vault/record/paths.js'

const DAY = '2026-11-22'
const BLOB = oid('0123456789abcdef0123456789abcdef01234567')
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const ids = fc
  .stringMatching(/^[a-z0-9][a-z0-9._-]{0,99}$/)
  .map(parseActionId)
  .filter((id): id is ActionId => id !== null)

describe('paths', () => {
  property.prop([ids, fc.constantFrom(...LEDGER_EVENTS), hex(40), fc.integer({ min: 0, max: 4e12 })])(
    'reads back what it names',
    (id, event, blobText, atMs) => {
      const day = DAY
      const blob = oid(blobText)
      const short = blobText.slice(0, 12)
      expect(parseRecordPath(actionPath(day, id))).toEqual({ kind: 'fired_action', day, id })
      expect(parseRecordPath(intentPath(day, id))).toEqual({ kind: 'intent', day, id })
      expect(parseRecordPath(outcomePath(day, id))).toEqual({ kind: 'outcome', day, id })
      expect(parseRecordPath(lateOutcomePath(day, id, 'i-1'))).toEqual({
        kind: 'late_outcome',
        day,
        id,
        instance: 'i-1',
      })
      expect(parseRecordPath(refusedActionPath(day, id, blob))).toEqual({
        kind: 'refused_action',
        day,
        id,
        blob: short,
      })
      expect(parseRecordPath(decisionPath(day, id, blob))).toEqual({ kind: 'refused_decision', day, id, blob: short })
      const parsed = parseRecordPath(eventPath(atMs, event, blobText.padEnd(64, '0')))
      expect(parsed).toMatchObject({
        kind: 'event',
        event,
        digest: short,
        day: new Date(atMs).toISOString().slice(0, 10),
      })
    },
  )

  it('looks as the design says', () => {
    const id = parseActionId('groom-backlog')!
    expect(firedFolder(DAY, id)).toBe('vault/fired/2026-11-22/groom-backlog')
    expect(refusedFolder(DAY, id, BLOB)).toBe('vault/refused/2026-11-22/groom-backlog-0123456789ab')
    expect(eventPath(Date.parse('2026-11-22T08:01:02.003Z'), 'freeze', 'f'.repeat(64))).toBe(
      'vault/ledger/2026-11-22/080102003-freeze-ffffffffffff.json',
    )
  })

  property.prop([fc.string({ unit: 'binary' })])('gives every refused stem a folder that git can hold', (stem) => {
    const folder = refusedFolder(DAY, stem, BLOB)
    expect(folder).toMatch(/^vault\/refused\/2026-11-22\/[a-z0-9_][a-z0-9._-]*-0123456789ab$/)
    expect(parseRecordPath(`${folder}/decision.json`)).toMatchObject({
      kind: 'refused_decision',
      id: parseActionId(stem),
    })
  })
})

describe('parseRecordPath', () => {
  it.each(['vault/actions/x.toml', 'policy.toml', 'vault/firedx/2026-11-22/x/intent.json', ' vault/fired/x', ''])(
    'leaves %j to others',
    (path) => {
      expect(parseRecordPath(path)).toBeNull()
    },
  )

  it.each([
    'vault/fired',
    'vault/fired/',
    'vault/fired/2026-11-22',
    'vault/fired/2026-11-22/x',
    'vault/fired/2026-11-22/x/intent.json/y',
    'vault/fired/2026-11-22/x/intent.JSON',
    'vault/fired/2026-11-22/x/intent.json\n',
    'vault/fired/2026-11-22/x/outcome-.json',
    'vault/fired/2026-11-22/x/outcome-a.b.json',
    'vault/fired/2026-11-22/X/intent.json',
    'vault/fired/2026-11-22/../intent.json',
    'vault/fired/2026-02-30/x/intent.json',
    'vault/fired/26-11-22/x/intent.json',
    'vault/fired/+012026-11-22/x/intent.json',
    'vault/refused/2026-11-22/x/decision.json',
    'vault/refused/2026-11-22/-0123456789ab/decision.json',
    'vault/refused/2026-11-22/_x-0123456789ab/decision.json',
    'vault/refused/2026-11-22/x-0123456789ab/intent.json',
    'vault/ledger/checkpoint',
    'vault/ledger/2026-11-22/080102003-refused-ffffffffffff.json',
    'vault/ledger/2026-11-22/080102003-freeze-fffffffffff.json',
  ])('knows no %j', (path) => {
    expect(parseRecordPath(path)).toEqual({ kind: 'other' })
  })
})
