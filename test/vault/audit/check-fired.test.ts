import { describe, expect, it } from 'vitest'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import type { ActionId } from '../../../vault/action/id.js'
import { checkFiredFolder, checkFiredOutcome } from '../../../vault/audit/check-fired.js'
import type { RecordFile } from '../../../vault/audit/record-file.js'
import { sha256Hex } from '../../../vault/digest.js'
import { sealRecord } from '../../../vault/record/seal.js'
import { intentStatement, type Outcome, outcomeStatement } from '../../../vault/record/statement.js'
import { newSigner } from '../record/key.js'
import { ACTION, intent, outcome } from '../record/sample.js'

const signer = newSigner()
const verifier = recordVerifier([signer.publicKey])
const place = { day: '2026-11-22', id: 'release-1' as ActionId }
const FOLDER = 'vault/fired/2026-11-22/release-1'
const INTENT = sealRecord(intentStatement(ACTION, intent(signer.keyId)), signer)

const file = (name: string, bytes: Uint8Array | null, mode = '100644'): RecordFile => ({
  path: `${FOLDER}/${name}`,
  mode,
  bytes,
})
const action = file('action.toml', ACTION)
const intentFile = file('intent.json', INTENT)

function outcomeFile(more: Partial<Outcome> = {}, name = 'outcome.json'): RecordFile {
  const full = outcome(signer.keyId, { intent_sha256: sha256Hex(INTENT), ...more })
  return file(name, sealRecord(outcomeStatement(ACTION, full), signer))
}

const found = (...args: Parameters<typeof checkFiredFolder>) =>
  checkFiredFolder(...args).findings.map(({ code, path }) => `${code} ${path?.slice(FOLDER.length + 1)}`)
const ofOutcome = (outcomeToCheck: RecordFile, ...args: Parameters<typeof checkFiredFolder>) =>
  checkFiredOutcome(checkFiredFolder(...args), outcomeToCheck, args[2]).map(
    ({ code, path }) => `${code} ${path?.slice(FOLDER.length + 1)}`,
  )

describe('the folder of a fired action', () => {
  it('holds', () => {
    const folder = checkFiredFolder(place, { action, intent: intentFile }, verifier)
    expect(folder).toMatchObject({ findings: [], intent: { isKnownKey: true }, intentSha256: sha256Hex(INTENT) })
    expect(checkFiredOutcome(folder, outcomeFile(), verifier)).toEqual([])
  })

  it.each([
    ['no intent', { action, intent: null }, ['record_missing intent.json']],
    ['no action', { action: null, intent: intentFile }, ['record_missing action.toml']],
    ['another action', { action: file('action.toml', INTENT), intent: intentFile }, ['subject_mismatch action.toml']],
    [
      'an outcome as intent',
      { action, intent: file('intent.json', outcomeFile().bytes) },
      ['record_malformed intent.json'],
    ],
    ['a symlink as intent', { action, intent: file('intent.json', null, '120000') }, ['record_foreign intent.json']],
    ['an intent beyond the limit', { action, intent: file('intent.json', null) }, ['record_malformed intent.json']],
    [
      'an executable action',
      { action: file('action.toml', ACTION, '100755'), intent: intentFile },
      ['record_foreign action.toml', 'record_missing action.toml'],
    ],
  ])('names %s', (_what, files, codes) => {
    expect(found(place, files, verifier)).toEqual(codes)
  })

  it.each([
    ['the outcome of another intent', outcomeFile({ intent_sha256: 'a'.repeat(64) }), ['intent_mismatch outcome.json']],
    ['an outcome that denies the dry run', outcomeFile({ dry_run: true }), ['intent_mismatch outcome.json']],
    [
      "a late outcome under another's name",
      outcomeFile({}, 'outcome-other.json'),
      ['record_misplaced outcome-other.json'],
    ],
    ['an intent as outcome', file('outcome.json', INTENT), ['record_malformed outcome.json']],
  ])('names %s', (_what, bad, codes) => {
    expect(ofOutcome(bad, place, { action, intent: intentFile }, verifier)).toEqual(codes)
  })

  it('reports a missing intent once, and not for each outcome', () => {
    expect(ofOutcome(outcomeFile(), place, { action, intent: null }, verifier)).toEqual([])
  })

  it('reports an edited action at the action, for intent and outcome alike', () => {
    const files = { action: file('action.toml', INTENT), intent: intentFile }
    expect(ofOutcome(outcomeFile(), place, files, verifier)).toEqual(['subject_mismatch action.toml'])
  })

  it('names a key that nobody pinned, and nothing else', () => {
    const nobody = recordVerifier([newSigner().publicKey])
    expect(found(place, { action, intent: intentFile }, nobody)).toEqual(['record_key_unknown intent.json'])
    expect(ofOutcome(outcomeFile(), place, { action, intent: intentFile }, nobody)).toEqual([
      'record_key_unknown outcome.json',
    ])
  })
})
