/** Law 8: records are append-only and written by dispatchers only. What anybody else does to them is undone, and told. */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import type { Oid } from '../../vault/oid.js'
import { plan } from '../../vault/plan/plan.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { decisionPath } from '../../vault/record/paths.js'
import { sealRecord } from '../../vault/record/seal.js'
import { decisionStatement, type Intent, intentStatement } from '../../vault/record/statement.js'
import { blobSubject } from '../../vault/record/subject.js'
import type { Files } from '../support/git-repo.js'
import { OpsRepo } from '../support/ops-repo.js'
import { tickWithoutRuns } from '../support/tick-without-runs.js'

const FIRED = 'vault/fired/2026-11-22'
const at = (path: string) => `${FIRED}/${path}`
const DAY_MS = 24 * 60 * 60 * 1000

let ops: OpsRepo
beforeAll(async () => {
  ops = await OpsRepo.make()
  await ops.put({ 'vault/actions/sub.toml': { mode: '160000', oid: ops.root } })
  await ops.put({ 'vault/actions/dir.toml': ops.action('dir', { formula: 'dev' }) })
  await ops.request('first')
  await ops.request('second')
  await ops.tick()
})
afterAll(() => ops.remove())

const incidents = async () => (await ops.records()).filter((path) => path.includes('-incident-'))
const others = async () => {
  const tree = await ops.remote.git(['ls-tree', '-r', '--full-tree', 'main', 'vault'])
  return tree.split('\n').filter((line) => !line.includes('-incident-'))
}
const one = async (part: string) => (await ops.records()).find((path) => path.includes(part)) ?? 'none'

/** Somebody pushes this; the next tick leaves everything as it was, and one incident with this code. */
async function undoes(files: Files, reason: string): Promise<void> {
  const [told, before] = [await incidents(), await others()]
  await ops.put(files)
  expect(await others()).not.toEqual(before)
  await ops.tick()
  expect(await others()).toEqual(before)
  const added = (await incidents()).filter((path) => !told.includes(path))
  expect(added).toHaveLength(1)
  expect(await ops.record(added[0] ?? '')).toMatchObject({ event: 'incident', reason })
}

const without = (paths: readonly string[]): Files => Object.fromEntries(paths.map((path) => [path, null]))

describe('what is undone in the next commit', () => {
  it('an edit of an outcome', () => undoes({ [at('first/outcome.json')]: '{"status":"failed"}\n' }, 'record_changed'))

  it('an edit of what was approved', () => undoes({ [at('first/action.toml')]: 'id = "other"\n' }, 'record_changed'))

  it('39: a cleanup of one record', async () =>
    undoes(without((await ops.records()).filter((path) => path.startsWith(at('first/')))), 'record_changed'))

  it('39: a cleanup of everything', async () => undoes(without(await ops.records()), 'record_changed'))

  it('an outcome that was taken away, so that a claim looks unfinished', () =>
    undoes({ [at('second/outcome.json')]: null }, 'record_changed'))

  it('only a mode', async () => {
    const content = (await ops.bytes(at('first/intent.json'))) ?? ''
    await undoes({ [at('first/intent.json')]: { mode: '100755', content } }, 'record_changed')
  })

  it('a file in the place of a folder', () => undoes({ [at('first')]: 'gone\n' }, 'record_changed'))

  it('a folder in the place of a file', () => undoes({ [at('first/intent.json/x')]: 'gone\n' }, 'record_changed'))

  it('a symlink in the place of all of them', () =>
    undoes({ 'vault/fired': { mode: '120000', content: 'refused' } }, 'record_changed'))

  it.each(['vault/fired/x', 'vault/fired/2026-11-22/x', 'vault/refused/x/y', 'vault/ledger/notes.txt'])(
    'a file of no dispatcher: %s',
    (path) => undoes({ [path]: 'x\n' }, 'record_foreign'),
  )

  it('a submodule among the records', () =>
    undoes({ [at('third/intent.json')]: { mode: '160000', oid: ops.root } }, 'record_foreign'))

  it('a change that hides behind a hundred folders', async () => {
    const deep = `vault/fired/0${'/d'.repeat(100)}/x`
    await undoes({ [deep]: 'x\n', [at('first/outcome.json')]: null }, 'record_changed')
  })
})

describe('what is no record', () => {
  it('a record that was copied to another id', async () => {
    const names = ['action.toml', 'intent.json', 'outcome.json']
    const copy = names.map(async (name) => [at(`third/${name}`), await ops.bytes(at(`first/${name}`))] as const)
    await undoes(Object.fromEntries(await Promise.all(copy)), 'record_misplaced')
  })

  it('a record that was copied to another day', async () => {
    const copy = ['action.toml', 'intent.json'].map(
      async (name) => [`vault/fired/2026-11-23/first/${name}`, await ops.bytes(at(`first/${name}`))] as const,
    )
    await undoes(Object.fromEntries(await Promise.all(copy)), 'record_misplaced')
  })

  it('an outcome that was copied beside another intent', async () =>
    undoes({ [at('first/outcome-x.json')]: await ops.bytes(at('second/outcome.json')) }, 'intent_mismatch'))

  it('a refusal that was copied beside another file', async () => {
    const decision = await ops.bytes((await one('refused/2026-11-22/dir-')).replace('action.toml', 'decision.json'))
    await undoes({ 'vault/refused/2026-11-22/first-000000000000/decision.json': decision }, 'record_misplaced')
  })

  it('a file beside the refusal of what was none', async () => {
    const decision = await one('refused/2026-11-22/sub-')
    await undoes({ [decision.replace('decision.json', 'action.toml')]: 'id = "x"\n' }, 'subject_mismatch')
  })

  it('an event that was copied, as if it had happened again', async () =>
    undoes(
      { 'vault/ledger/2026-11-23/000000000-freeze-000000000000.json': await ops.bytes(await one('-incident-')) },
      'record_misplaced',
    ))

  it("a forged record: the dispatcher's key id, another signature", async () => {
    const envelope = JSON.parse((await ops.bytes(at('first/intent.json')))?.toString() ?? '') as {
      payload: string
      signatures: { keyid: string; sig: string }[]
    }
    const payload = Buffer.from(envelope.payload, 'base64').toString().replaceAll('first', 'third')
    const forged = { ...envelope, payload: Buffer.from(payload).toString('base64') }
    const action = ops.action('third')
    await undoes(
      { [at('third/intent.json')]: `${JSON.stringify(forged)}\n`, [at('third/action.toml')]: action },
      'record_signature',
    )
  })
})

describe('whatever they did', () => {
  it('39: no id is free again, not for a fresh dispatcher either', async () => {
    await ops.request('first')
    await ops.request('second', { lines: ['purpose = "again"'] })
    for (const name of ['one', 'two']) {
      const lines = await ops.tick(name)
      expect(lines).toHaveLength(2)
      for (const line of lines) expect(line).toMatchObject({ verdict: 'refuse', reason: 'already_fired' })
    }
    expect([...(await ops.ran())].sort()).toEqual(['first', 'second'])
  })
})

describe('in another repo', () => {
  let fresh: OpsRepo
  beforeEach(async () => {
    fresh = await OpsRepo.make()
    return () => fresh.remove()
  })

  it('39: a claim that is removed before the next tick looks', async () => {
    await fresh.request('short')
    await fresh.tick()
    await fresh.put(without(await fresh.records()))
    await fresh.request('short')
    expect(await fresh.tick()).toMatchObject([{ id: 'short', verdict: 'refuse', reason: 'already_fired' }])
    expect(await fresh.ran()).toEqual(['short'])
    expect(await fresh.records()).toContain(at('short/outcome.json'))
  })

  it('the same file, refused twice on one day, does not write over its own record', async () => {
    for (const _ of ['first', 'second']) {
      await fresh.put({ 'vault/actions/again.toml': fresh.action('again', { formula: 'dev' }) })
      expect(await fresh.tick()).toMatchObject([{ id: 'again', verdict: 'refuse', reason: 'no_second_key' }])
      expect(await fresh.remote.paths('main', 'vault/actions')).toEqual(['vault/actions/README.md'])
      fresh.passTime(1_000)
    }
    const main = await fresh.main()
    await fresh.tick()
    expect(await fresh.main()).toBe(main)
  })

  it('what was refused before midnight is not refused again after it, by a tick that looked before the first one wrote', async () => {
    await fresh.put({ 'vault/actions/direct.toml': fresh.action('direct', { formula: 'dev' }) })
    const dispatcher = await fresh.dispatcher()
    const before = await dispatcher.observer.observe(fresh.now)
    const apply = (snapshot: Snapshot) => dispatcher.applier.apply(plan(snapshot), snapshot, new Set())
    await apply(before)
    const told = await fresh.records()
    expect(told.filter((path) => path.startsWith('vault/refused/2026-11-22/direct-'))).toHaveLength(2)
    await apply({ ...before, now: before.now + DAY_MS })
    await dispatcher.close()
    expect(await fresh.records()).toEqual(told)
  })

  it('nothing is taken off main by a refusal that nobody known signed, nor is that written over', async () => {
    const path = 'vault/actions/direct.toml'
    await fresh.put({ [path]: fresh.action('direct', { formula: 'dev' }) })
    const file = (await fresh.remote.git(['rev-parse', `main:${path}`])).trim() as Oid
    const forged = { [decisionPath('2026-11-22', 'direct', file)]: await forgedRefusal(path, file) }
    await fresh.put(forged)
    await fresh.tick()
    const [place, bytes] = Object.entries(forged)[0]!
    expect(await fresh.records()).toContain(path)
    expect(await fresh.bytes(place)).toEqual(bytes)

    fresh.passTime(DAY_MS)
    await fresh.tick()
    expect(await fresh.records()).not.toContain(path)
    expect(await fresh.bytes(place)).toEqual(bytes)
    expect(await fresh.record(decisionPath('2026-11-23', 'direct', file))).toMatchObject({ reason: 'no_second_key' })
  })

  async function forgedRefusal(path: string, file: Oid): Promise<Buffer> {
    const signer = createDispatcherKey(join(fresh.remote.folder, 'evil.key'))
    const [base, at] = [await fresh.main(), new Date(fresh.now).toISOString()]
    const statement = decisionStatement(blobSubject(path, file), {
      ...{
        event: 'refused',
        id: 'direct',
        reason: 'expired',
        rules: [],
        commit: null,
        trust_set_commit: base,
        base,
        at,
      },
      dispatcher: { name: 'evil', instance: 'evil', key: signer.keyId },
    })
    return Buffer.from(sealRecord(statement, signer))
  }

  it('what was changed and put back in between needs no undoing', async () => {
    await fresh.request('back')
    await fresh.tick()
    const path = at('back/outcome.json')
    const content = await fresh.bytes(path)
    await fresh.put({ [path]: 'x\n' })
    await fresh.put({ [path]: content })
    const main = await fresh.main()
    await fresh.tick()
    expect(await fresh.main()).toBe(main)
  })

  it("a file where today's folder should be does not swallow the claims of the same tick", async () => {
    await fresh.request('today')
    await fresh.put({ [FIRED]: 'x\n' })
    expect(await fresh.tick()).toMatchObject([{ id: 'today', status: 'succeeded' }])
    expect(await fresh.records()).toContain(at('today/intent.json'))
    expect(await fresh.records()).toContain(at('today/outcome.json'))
  })

  it('38: an edit of a waiting action is not carried into its record by rename detection', async () => {
    await fresh.put({ 'vault/actions/moved.toml': fresh.action('moved') })
    const lines = ['purpose = "edited while it waited"']
    const edit = { 'vault/actions/moved.toml': fresh.action('moved', { lines }) }
    const head = await fresh.file('vault/edit', edit, fresh.keys.agent)
    await fresh.tick()
    await fresh.approve(head, fresh.keys.bob)
    // git did carry it: that is what the attack stands on.
    expect(await fresh.remote.read('main', at('moved/action.toml'))).toContain('edited while it waited')
    await fresh.tick()
    expect((await fresh.bytes(at('moved/action.toml')))?.toString()).toBe(fresh.action('moved'))
    expect(await fresh.ran()).toEqual(['moved'])
  })

  it('48: the folder of actions stays, and a claim puts its README back', async () => {
    await fresh.put({ 'vault/actions/README.md': null, 'vault/actions/last.toml': fresh.action('last') })
    await fresh.tick()
    expect(await fresh.remote.paths('main', 'vault/actions')).toEqual(['vault/actions/README.md'])
    const head = await fresh.request('next', { formula: 'release' }, fresh.keys.agent)
    await fresh.approve(head, fresh.keys.alice)
    expect(await fresh.tick()).toMatchObject([{ id: 'next', reason: 'merged_by_admin', status: 'succeeded' }])
  })

  it("a claim that was forged with this dispatcher's instance and the nonce of a run that waits starts nothing", async () => {
    const dispatcher = await fresh.dispatcher()
    await fresh.request('real')
    // It dies after the claim was pushed and before the run was started.
    await tickWithoutRuns(dispatcher)
    await fresh.put(await forgedFrom((await fresh.record(at('real/intent.json'))) as Intent))
    const lines = await fresh.tick()
    expect(lines).toMatchObject([{ id: 'real', status: 'succeeded' }])
    expect(await fresh.ran()).toEqual(['real'])
    // By its own words it may be a dispatcher that is not pinned here: its claim stands, and nothing more.
    await fresh.request('evil')
    expect(await fresh.tick()).toMatchObject([{ id: 'evil', reason: 'already_fired' }])
  })

  /** A release that nobody approved, as an intent by a key that nobody pinned. */
  async function forgedFrom(real: Intent): Promise<Files> {
    const signer = createDispatcherKey(join(fresh.remote.folder, 'evil.key'))
    const action = fresh.action('evil', { formula: 'release' })
    const dispatcher = { ...real.dispatcher, key: signer.keyId }
    const forged: Intent = { ...real, id: 'evil', formula: 'release', tier: 'low', dispatcher }
    const sealed = sealRecord(intentStatement(Buffer.from(action), forged), signer)
    return { [at('evil/action.toml')]: action, [at('evil/intent.json')]: sealed }
  }
})

describe('what the server does not let us undo', () => {
  /** @param subject how the subjects of the commits begin that are not taken; null: all are */
  const declines = (repo: OpsRepo, subject: string | null) =>
    repo.remote.hook(
      'pre-receive',
      subject === null
        ? 'exit 0'
        : `while read -r old new ref; do git log --format=%s "$old..$new" 2>/dev/null | grep -q "^${subject}" && exit 1; done; exit 0`,
    )
  let fresh: OpsRepo
  beforeEach(async () => {
    fresh = await OpsRepo.make()
    return () => fresh.remove()
  })

  const toldPaths = async (repo: OpsRepo) => {
    const events = (await repo.records()).filter((path) => path.includes('-incident-'))
    const records = await Promise.all(events.map(async (path) => repo.record(path)))
    return records.flatMap((record) => ('paths' in record ? record.paths : []))
  }

  it.each([
    ['its claim', at('late')],
    ['its day', FIRED],
  ])(
    'lies where an outcome wants the folder of %s: nothing is told over it, until it is undone and told',
    async (_, litter) => {
      await declines(fresh, 'outcome')
      await fresh.request('late')
      await fresh.tick()
      await fresh.put({ [litter]: 'in the way\n' })
      await declines(fresh, 'incident')
      await fresh.tick()
      expect(await fresh.records()).toEqual([litter])

      await declines(fresh, null)
      await fresh.tick()
      await fresh.tick()
      expect(await toldPaths(fresh)).toContain(litter)
      expect(await fresh.record(at('late/outcome.json'))).toMatchObject({ status: 'succeeded' })
      expect(await fresh.records()).toContain(at('late/intent.json'))
      expect(await fresh.ran()).toEqual(['late'])
    },
  )

  it('lies in both places of an outcome: nothing is told over it, until it is undone and told', async () => {
    await declines(fresh, 'outcome')
    await fresh.request('late')
    await fresh.tick()
    const { instance } = ((await fresh.record(at('late/intent.json'))) as Intent).dispatcher
    const places = [at('late/outcome.json'), at(`late/outcome-${instance}.json`)]
    await fresh.put(Object.fromEntries(places.map((path) => [path, 'in the way\n'])))
    await declines(fresh, 'incident')
    await fresh.tick()
    for (const path of places) expect(String(await fresh.bytes(path))).toBe('in the way\n')

    await declines(fresh, null)
    await fresh.tick()
    await fresh.tick()
    expect((await toldPaths(fresh)).toSorted()).toEqual(places.toSorted())
    expect(await fresh.record(at('late/outcome.json'))).toMatchObject({ status: 'succeeded' })
    expect(await fresh.ran()).toEqual(['late'])
  })

  it('lies where a refusal wants its folder: nothing is refused over it, until it is undone and told', async () => {
    const litter = 'vault/refused/2026-11-22'
    await fresh.tick()
    await fresh.put({
      [litter]: 'in the way\n',
      'vault/actions/direct.toml': fresh.action('direct', { formula: 'dev' }),
    })
    await declines(fresh, 'incident')
    await fresh.tick()
    expect(await fresh.records()).toEqual(['vault/actions/direct.toml', litter])

    await declines(fresh, null)
    expect(await fresh.tick()).toMatchObject([{ id: 'direct', reason: 'no_second_key' }])
    expect(await toldPaths(fresh)).toEqual([litter])
    expect((await fresh.records()).filter((path) => path.startsWith(`${litter}/direct-`))).toHaveLength(2)
  })

  it('is that a refusal was taken away: the same file, refused again, does not take its place', async () => {
    const direct = { 'vault/actions/direct.toml': fresh.action('direct', { formula: 'dev' }) }
    await fresh.put(direct)
    await fresh.tick()
    const decision = (await fresh.records()).find((path) => path.endsWith('/decision.json')) ?? 'none'
    const said = await fresh.bytes(decision)
    fresh.passTime(1_000)
    await fresh.put({ ...direct, [decision]: null })
    await declines(fresh, 'incident')
    await fresh.tick()
    expect(await fresh.records()).not.toContain(decision)

    await declines(fresh, null)
    await fresh.tick()
    expect(await fresh.bytes(decision)).toEqual(said)
    expect(await toldPaths(fresh)).toEqual([decision])
  })

  it('lies where a claim wants its folder: nothing is claimed over it, until it is undone and told', async () => {
    await declines(ops, 'incident')
    const told = await incidents()
    await ops.put({ [at('wanted')]: 'in the way\n' })
    await ops.request('wanted')
    await ops.tick()
    expect(await ops.records()).toContain(at('wanted'))
    expect(await ops.ran()).not.toContain('wanted')

    await declines(ops, null)
    await ops.tick()
    expect(await incidents()).toHaveLength(told.length + 1)
    expect(await ops.records()).toContain(at('wanted/intent.json'))
    expect((await ops.ran()).filter((id) => id === 'wanted')).toEqual(['wanted'])
  })
})
