/** An operator sets up an ops repo at a forge: `init --forge`, `doctor`, `doctor --apply`. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORGE_KINDS } from '../../vault/forge/fact.js'
import { findingsOf, Town } from './forge-town.js'
import './patience.js'

describe.each(FORGE_KINDS)('at %s', (kind) => {
  let town: Town
  beforeAll(async () => {
    town = await Town.make(kind, false)
  })
  afterAll(() => town.remove())

  it('init lays out a repo that pull requests approve, with admins pinned by id, and no token in a file', async () => {
    const told = await town.init('dispatcher', '--enable')
    expect(told.code, told.text).toBe(0)
    expect(told.json()).toMatchObject({ state: 'laid_out', config: town.config })
    await town.repo.fetch()
    const main = await town.repo.tip('main')
    const show = (path: string) => town.users.bot.git(town.repo.scratch.path, 'show', `${main}:${path}`)
    const { admin, owner } = town.accounts
    const policy = await show('policy.toml')
    expect(policy).toContain(
      `\nadmins = [{ login = "${admin.login}", id = ${admin.id} }, { login = "${owner.login}", id = ${owner.id} }]`,
    )
    expect(policy).not.toContain('[signers]')
    await expect(show('allowed_signers')).rejects.toThrow()
    const config = await readFile(town.config, 'utf8')
    expect(config).toContain(`kind = "${kind}"`)
    expect(config).not.toContain(town.accounts.bot.token)
  })

  it('init joins what is laid out already, and changes nothing', async () => {
    const main = await town.repo.tip('main')
    const joined = await town.init('second', '--enable')
    expect(joined.code, joined.text).toBe(0)
    expect(joined.json()['state']).toBe('joined')
    expect(joined.stderr).toContain("Edit the policy with an admin's second key")
    expect(await town.repo.tip('main')).toBe(main)
  })

  it("init says when its token is of an account that cannot be the dispatcher's", async () => {
    const args = ['init', town.repo.cloneUrl, '--forge', kind, '--dir', join(town.folder, 'of-agent')]
    const told = await town.users.agent.cli(...args)
    expect(told.code, told.text).toBe(0)
    const warning = `is of ${town.accounts.agent.login}, who has write permission`
    if (kind === 'forgejo') expect(told.stderr).toContain(warning)
    else expect(told.stderr).not.toContain(warning)
    expect((await town.init('of-bot')).stderr).not.toContain('permission')
  })

  it('init refuses keys, an account that does not exist, and --forge-url alone', async () => {
    const { cloneUrl } = town.repo
    const init = (...args: readonly string[]) =>
      town.users.bot.cli('init', cloneUrl, '--dir', join(town.folder, 'no'), ...args)
    const keyed = await init('--forge', kind, '--admin', 'alice=key.pub')
    expect([keyed.code, keyed.stderr]).toEqual([2, expect.stringContaining('--admin takes the login of an account')])
    const nobody = await init('--forge', kind, '--admin', 'nobody-of-that-name')
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('has no account "nobody-of-that-name"')])
    const alone = await init('--forge-url', town.world.url)
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('need --forge forgejo or --forge github')])
    const stranger = await town.users.bot
      .with({ COUNTERSIGN_FORGE_TOKEN: 'no-token-of-anybody' })
      .cli('init', cloneUrl, '--dir', join(town.folder, 'no'), '--forge', kind, '--admin', 'anybody')
    expect(stranger.code, stranger.text).toBe(3)
    expect(stranger.stderr).toContain('give a token that it takes: this one is wrong')
    expect(existsSync(join(town.folder, 'no'))).toBe(false)
  })

  it('doctor finds that nothing is protected, and what a requester could do', async () => {
    const ran = await town.doctor({ COUNTERSIGN_REQUESTER_TOKEN: town.accounts.agent.token })
    expect(ran.code, ran.text).toBe(1)
    const findings = findingsOf(ran)
    expect(findings[kind === 'forgejo' ? 'branch_protection' : 'rule_update']).toMatchObject({
      law: 1,
      severity: 'error',
    })
    expect(findings['allow_squash_merge']).toMatchObject({ law: 5, severity: 'warning' })
    expect(findings['requester']).toMatchObject({ law: 1, severity: 'error' })
  })

  it('doctor says what a token cannot see, and does not assume it', async () => {
    const { writer } = town.users
    const ran = await writer.cli('doctor', '--json', '--config', town.config)
    expect(ran.code, ran.text).toBe(1)
    if (kind === 'forgejo')
      expect(findingsOf(ran)).toMatchObject({
        token_permission: { law: 1, severity: 'error' },
        permission_read: { severity: 'error' },
        branch_protection: { severity: 'unknown' },
      })
    const revoked = await town.users.bot
      .with({ COUNTERSIGN_FORGE_TOKEN: 'no-token-of-anybody' })
      .cli(...['doctor', '--json', '--config', town.config])
    expect(revoked.code, revoked.text).toBe(3)
    expect(findingsOf(revoked)['forge']).toMatchObject({
      severity: 'unknown',
      remedy: expect.stringContaining('give a token that it takes'),
    })
    expect(revoked.text).not.toContain('no-token-of-anybody')
  })

  it('doctor --apply sets it up, so that it holds, and so that an agent can neither push nor merge', async () => {
    const tokens = { COUNTERSIGN_REQUESTER_TOKEN: town.accounts.agent.token }
    const applied = await town.doctor(tokens, '--apply')
    expect(applied.code, applied.text).toBe(0)
    expect(applied.json()['applied']).not.toEqual([])
    const again = await town.doctor(tokens)
    expect(again.code, again.text).toBe(0)
    expect((await town.doctor(tokens, '--apply')).code).toBe(0)

    const { agent, writer } = town.accounts
    await expect(town.repo.push(agent, 'main', { files: { 'policy.toml': 'mine' } })).rejects.toThrow()
    await expect(town.repo.push(writer, 'main', { files: { 'policy.toml': 'mine' } })).rejects.toThrow()
  })

  it('a dispatcher that works as a pinned admin is told to have an account of its own', async () => {
    const ran = await town.users.admin.cli('doctor', '--json', '--config', town.config)
    expect(ran.code).toBe(1)
    expect(findingsOf(ran)['dispatcher_account']).toMatchObject({ law: 6, severity: 'error' })
  })

  it('without its token it says which variable is empty, and exits 3', async () => {
    const { COUNTERSIGN_FORGE_TOKEN: _, ...env } = town.users.bot.env
    const ran = await town.users.bot
      .with({ ...env, COUNTERSIGN_FORGE_TOKEN: '' })
      .cli('doctor', '--config', town.config)
    expect(ran.code).toBe(3)
    expect(ran.stdout).toContain('the environment variable COUNTERSIGN_FORGE_TOKEN is empty')
  })
})
