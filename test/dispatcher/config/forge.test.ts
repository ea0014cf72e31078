/** `[forge]`, `[webhook]` and how git reaches the remote: each mistake is one message with its place; no secret is in the file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forgeOptions } from '../../../dispatcher/config/forge-options.js'
import { type Config, loadConfig } from '../../../dispatcher/config.js'

let folder: string
let path: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-config-'))
  path = join(folder, 'countersign.toml')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const REPO = '[repo]\nurl = "https://forge.example/acme/ops.git"\n'
const FORGEJO = '[forge]\nkind = "forgejo"\nurl = "https://forge.example/"\nrepo = "acme/ops"\n'
const TOKEN = { COUNTERSIGN_FORGE_TOKEN: 't0ken-of-the-dispatcher' }

async function load(text: string, environment: Readonly<Record<string, string>> = {}): Promise<Config> {
  const rest = `[identity]\nname = "d"\nkey = "k"\n[runner]\nstate_dir = "s"\n[trust]\nroot = "${'1'.repeat(40)}"\n`
  await writeFile(path, `${text}${rest}`)
  return loadConfig(path, environment)
}

describe('[forge]', () => {
  it('is null in plain git, said or not', async () => {
    expect((await load(REPO)).forge).toBeNull()
    expect((await load(`${REPO}[forge]\nkind = "git"\n`)).forge).toBeNull()
  })

  it('names forge, repo, and the variable of the token', async () => {
    const { forge } = await load(`${REPO}${FORGEJO}`, TOKEN)
    expect(forge).toMatchObject({ kind: 'forgejo', url: 'https://forge.example', repo: 'acme/ops' })
    expect((await forgeOptions(forge!)).auth).toEqual({ kind: 'token', token: TOKEN.COUNTERSIGN_FORGE_TOKEN })
    const other = await load(`${REPO}[forge]\nkind = "github"\nrepo = "acme/ops"\ntoken_env = "GH"\n`, { GH: 'x' })
    expect(other.forge).toMatchObject({ kind: 'github', url: 'https://github.com' })
    expect((await forgeOptions(other.forge!)).auth).toEqual({ kind: 'token', token: 'x' })
  })

  it.each([
    ['not set', {}],
    ['empty', { COUNTERSIGN_FORGE_TOKEN: '' }],
    ['a line break at its end', { COUNTERSIGN_FORGE_TOKEN: 'token\n' }],
  ])('is read without a token (%s), which whoever needs it is told', async (why, environment) => {
    const { forge } = await load(`${REPO}${FORGEJO}`, environment)
    await expect(forgeOptions(forge!)).rejects.toThrow(
      new RegExp(`^${path}:3:1: the environment variable COUNTERSIGN_FORGE_TOKEN .*${why}`),
    )
  })

  it('takes a GitHub App by its key file, which nobody else may read', async () => {
    const app = `${REPO}[forge]\nkind = "github"\nrepo = "acme/ops"\napp_id = 7\ninstallation_id = 8\nprivate_key_file = "app.pem"\n`
    await writeFile(join(folder, 'app.pem'), 'PEM\n', { mode: 0o600 })
    const { forge } = await load(app)
    expect((await forgeOptions(forge!)).auth).toEqual({ kind: 'app', appId: 7, installationId: 8, privateKey: 'PEM' })
    await writeFile(join(folder, 'open.pem'), 'PEM\n', { mode: 0o644 })
    const open = await load(app.replace('app.pem', 'open.pem'))
    await expect(forgeOptions(open.forge!)).rejects.toThrow('open to other users')
    const none = await load(app.replace('app.pem', 'none.pem'))
    await expect(forgeOptions(none.forge!)).rejects.toThrow('there is no private key of the GitHub App')
  })

  const forge = (lines: string) => `${REPO}[forge]\n${lines}\n`
  it.each([
    [forge('kind = "gitlab"'), /:4:1: `forge.kind` must be one of "git", "forgejo", "github"/],
    [forge('kind = "forgejo"\ntoken = "s3cret"'), /:5:1: `forge.token` would put the token itself into this file/],
    [forge('kind = "forgejo"\nurl = "https://f.example"'), /:3:1: `forge.repo` is missing: kind = "forgejo" needs it/],
    [forge('kind = "forgejo"\nrepo = "a/b"'), /:3:1: `forge.url` is missing/],
    [forge('kind = "github"\nrepo = "ops"'), /:5:1: `forge.repo` must be `owner\/name`/],
    [forge('kind = "github"\nrepo = "a/b"\ntoken_env = "A B"'), /:6:1: `forge.token_env` must be the name/],
    [forge('kind = "forgejo"\nrepo = "a/b"\nurl = "forge.example"'), /:6:1: `forge.url` must be what people open/],
    [forge('kind = "github"\nrepo = "a/b"\nurl = "https://u:pw@x.example"'), /:6:1: `forge.url` carries a credential/],
    [forge('kind = "github"\nrepo = "a/b"\napp_id = 7'), /:3:1: `forge.installation_id` is missing/],
    [
      forge('kind = "forgejo"\nurl = "https://f.example"\nrepo = "a/b"\napp_id = 7'),
      /:7:1: `forge.app_id` is for GitHub/,
    ],
    [forge('url = "https://f.example"'), /:4:1: `forge.url` is for a forge. Name it/],
  ])('says what is wrong with %j', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message)
  })

  it('never repeats a credential that was put into the file', async () => {
    const error = (await load(forge('kind = "forgejo"\ntoken = "s3cret-value"')).catch(String)) as string
    expect(error).not.toContain('s3cret-value')
  })
})

describe('[webhook]', () => {
  const webhook = (lines: string) => `${REPO}${FORGEJO}[webhook]\n${lines}\n`

  it('is loopback, with a secret from the environment', async () => {
    expect((await load(webhook(''), { COUNTERSIGN_WEBHOOK_SECRET: 'abc' })).webhook).toEqual({
      host: '127.0.0.1',
      port: 8787,
      secret: { kind: 'found', value: 'abc' },
    })
    expect((await load(webhook('listen = "[::1]:1"'))).webhook).toMatchObject({ host: '::1', port: 1 })
    expect((await load(webhook('listen = "0.0.0.0:1"\npublic = true'))).webhook).toMatchObject({ host: '0.0.0.0' })
  })

  it('finds an empty secret, and says where it was asked for', async () => {
    const { webhook: found } = await load(webhook('secret_env = "S"'), { S: '' })
    expect(found?.secret).toMatchObject({
      kind: 'missing',
      message: expect.stringMatching(/:8:1: the environment variable S is empty/),
    })
  })

  it.each([
    ['listen = "0.0.0.0:8787"', /:8:1: `webhook.listen` can be reached from other machines/],
    ['listen = "8787"', /:8:1: `webhook.listen` must be `host:port`/],
    ['listen = "127.0.0.1:70000"', /:8:1: `webhook.listen` must be `host:port`/],
    ['secret = "abc"', /:8:1: `webhook.secret` would put the secret itself into this file/],
  ])('says what is wrong with %s', async (lines, message) => {
    await expect(load(webhook(lines))).rejects.toThrow(message)
  })
})

describe('how git reaches the remote', () => {
  const header = (value: string) => `Basic ${Buffer.from(`x-access-token:${value}`).toString('base64')}`

  it('sends the token to the forge itself as a header, and nowhere else', async () => {
    const { gitConfig } = await load(`${REPO}${FORGEJO}`, TOKEN)
    const value = `Authorization: ${header(TOKEN.COUNTERSIGN_FORGE_TOKEN)}`
    expect(gitConfig).toEqual([['http.https://forge.example/.extraHeader', value]])
    for (const url of [
      'https://forge.example.evil/ops.git',
      'http://forge.example/ops.git',
      'git@forge.example:ops.git',
    ])
      expect((await load(`[repo]\nurl = "${url}"\n${FORGEJO}`, TOKEN)).gitConfig).toEqual([])
    expect((await load(`${REPO.replace('://', '://u:p@')}${FORGEJO}`, TOKEN)).gitConfig).toEqual([])
  })

  it('takes harmless settings, and a header from the environment, which goes before the token', async () => {
    const settings = `git_config = { "core.sshCommand" = "ssh -i key", "http.proxy" = "http://proxy:3128" }\n`
    expect((await load(`${REPO}${settings}`)).gitConfig).toEqual([
      ['core.sshCommand', 'ssh -i key'],
      ['http.proxy', 'http://proxy:3128'],
    ])
    const own = { ...TOKEN, HEADER: 'Authorization: Bearer abc' }
    expect((await load(`${REPO}http_header_env = "HEADER"\n${FORGEJO}`, own)).gitConfig).toEqual([
      ['http.https://forge.example/.extraHeader', 'Authorization: Bearer abc'],
    ])
  })

  it.each([
    [`${REPO}git_config = { "core.hooksPath" = "/tmp" }\n`, /:3:\d+: `repo.git_config."core.hooksPath"` is not a key/],
    [`${REPO}git_config = { "http.proxy" = "http://u:p@proxy" }\n`, /:3:\d+: The proxy carries a credential/],
    [`${REPO}http_header_env = "NONE"\n`, /:3:1: `repo.http_header_env`: the environment variable NONE must hold/],
  ])('refuses %j', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message)
  })
})
