import { describe, expect, it } from 'vitest'
import { readOwed } from '../../../dispatcher/observe/owed-reader.js'
import type { Objects } from '../../../lib/git/port.js'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { sha256Hex } from '../../../vault/digest.js'
import { oid } from '../../../vault/oid.js'
import { sealRecord } from '../../../vault/record/seal.js'
import { intentStatement, outcomeStatement } from '../../../vault/record/statement.js'
import { newSigner } from '../../vault/record/key.js'
import { ACTION, intent, outcome } from '../../vault/record/sample.js'

const FOLDER = 'vault/fired/2026-11-22/release-1'
const signer = newSigner()
const INTENT = sealRecord(intentStatement(ACTION, intent(signer.keyId)), signer)
const endOfIt = { ...outcome(signer.keyId), intent_sha256: sha256Hex(INTENT) }
const OUTCOME = sealRecord(outcomeStatement(ACTION, endOfIt), signer)
/** Signed as well, and of another claim. */
const OTHER_INTENT = sealRecord(intentStatement(ACTION, intent(signer.keyId, { id: 'other' })), signer)
const OTHER_OUTCOME = sealRecord(outcomeStatement(ACTION, { ...endOfIt, intent_sha256: '0'.repeat(64) }), signer)
/** By another instance, after nothing was heard of this one. */
const TAKEN_OVER = sealRecord(
  outcomeStatement(ACTION, {
    ...{ ...endOfIt, status: 'indeterminate', reason: 'taken_over' },
    dispatcher: { ...endOfIt.dispatcher, instance: 'i-2' },
  }),
  signer,
)
const FORGED = new TextEncoder().encode('{}')

/** Main with these files in the claim's folder. */
function objectsOf(files: Readonly<Record<string, Uint8Array>>): Objects {
  const names = Object.keys(files)
  const notRead = async () => {
    throw new Error('not read here')
  }
  const entryOf = (name: string) => ({
    name,
    mode: '100644',
    oid: oid(names.indexOf(name).toString(16).padStart(40, '0')),
  })
  return {
    ...{ commit: notRead, commitBytes: notRead },
    tree: async () => names.map(entryOf),
    entry: async (_, path) => {
      const name = path.slice(FOLDER.length + 1)
      if (path === FOLDER) return { name: 'release-1', mode: '040000', oid: oid('f'.repeat(40)) }
      return name in files ? entryOf(name) : null
    },
    blob: async (blob) => ({ kind: 'blob', bytes: files[names[Number.parseInt(blob, 16)]!]! }),
  }
}

async function endOf(
  files: Readonly<Record<string, Uint8Array>>,
  through = (objects: Objects) => objects,
): Promise<string | undefined> {
  const objects = through(objectsOf({ 'intent.json': INTENT, ...files }))
  const claim = { id: 'release-1', day: '2026-11-22' }
  const owed = await readOwed(objects, oid('1'.repeat(40)), claim, recordVerifier([signer.publicKey]))
  return owed?.outcome?.status
}

describe('how a claim ended, for its pull request', () => {
  it.each<[string, Readonly<Record<string, Uint8Array>>, string | undefined]>([
    ['it goes on', {}, undefined],
    ['its outcome', { 'outcome.json': OUTCOME }, 'succeeded'],
    ['somebody laid a file in its place', { 'outcome.json': FORGED, 'outcome-i-4f2a.json': OUTCOME }, 'succeeded'],
    ['and that was taken away', { 'outcome-i-4f2a.json': OUTCOME }, 'succeeded'],
    ["somebody laid another claim's outcome in its place", { 'outcome.json': OTHER_OUTCOME }, undefined],
    ["another claim's records were copied there", { 'intent.json': OTHER_INTENT, 'outcome.json': OUTCOME }, undefined],
    [
      'another instance told it beside a forgery',
      { 'outcome.json': FORGED, 'outcome-i-2.json': TAKEN_OVER },
      'indeterminate',
    ],
    ['its own word beside that', { 'outcome-i-2.json': TAKEN_OVER, 'outcome-i-4f2a.json': OUTCOME }, 'succeeded'],
    ["under another instance's name", { 'outcome-other.json': OUTCOME }, undefined],
  ])('%s', async (_, files, expected) => {
    expect(await endOf(files)).toBe(expected)
  })

  it('reads a bounded number of what strangers laid beside it, and its own word whatever they laid', async () => {
    const strangers = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`outcome-a${at}.json`, FORGED]))
    let read = 0
    const counted = (objects: Objects): Objects => ({
      ...objects,
      blob: async (...asked) => {
        read++
        return objects.blob(...asked)
      },
    })
    expect(await endOf(strangers, counted)).toBe(undefined)
    expect(read).toBe(65)
    expect(await endOf({ ...strangers, 'outcome-i-4f2a.json': OUTCOME }, counted)).toBe('succeeded')
  })
})
