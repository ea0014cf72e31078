/** An ops repo that is empty, not laid out, or not to be reached, and one that comes back. */
import { rename } from 'node:fs/promises'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { LIMITS } from '../../../vault/limits.js'
import { makeRemote } from '../../support/git-repo.js'
import { OpsRepo, POLICY } from '../../support/ops-repo.js'
import { expectStopped, expectTold, tried } from '../tried.js'

// A copy that a test may change: what hangs here is to be ended now, and not in five minutes.
vi.mock('../../../vault/limits.js', async (original) => ({
  LIMITS: { ...(await original<{ LIMITS: object }>()).LIMITS },
}))

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make()
  return () => ops.remove()
})

/** A dispatcher that never saw the ops repo before. */
const fresh = (overrides: Parameters<OpsRepo['tick']>[1]) => tried(() => ops.tick('fresh', overrides))

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe('an ops repo that is not one yet', () => {
  it('empty: exit code 2, and how to lay it out', async () => {
    const empty = await makeRemote()
    onTestFinished(() => empty.remove())
    expectStopped(await fresh({ url: empty.url }), 2, 'the ops repo has no branch main', 'countersign init')
  })

  it('its branch is called otherwise: exit code 2, and what to correct', async () => {
    const outcome = await fresh({ branch: 'trunk' })
    expectStopped(outcome, 2, 'the ops repo has no branch trunk', 'correct [repo] branch')
  })

  it('of somebody else: exit code 3, and what to correct', async () => {
    const other = await makeRemote()
    onTestFinished(() => other.remove())
    await other.commit({ files: { 'README.md': 'hello' } })
    expectStopped(await fresh({ url: other.url }), 3, 'the trust root', 'correct [trust] root or [repo] url')
  })

  it('without a policy: nothing fires; restored, all does', async () => {
    await ops.tick()
    await ops.put({ 'policy.toml': null }, ops.keys.alice)
    await ops.request('low')
    expect((await ops.tick())[0]?.verdict).not.toBe('fire')
    expect(await ops.ran()).toEqual([])
    await ops.put({ 'policy.toml': POLICY }, ops.keys.alice)
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
  })
})

describe('an ops repo that cannot be reached: exit code 3, and where to look', () => {
  const NETWORK = 'check the URL of the ops repo and the network'
  const answer = async (listener: RequestListener) =>
    `http://127.0.0.1:${await listen(createHttpServer(listener))}/ops.git`
  const status = (code: number) =>
    answer((_, response) => void response.writeHead(code, { 'WWW-Authenticate': 'Basic' }).end('<html>oops</html>\n'))
  const moved = () =>
    answer((_, response) => void response.writeHead(307, { Location: 'http://127.0.0.1:1/new.git' }).end())

  it.each([
    ['no such path', async () => join(ops.remote.folder, 'nowhere'), NETWORK],
    ['git:// refused', async () => 'git://127.0.0.1:1/ops.git', NETWORK],
    ['http refused', async () => 'http://127.0.0.1:1/ops.git', NETWORK],
    ['HTTP 500', () => status(500), NETWORK],
    ['HTTP 404', () => status(404), NETWORK],
    ['HTTP 404 of what is private', () => status(404), 'whether this user or token may see it'],
    ['HTTP 307', () => moved(), 'it was renamed or moved: name its new URL'],
    ['HTTP 401', () => status(401), 'check the key or token'],
    ['HTTP 403', () => status(403), 'check the key or token'],
    ['a web page', () => status(200), NETWORK],
  ])('%s', async (_, url, remedy) => {
    expectStopped(await fresh({ url: await url() }), 3, 'git ls-remote', remedy)
  })

  it.each([
    ['git://', (port: number) => `git://127.0.0.1:${port}/ops.git`],
    ['http', (port: number) => `http://127.0.0.1:${port}/ops.git`],
  ])('a %s server that accepts and says nothing is not waited for without end', async (_, url) => {
    const port = await listen(createServer(() => undefined))
    const limits: { gitNetworkMs: number } = LIMITS as never
    const { gitNetworkMs } = LIMITS
    limits.gitNetworkMs = 1_000
    const outcome = await fresh({ url: url(port) })
    limits.gitNetworkMs = gitNetworkMs
    expectStopped(outcome, 3, 'git ls-remote: it took too long and was ended', 'look at the network')
  })

  it('away, and back: what was asked meanwhile runs once', async () => {
    await ops.tick()
    await ops.request('meanwhile')
    await rename(ops.remote.path, `${ops.remote.path}.away`)
    expectStopped(await tried(() => ops.tick()), 3, ops.remote.path, NETWORK)
    await rename(`${ops.remote.path}.away`, ops.remote.path)
    expect(await ops.tick()).toMatchObject([{ id: 'meanwhile', status: 'succeeded' }])
    await ops.tick()
    expect(await ops.ran()).toEqual(['meanwhile'])
  })
})

it('a main that was rewritten: frozen, nothing fires, and it is said which main is missed', async () => {
  await ops.tick()
  const before = await ops.main()
  await ops.put({ x: 'x' })
  await ops.tick()
  await ops.remote.forceRef('refs/heads/main', before)
  await ops.request('low')
  const dispatcher = await ops.dispatcher()
  const [line] = await ops.tickBy(dispatcher)
  expect(line).toMatchObject({ id: 'low' })
  expect(line?.verdict).not.toBe('fire')
  const freeze = await dispatcher.freezeFile.read()
  expect(freeze).toMatchObject({ cause: 'main_rewritten' })
  expectTold(freeze?.reason ?? '', /main was [0-9a-f]{12}, and [0-9a-f]{12} does not continue it/)
  await dispatcher.close()
  expect(await ops.ran()).toEqual([])
})
