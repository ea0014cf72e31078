/** A daemon that is told to stop while the remote says nothing: it waits a little, and loses and repeats nothing. */

import { once } from 'node:events'
import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Config } from '../../../dispatcher/config.js'
import { Daemon } from '../../../dispatcher/daemon.js'
import { openDispatcher } from '../../../dispatcher/dispatcher.js'
import { Grace } from '../../../dispatcher/serve/grace.js'
import { LIMITS } from '../../../vault/limits.js'
import { until } from '../../e2e/until.js'
import { GitHttpServer } from '../../support/git-http-server.js'
import { OpsRepo } from '../../support/ops-repo.js'
import { SILENT } from '../../support/test-adapters.js'
import { Lab } from '../lab.js'

// A copy that a test may change: what hangs here is to be ended soon.
vi.mock('../../../vault/limits.js', async (original) => ({
  LIMITS: { ...(await original<{ LIMITS: object }>()).LIMITS },
}))
Object.assign(LIMITS, { drainMs: 500 })

describe('while a push', () => {
  let ops: OpsRepo
  beforeEach(async () => {
    ops = await OpsRepo.make({ 'formulas/touch.toml': OpsRepo.gate('touch') })
    await ops.request('low')
    return () => ops.remove()
  })

  const signs = (name: string) => join(ops.remote.folder, name)
  const exists = (name: string) =>
    readFile(signs(name)).then(
      () => true,
      () => false,
    )
  /** The next push of main stops in this hook, until it is let go. */
  const hang = async (hook: string) => {
    const script = `read -r _ _ ref
[ "$ref" = refs/heads/main ] || exit 0
: > '${signs('hangs')}'
while [ ! -e '${signs('go')}' ]; do sleep 0.05; done`
    await ops.remote.hook(hook, script)
  }
  const letGo = async (hook: string) => {
    await writeFile(signs('go'), '')
    await ops.remote.hook(hook, 'exit 0')
  }
  const hangs = () => until('the push hangs', () => exists('hangs'))
  const outcomes = async () => (await ops.records()).filter((path) => path.includes('/outcome'))

  async function serve(overrides: Partial<Config> = {}) {
    const { config, adapters } = await ops.configure('one', overrides)
    const stopped = new AbortController()
    const grace = new Grace(stopped.signal)
    const dispatcher = await openDispatcher(config, adapters, SILENT, grace)
    const daemon = new Daemon(dispatcher, SILENT)
    void daemon.wake()
    return async () => {
      stopped.abort()
      await daemon.drain()
      await dispatcher.close()
      grace.end()
    }
  }

  it.each([
    ['has not arrived', 'pre-receive', 0],
    ['has arrived, and its answer is lost', 'post-receive', 1],
  ])('of a claim %s: nothing ran, and the next start runs it once', async (_, hook, intents) => {
    await hang(hook)
    const stop = await serve()
    await hangs()
    await stop()
    expect((await ops.records()).filter((path) => path.endsWith('/intent.json'))).toHaveLength(intents)
    expect(await exists('trace.up')).toBe(false)
    await letGo(hook)
    await ops.openGate()
    expect(await ops.tick()).toMatchObject([{ id: 'low', status: 'succeeded' }])
    await ops.tick()
    expect(await ops.ran()).toEqual(['low'])
    expect(await outcomes()).toHaveLength(1)
  })

  it('of a claim goes on at the server: it is found by the next start, and runs once', async () => {
    const server = await GitHttpServer.start(ops.remote.folder)
    onTestFinished(() => server.close())
    const url = server.url('remote.git')
    await hang('pre-receive')
    const stop = await serve({ url })
    await hangs()
    await stop()
    const before = await ops.main()
    await letGo('pre-receive')
    await until('it arrives', async () => (await ops.main()) !== before)
    expect(await exists('trace.up')).toBe(false)
    await ops.openGate()
    expect(await ops.tick('one', { url })).toMatchObject([{ id: 'low', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['low'])
    expect(await outcomes()).toHaveLength(1)
  })

  it.each(['pre-receive', 'post-receive'])('of an outcome hangs in %s: it is recorded once', async (hook) => {
    const stop = await serve()
    await ops.atGate()
    await hang(hook)
    await ops.openGate()
    await hangs()
    await stop()
    await letGo(hook)
    await ops.tick()
    expect(await outcomes()).toHaveLength(1)
    expect(await ops.ran()).toEqual(['low'])
  })
})

describe('serve, told to stop', () => {
  let lab: Lab
  beforeEach(async () => {
    lab = await Lab.make()
    return () => lab.remove()
  })

  /** Accepts, and says nothing. */
  const silent = async () => {
    const server = createServer()
    const asked = once(server, 'connection')
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ops.git`, asked }
  }

  it('before it has started, by a server that says nothing: ends in order', async () => {
    const { url, asked } = await silent()
    await rm(lab.ops.stateFolder, { recursive: true, force: true })
    await lab.configure(`"${lab.ops.path}"`, `"${url}"`)
    const daemon = lab.serve()
    await asked
    const { code, stderr } = await daemon.stop()
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('told to stop while it was starting')
    expect(daemon.errors).toEqual([])
  })

  it('by an ssh that hangs: ends in order, leaves none of it, and goes on after the next start', async () => {
    const hung = join(lab.ops.folder, 'hung')
    const ssh = join(lab.ops.folder, 'ssh')
    // Its last argument is the command for the server.
    const script = `#!/bin/sh
for command; do :; done
[ -e '${hung}' ] || exec sh -c "$command"
echo $$ >> '${hung}'
exec sleep 600
`
    await writeFile(ssh, script)
    await chmod(ssh, 0o755)
    await lab.configure(
      `"${lab.ops.path}"`,
      `"ssh://ops.example${lab.ops.path}"\ngit_config = { "core.sshCommand" = "${ssh}" }`,
    )
    const daemon = lab.serve()
    await daemon.isUp()
    await lab.request('first')
    await until('first ran', async () => (await lab.ops.ran()).includes('first'))
    await writeFile(hung, '')
    await lab.request('second')
    const pids = async () => (await readFile(hung, 'utf8')).split('\n').filter((line) => line !== '')
    await until('ssh hangs', async () => (await pids()).length > 0)
    const { code, stderr } = await daemon.stop()
    expect(code, stderr).toBe(0)
    expect(daemon.errors).toEqual([])
    // One that nobody has buried yet has no command line either.
    for (const pid of await pids()) expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).toBe('')
    await rm(hung)
    const ran = await lab.tick()
    const second = ran.lines().find(({ id }) => id === 'second')
    expect(second, `${ran}`).toMatchObject({ status: 'succeeded' })
    expect(await lab.ops.ran()).toEqual(['first', 'second'])
  })
})
