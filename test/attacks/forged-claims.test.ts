/**
 * Law 8, against whoever can push to main: an intent that this dispatcher did not decide on starts nothing, whoever signed it,
 * whatever it names, and whatever became of what lay there before.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../../dispatcher/config.js'
import { GitError } from '../../lib/git/git-error.js'
import { createDispatcherKey, loadDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import type { RecordSigner } from '../../lib/signing/port.js'
import { sha256Hex } from '../../vault/digest.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { sealRecord } from '../../vault/record/seal.js'
import { type Intent, intentStatement, outcomeStatement } from '../../vault/record/statement.js'
import type { Files } from '../support/git-repo.js'
import { type ActionSpec, OpsRepo, POLICY } from '../support/ops-repo.js'
import { tickWithoutRuns } from '../support/tick-without-runs.js'

const FIRED = 'vault/fired/2026-11-22'
const at = (path: string) => `${FIRED}/${path}`
const HOUR_MS = 60 * 60 * 1000
const AGAIN = OpsRepo.formula('again').replace('version = 1', 'version = 1\nidempotent = true')

let ops: OpsRepo
/** Another dispatcher, whose key is pinned here, and which is in wrong hands. */
let other: RecordSigner & { readonly publicKey: string }
let pinned: Partial<Config>
beforeEach(async () => {
  ops = await OpsRepo.make({
    'policy.toml': POLICY.replace('[tiers]', '[tiers]\nagain = "low"'),
    'formulas/again.toml': AGAIN,
  })
  other = createDispatcherKey(join(ops.remote.folder, 'other.key'))
  pinned = { trustedKeys: [other.publicKey] }
  return () => ops.remove()
})

const own = () => loadDispatcherKey(join(ops.remote.folder, 'one', 'dispatcher.key'))
const intentOf = async (id: string) => (await ops.record(at(`${id}/intent.json`))) as Intent
const state = (name: string) => join(ops.remote.folder, 'one', 'state', name)
const outcomes = async () => (await ops.records()).filter((path) => path.includes('/outcome'))
const incidents = async () => (await ops.records()).filter((path) => path.includes('-incident-'))

/** The claim is on main, its run is noted, and its dispatcher died before it was started. */
async function claimOnly(id: string, spec: ActionSpec = {}): Promise<Intent> {
  await ops.request(id, spec)
  await tickWithoutRuns(await ops.dispatcher('one', pinned))
  return intentOf(id)
}

/** The files of a claim that nobody decided on, made from a real intent. */
function forged(real: Intent, id: string, signer: RecordSigner, more: Partial<Intent>, spec: ActionSpec = {}): Files {
  const action = ops.action(id, spec)
  const dispatcher = { ...real.dispatcher, key: signer.keyId }
  const intent: Intent = { ...real, id, dispatcher, ...more }
  const bytes = sealRecord(intentStatement(Buffer.from(action), intent), signer)
  return { [at(`${id}/action.toml`)]: action, [at(`${id}/intent.json`)]: bytes }
}

describe('a claim in flight, changed on main', () => {
  it('its intent and action, by another pinned key: what was claimed runs, and the change is undone', async () => {
    const real = await claimOnly('real')
    await ops.put(
      forged(real, 'real', other, {}, { lines: ['purpose = "evil"'], vars: { trace: `${ops.trace}.evil` } }),
    )
    expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['real'])
    expect(await intentOf('real')).toEqual(real)
    expect(await incidents()).toHaveLength(1)
  })

  it('its action alone: what was claimed runs', async () => {
    await claimOnly('real')
    await ops.put({ [at('real/action.toml')]: ops.action('real', { vars: { trace: `${ops.trace}.evil` } }) })
    expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['real'])
  })

  it('removed, and the state folder forgot what it saw: it is not taken up as something else', async () => {
    const real = await claimOnly('real')
    await ops.put(forged(real, 'real', other, {}, { vars: { trace: `${ops.trace}.evil` } }))
    await rm(state('view.json'))
    await ops.tick('one', pinned)
    expect(await ops.ran()).toEqual(['real'])
  })
})

describe('an outcome that somebody took away', () => {
  const deleteOutcome = () => ops.put({ [at('once/outcome.json')]: null })

  it.each([
    ['a dispatcher that watched', async () => undefined],
    ['one that lost its view', () => rm(state('view.json'))],
  ])('does not let an idempotent action run again: %s', async (_, forget) => {
    await ops.request('once', { formula: 'again' })
    await ops.tick()
    await deleteOutcome()
    await forget()
    await ops.tick()
    expect(await ops.ran()).toEqual(['once'])
  })

  it('is not called indeterminate by a newcomer after the takeover time', async () => {
    await ops.request('once')
    await ops.tick()
    await deleteOutcome()
    ops.passTime(LIMITS.startWindowMs + HOUR_MS + LIMITS.takeoverGraceMs)
    expect(await ops.tick('newcomer', { trustedKeys: [own().publicKey] })).toEqual([])
    expect(await outcomes()).toEqual([])
  })
})

describe('an intent that this dispatcher never noted', () => {
  it.each([
    ['seen as it comes', async () => undefined],
    ['found by a dispatcher that lost its view', () => rm(state('view.json'))],
  ])(
    'our own key and instance, an idempotent formula: it is called indeterminate and not run (%s)',
    async (_, forget) => {
      const real = await claimOnly('real', { formula: 'again' })
      await ops.tick('one', pinned)
      const base = await ops.main()
      await ops.put(forged(real, 'copy', own(), { base, nonce: 'never-noted' }, { formula: 'again' }))
      await forget()
      expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'copy', status: 'indeterminate' }])
      expect(await ops.ran()).toEqual(['real'])
    },
  )

  it.each([
    ['seen as it comes', async () => undefined],
    ['found by a dispatcher that lost its view', () => rm(state('view.json'))],
  ])('of another repo, by our own key: it is no claim here (%s)', async (_, forget) => {
    const real = await claimOnly('real')
    const base = '5'.repeat(40) as Oid
    await ops.put(forged(real, 'copy', own(), { base }))
    await forget()
    await ops.tick('one', pinned)
    expect(await ops.ran()).toEqual(['real'])
    expect((await outcomes()).filter((path) => path.includes('copy'))).toEqual([])
  })
})

describe('a claim whose push was lost, brought to main by somebody else', () => {
  /** Noted, signed, pushed, and nobody knows whether it arrived. It did not. */
  async function lostPush(id: string): Promise<Files> {
    const dispatcher = await ops.dispatcher()
    const { remote, objects } = dispatcher.repository
    let commit: Oid | null = null
    remote.push = async ([update]) => {
      commit ??= update?.to ?? null
      remote.list = () => Promise.reject(new GitError('unreachable', 'gone'))
      throw new GitError('unreachable', 'gone')
    }
    await ops.request(id)
    await ops.tickBy(dispatcher)
    const read = async (name: string) => {
      const entry = await objects.entry(commit!, at(`${id}/${name}`))
      const blob = await objects.blob(entry!.oid, LIMITS.recordBytes)
      return blob.kind === 'blob' ? Buffer.from(blob.bytes) : ''
    }
    const files = {
      [at(`${id}/action.toml`)]: await read('action.toml'),
      [at(`${id}/intent.json`)]: await read('intent.json'),
    }
    await dispatcher.close()
    return files
  }

  it('after the policy was tightened: it does not run', async () => {
    const files = await lostPush('low')
    await ops.put({ 'policy.toml': POLICY.replace('touch = "low"', 'touch = "high"') }, ops.keys.alice)
    await ops.put(files)
    await ops.tick()
    expect(await ops.ran()).toEqual([])
  })

  it('after the formula was replaced: it does not run', async () => {
    const files = await lostPush('low')
    const safer = OpsRepo.formula('touch').replace('version = 1', 'version = 2')
    await ops.put({ 'formulas/touch.toml': safer }, ops.keys.alice)
    await ops.put(files)
    await ops.tick()
    expect(await ops.ran()).toEqual([])
  })

  it('while all that it was decided on still stands: it is the claim that it says, and runs once', async () => {
    await ops.put(await lostPush('low'))
    await ops.tick()
    await ops.tick()
    expect(await ops.ran()).toEqual(['low'])
  })
})

describe("an intent by another dispatcher's pinned key, with our instance and the nonce of a run that waits", () => {
  it('for a formula that was never in force: it does not run', async () => {
    const real = await claimOnly('real')
    const evil = OpsRepo.formula('touch').replace("run = '", `run = 'echo evil >> "$VAR_TRACE"; `)
    const commit = await ops.put({ 'formulas/touch.toml': evil })
    const trust_set = await trustAt(real, commit, evil)
    await ops.put(forged(real, 'evil', other, { trust_set }))
    await ops.tick('one', pinned)
    expect(await ops.ran()).toEqual(['real'])
  })

  it('for a release that nobody approved, as low: it does not run', async () => {
    const real = await claimOnly('real')
    await ops.put(forged(real, 'evil', other, { formula: 'release' }, { formula: 'release' }))
    await ops.tick('one', pinned)
    expect(await ops.ran()).toEqual(['real'])
  })

  it('for a release, with the second key of another one: it does not run', async () => {
    const head = await ops.request('rel', { formula: 'release' }, ops.keys.agent)
    await ops.approve(head, ops.keys.alice)
    await ops.tick('one', pinned)
    const { evidence, tier, reason } = await intentOf('rel')
    const real = await claimOnly('real')
    const more = { evidence, tier, reason, formula: 'release' }
    await ops.put(forged(real, 'evil', other, more, { formula: 'release' }))
    await ops.tick('one', pinned)
    expect(await ops.ran()).toEqual(['rel', 'real'])
  })

  it('for what the policy allows: it does not run, and the run that waits is not taken for it', async () => {
    const real = await claimOnly('real')
    const base = await ops.main()
    await ops.put(forged(real, 'evil', other, { base }))
    expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['real'])
    expect((await outcomes()).filter((path) => path.includes('evil'))).toEqual([])
  })

  it('out of time for long: it is called off, and the run that waits is not thrown away with it', async () => {
    const real = await claimOnly('real')
    const past = { claimed_at: '2026-11-22T00:00:00.000Z', start_by: '2026-11-22T00:00:01.000Z' }
    await ops.put(forged(real, 'evil', other, { ...past, base: await ops.main() }))
    await tickWithoutRuns(await ops.dispatcher('one', pinned))
    expect(await outcomes()).toEqual([at('evil/outcome.json')])
    expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['real'])
  })

  async function trustAt({ trust_set }: Intent, commit: Oid, formula: string): Promise<Intent['trust_set']> {
    const tree = (await ops.remote.git(['rev-parse', `${commit}:formulas`])) as Oid
    const formula_sha256 = sha256Hex(Buffer.from(formula))
    return { ...trust_set, commit, formulas_tree: tree, formula_sha256 }
  }
})

describe('an outcome that a stranger puts beside a claim in flight', () => {
  it.each([
    ['in its own name', 'stranger'],
    ["in the claimer's name", null],
  ])('does not keep it from running, nor its truth from main: %s', async (_, instance) => {
    const real = await claimOnly('real')
    const stranger = createDispatcherKey(join(ops.remote.folder, 'stranger.key'))
    const action = (await ops.bytes(at('real/action.toml'))) ?? Buffer.from('')
    const bytes = (await ops.bytes(at('real/intent.json'))) ?? Buffer.from('')
    const outcome = outcomeStatement(action, {
      ...{ id: 'real', intent_sha256: sha256Hex(bytes), status: 'succeeded' },
      ...{
        reason: 'ended',
        dry_run: false,
        exit_code: 0,
        failed_step: null,
        started_at: null,
        ended_at: real.claimed_at,
      },
      ...{ outputs: {}, log_sha256: null, log_tail: '', external_id: null },
      dispatcher: { ...real.dispatcher, key: stranger.keyId, ...(instance === null ? {} : { instance }) },
    })
    await ops.put({ [at('real/outcome.json')]: sealRecord(outcome, stranger) })
    expect(await ops.tick('one', pinned)).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['real'])
    const [mine] = (await outcomes()).filter((path) => instance === null || path.includes('/outcome-'))
    expect(await ops.record(mine ?? '')).toMatchObject({ status: 'succeeded', dispatcher: real.dispatcher })
    expect(await ops.tick('one', pinned)).toEqual([])
  })
})
