/** What is approved and still does not fire may lie for weeks: it must not cost calls in each tick, nor fire by an old word. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { LIMITS } from '../../../vault/limits.js'
import { startForge } from '../../support/forge/world/start-forge.js'
import { ForgeOps } from '../../support/forge-ops.js'
import { formula } from '../../support/ops-repo.js'

const DEV = formula('dev')
  .replace('version = 1', 'version = 1\nsecrets = ["THE_KEY"]')
  .replace('required = true', "required = true\npattern = '/[a-zA-Z0-9/._-]{1,300}'")

it.concurrent.each(['forgejo', 'github'] as const)(
  'what is approved and does not fire is asked about again only when it would, on %s',
  async (kind) => {
    const forge = await startForge(kind)
    const ops = await ForgeOps.make(forge, { 'formulas/dev.toml': DEV })
    const secretsDir = join(ops.folder, 'secrets')
    await mkdir(secretsDir, { mode: 0o700 })
    const dispatcher = await ops.dispatcher('one', { secretsDir })
    try {
      const request = async (id: string) => {
        const action = ops.action(id, { formula: 'dev' }).replace('secrets = []', 'secrets = ["THE_KEY"]')
        const files = { [`vault/actions/${id}.toml`]: action }
        await ops.repo.push(ops.people.agent, `vault/${id}`, { files, message: 'request\n' })
        return ops.as('agent').openPull({ head: `vault/${id}` })
      }
      const lines = async () =>
        Object.fromEntries(
          (await ops.tickBy(dispatcher)).map(({ id, verdict, reason }) => [id, `${verdict} ${reason}`]),
        )
      await ops.as('amy').review(await request('approved'), 'approve')
      await ops.as('bob').review(await request('by-bob'), 'approve')
      const opposed = await request('opposed')
      await ops.as('bob').review(opposed, 'approve')
      await ops.as('amy').review(opposed, 'request_changes')
      for (let look = 0; look < 3; look++) {
        await lines()
        await sleep(LIMITS.forgeSettleMs + 200)
      }
      const before = forge.server.log.all.length
      const lacking = 'wait secret_missing'
      const parked = { approved: lacking, 'by-bob': lacking, opposed: 'wait changes_requested' }
      for (let look = 0; look < 3; look++) expect(await lines()).toEqual(parked)
      const asked = forge.server.log.all
        .slice(before)
        .filter(({ login, route }) => login === ops.people.robot.login && route !== 'git')
      expect(asked).toHaveLength(3)

      // Of this no pull request shows anything.
      await ops.repo.addCollaborator(ops.people.bob, 'read')
      await writeFile(join(secretsDir, 'THE_KEY'), 'hush-hush-hush', { mode: 0o600 })
      await lines()
      expect(await ops.ran()).toEqual(['approved'])
    } finally {
      await dispatcher.close()
      await ops.remove()
    }
  },
)
