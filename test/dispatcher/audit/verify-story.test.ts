/** Longer honest stories by real dispatchers: nothing of what they do in trouble may look like a forgery. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDispatcherKey, loadDispatcherKey } from '../../../lib/signing/dispatcher-key.js'
import { POLICY } from '../../support/ops-repo.js'
import { AuditedRepo } from './audited-repo.js'

let repo: AuditedRepo
beforeEach(async () => {
  repo = await AuditedRepo.make()
})
afterEach(() => repo.remove())

describe('verify after', () => {
  it('a burst, a new policy, and more', async () => {
    const { ops } = repo
    for (let number = 0; number < 12; number++) await ops.request(`low-${number}`)
    await ops.tick()
    await ops.remote.commit({
      files: { 'policy.toml': POLICY.replace('dev = "medium"', 'dev = "low"') },
      sign: ops.keys.alice,
    })
    await ops.request('dev-1', { formula: 'dev' })
    await ops.tick()
    await ops.remote.commit({ files: { 'policy.toml': POLICY }, sign: ops.keys.amy })
    await ops.approve(await ops.request('dev-2', { formula: 'dev' }, ops.keys.agent), ops.keys.bob)
    await ops.approve(await ops.request('rel-1', { formula: 'release' }, ops.keys.agent), ops.keys.amy)
    await ops.tick()
    expect(await repo.verify()).toMatchObject({ ok: true, findings: [], judged: 15 })
  })

  it('records that somebody tampered with, and the dispatcher put back', async () => {
    const { ops } = repo
    await repo.honestStory()
    const low = await repo.folderOf('low-1')
    await ops.remote.commit({
      files: { [`${low}/outcome.json`]: null, [`${low}/intent.json`]: 'x', 'vault/fired/x': 'y' },
    })
    expect((await repo.verify()).ok).toBe(false)
    await ops.tick()
    expect(await repo.verify()).toMatchObject({ ok: true, findings: [], judged: 3, events: 1 })
  })

  it('an unauthorised policy that an admin restored', async () => {
    const { ops } = repo
    await ops.remote.commit({ files: { 'policy.toml': POLICY.replaceAll('"high"', '"low"') } })
    await ops.request('rel-1', { formula: 'release' }, ops.keys.agent)
    await ops.request('low-1')
    await ops.tick()
    expect((await repo.verify()).findings.map(({ code }) => code)).toEqual(['unauthorised_policy'])
    await ops.remote.commit({ files: { 'policy.toml': POLICY } })
    expect(await repo.verify()).toMatchObject({ ok: true, judged: 1 })
  })

  it('two dispatchers, of which the auditor pins one or both', async () => {
    const { ops } = repo
    const other = `${ops.remote.folder}/other.key`
    const { publicKey } = createDispatcherKey(other)
    await ops.request('low-1')
    await ops.tick('one', { trustedKeys: [publicKey] })
    await ops.request('low-2')
    await ops.tick('two', { keyPath: other, trustedKeys: [repo.signer.publicKey] })
    expect(loadDispatcherKey(other).publicKey).toBe(publicKey)
    expect(await repo.verify('main', { keys: [repo.signer.publicKey, publicKey] })).toMatchObject({
      ok: true,
      judged: 2,
    })
    const one = await repo.verify()
    expect(new Set(one.findings.map(({ code }) => code))).toEqual(new Set(['record_key_unknown']))
    expect(new Set(one.findings.map(({ id }) => id))).toEqual(new Set(['low-2']))
  })

  it('nothing fired yet', async () => {
    expect(await repo.verify()).toMatchObject({
      ok: true,
      checked: 0,
      judged: 0,
      root: repo.ops.root,
      root_from: 'assumed',
    })
  })
})
