/** From which commit on a newcomer follows main: by what dispatchers whose keys it was given have signed. */
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { findRoot, type JoinedRoot } from '../../../dispatcher/init/join.js'
import { createDispatcherKey, loadDispatcherKey } from '../../../lib/signing/dispatcher-key.js'
import type { RecordSigner } from '../../../lib/signing/port.js'
import { recordVerifier } from '../../../lib/signing/record-verifier.js'
import { sha256Hex } from '../../../vault/digest.js'
import type { Oid } from '../../../vault/oid.js'
import { eventPath } from '../../../vault/record/paths.js'
import { sealRecord } from '../../../vault/record/seal.js'
import { decisionStatement } from '../../../vault/record/statement.js'
import { commitSubject } from '../../../vault/record/subject.js'
import { timestampOf } from '../../../vault/record/time.js'
import { OpsRepo } from '../../support/ops-repo.js'

let ops: OpsRepo
let later: Oid
beforeEach(async () => {
  ops = await OpsRepo.make()
  await ops.request('first')
  await ops.tick()
  later = await ops.put({ x: 'x' })
  return () => ops.remove()
})

const own = () => loadDispatcherKey(join(ops.remote.folder, 'one', 'dispatcher.key'))

/** `unfreeze --root`, as it is recorded. */
async function unfreeze(root: Oid, signer: RecordSigner, more: { at?: number; base?: Oid; path?: string } = {}) {
  const at = more.at ?? ops.now
  const base = more.base ?? (await ops.main())
  const decision = {
    ...({ event: 'unfreeze', reason: 'moved', cause: 'operator', root, base, at: timestampOf(at) } as const),
    dispatcher: { name: 'one', instance: 'i', key: signer.keyId },
  }
  const bytes = sealRecord(decisionStatement(commitSubject('main', base), decision), signer)
  await ops.put({ [more.path ?? eventPath(at, 'unfreeze', sha256Hex(bytes))]: bytes })
}

async function joined(): Promise<JoinedRoot> {
  const dispatcher = await ops.dispatcher('newcomer')
  try {
    const { main } = await dispatcher.repository.remote.list()
    await dispatcher.repository.remote.fetch(['refs/heads/main'])
    return await findRoot(dispatcher.repository, main!, recordVerifier([own().publicKey]))
  } finally {
    await dispatcher.close()
  }
}

describe('the trust root of a newcomer', () => {
  it('is the one that signed claims name', async () => {
    expect(await joined()).toEqual({ root: ops.root, source: 'records', hearsay: null })
  })

  it('is the new one after `unfreeze --root`, before anything was claimed under it', async () => {
    ops.passTime(1_000)
    await unfreeze(later, own())
    expect(await joined()).toEqual({ root: later, source: 'records', hearsay: null })
  })

  it('is the newest of several, also where an operator went back', async () => {
    ops.passTime(1_000)
    await unfreeze(later, own())
    ops.passTime(1_000)
    await unfreeze(ops.root, own())
    expect(await joined()).toMatchObject({ root: ops.root, source: 'records' })
  })

  it('is not one that claims came after under another', async () => {
    await unfreeze(later, own(), { at: ops.now - 1_000 })
    expect(await joined()).toMatchObject({ root: ops.root, source: 'records' })
  })
})

describe('an `unfreeze --root` that does not count', () => {
  beforeEach(() => ops.passTime(1_000))

  it('by a key that was not given', async () => {
    await unfreeze(later, createDispatcherKey(join(ops.remote.folder, 'stranger.key')))
    expect(await joined()).toMatchObject({ root: ops.root, source: 'records' })
  })

  it('of another repo: it was decided on another main', async () => {
    await unfreeze(later, own(), { base: '5'.repeat(40) as Oid })
    expect(await joined()).toMatchObject({ root: ops.root })
  })

  it('to a commit that is not on main', async () => {
    await unfreeze('6'.repeat(40) as Oid, own())
    expect(await joined()).toMatchObject({ root: ops.root })
  })

  it('that was copied to a later time', async () => {
    const path = 'vault/ledger/2026-11-23/000000000-unfreeze-000000000000.json'
    await unfreeze(later, own(), { path, at: ops.now - 10_000 })
    expect(await joined()).toMatchObject({ root: ops.root })
  })
})
