import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { GitContext } from '../../../lib/git/context.js'
import { isolatedEnvironment } from '../../../lib/git/environment.js'
import { runLocal } from '../../../lib/git/local-process.js'
import { redactUrls } from '../../../lib/git/redact.js'
import { runRemote } from '../../../lib/git/remote-command.js'
import type { Oid } from '../../../vault/oid.js'
import { GitHttpServer } from '../../support/git-http-server.js'
import type { TestRemote } from '../../support/git-repo.js'
import { run, runGit } from '../../support/run-git.js'
import { environment, openClone, testRemote } from './open-test-repository.js'

test('an empty remote has no main', async () => {
  const clone = await openClone(await testRemote())
  expect(await clone.remote.list()).toEqual({ main: null, requests: new Map(), notes: null })
})

test('CVE-2023-2576: tags and branches whose names end like ours are not ours', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const evil = await remote.commit({ branch: 'x/refs/heads/main', files: { a: 'evil' } })
  for (const ref of [
    'refs/tags/main',
    'refs/tags/refs/heads/main',
    'refs/heads/refs/heads/main',
    'refs/heads/x/refs/heads/vault/y',
    'refs/heads/x/refs/notes/countersign',
    'refs/remotes/origin/main',
    'refs/heads/main2',
    'refs/pull/1/refs/heads/vault/z',
  ]) {
    await remote.setRef(ref, evil)
  }
  const clone = await openClone(remote)
  expect(await clone.remote.list()).toEqual({ main, requests: new Map(), notes: null })
  expect(await clone.remote.fetch(['refs/heads/main'])).toEqual(new Map())
  expect(await clone.objects.commit(main)).not.toBeNull()
  expect(await clone.objects.commit(evil)).toBeNull()
})

test('branch names that look like options, patterns or paths are names and nothing else', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: '1' } })
  const marker = join(remote.folder, 'pwned')
  const names = [
    '--upload-pack=touch$IFS!pwned',
    '-x',
    'x/y',
    'x/y-/z',
    'ünïcödé/日本',
    '$(touch$IFS!pwned)',
    'quote\'"',
    'a;b|c&d',
    'HEAD',
    '@',
    '{}',
    '%2e%2e',
  ]
  const heads = await remote.commits(names.map((name) => ({ branch: `vault/${name}`, files: { f: name } })))
  await remote.setRef('refs/heads/--upload-pack=x', heads[0] ?? null)
  const clone = await openClone(remote)
  const { requests } = await clone.remote.list()
  expect(requests).toEqual(new Map(names.map((name, index) => [name, heads[index]])))
  expect(await clone.remote.fetch(names.map((name) => `refs/heads/vault/${name}`))).toEqual(new Map())
  for (const head of heads) expect(await clone.objects.commit(head)).not.toBeNull()
  expect(existsSync(marker)).toBe(false)
})

test('names that are no refs are refused one by one, and never reach git', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const clone = await openClone(remote)
  const bad = [
    '--upload-pack=x',
    '-x',
    'main',
    'refs/heads/a:refs/heads/b',
    '+refs/heads/main',
    'refs/heads/*',
    '^refs/heads/main',
    'refs/heads/a..b',
    'refs/heads/\ud800',
    '',
  ]
  const failed = await clone.remote.fetch([...bad, 'refs/heads/main'])
  expect([...failed.keys()].sort()).toEqual([...bad].sort())
  expect(await clone.objects.commit(main)).not.toBeNull()
})

test('field failure 37: replacement refs of the remote are neither fetched nor heeded', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { 'policy.toml': 'strict' } })
  const mirror = await remote.commit({ branch: null, parent: null, files: { 'policy.toml': 'open' } })
  await remote.setRef(`refs/replace/${main}`, mirror)
  const clone = await openClone(remote)
  await clone.remote.fetch(['refs/heads/main'])
  expect(await runGit(clone.path, ['for-each-ref', '--format=%(refname)'])).toBe('refs/countersign/main')
  // Even where one has got here: it changes nothing.
  await runGit(clone.path, ['fetch', '--quiet', remote.url, `refs/replace/${main}:refs/replace/${main}`])
  const again = await openClone(remote)
  const entry = await again.objects.entry(main, 'policy.toml')
  const read = await again.objects.blob(entry!.oid, 100)
  expect(read.kind === 'blob' && Buffer.from(read.bytes).toString()).toBe('strict')
  expect((await again.history.line(null, main, ['policy.toml']))[0]?.changes[0]?.after?.oid).toBe(entry?.oid)
})

test('field failure 51: vault/x/y beside an older vault/x is no conflict', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: '1' } })
  const clone = await openClone(remote)
  const first = await remote.commit({ branch: 'vault/x', files: { x: '1' } })
  expect(await clone.remote.fetch(['refs/heads/vault/x'])).toEqual(new Map())
  await remote.setRef('vault/x', null)
  const second = await remote.commit({ branch: 'vault/x/y', files: { x: '2' } })
  expect(await clone.remote.fetch(['refs/heads/vault/x/y'])).toEqual(new Map())
  expect(await clone.objects.commit(first)).not.toBeNull()
  expect(await clone.objects.commit(second)).not.toBeNull()
})

test('field failure 51: one malformed object fails one request', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const heads = await remote.commits(
    Array.from({ length: 40 }, (_, n) => ({ branch: `vault/ok-${n}`, files: { n: `${n}` } })),
  )
  const blob = await remote.object('blob', 'x')
  const badTree = await remote.object('tree', Buffer.from('no tree at all'))
  const twice = await remote.rawTree([
    { mode: '100644', name: 'x', oid: blob },
    { mode: '100644', name: 'x', oid: blob },
  ])
  const commitOf = (tree: Oid, more = '') =>
    remote.object(
      'commit',
      `tree ${tree}\nparent ${main}\n${more}author A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nbad\n`,
    )
  const broken = {
    'bad-tree': await commitOf(badTree),
    'missing-tree': await commitOf('2'.repeat(40) as Oid),
    'no-commit': await remote.object('commit', 'nonsense'),
    'missing-parent': await commitOf(twice, `parent ${'3'.repeat(40)}\n`),
  }
  for (const [name, head] of Object.entries(broken)) await remote.forceRef(`vault/${name}`, head)
  const clone = await openClone(remote)
  const { requests } = await clone.remote.list()
  const failed = await clone.remote.fetch([...requests.keys()].map((suffix) => `refs/heads/vault/${suffix}`))
  for (const head of heads) expect((await clone.history.diff(main, head, [], 10)).changes).toHaveLength(1)
  expect([...failed.keys()].sort()).toEqual(
    Object.keys(broken)
      .sort()
      .map((name) => `refs/heads/vault/${name}`),
  )
  // Alone it is no reason to say that the remote is gone.
  expect((await clone.remote.fetch(['refs/heads/vault/missing-tree'])).size).toBe(1)
  // Nor where it is asked for by its commit.
  const other = await openClone(remote, { path: join(remote.folder, 'other.git') })
  const tips = new Map([...requests].map(([suffix, head]) => [`refs/heads/vault/${suffix}`, head]))
  expect([...(await other.remote.fetchTips(tips)).keys()].sort()).toEqual([...failed.keys()].sort())
  for (const head of heads) expect((await other.history.diff(main, head, [], 10)).changes).toHaveLength(1)
})

test('branches that vanished since the look fail alone', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: '1' } })
  const heads = await remote.commits(
    Array.from({ length: 30 }, (_, n) => ({ branch: `vault/r-${n}`, files: { n: `${n}` } })),
  )
  const clone = await openClone(remote)
  const { requests } = await clone.remote.list()
  for (const gone of [3, 17, 29]) await remote.setRef(`vault/r-${gone}`, null)
  const failed = await clone.remote.fetch([...requests.keys()].map((suffix) => `refs/heads/vault/${suffix}`))
  expect([...failed.keys()].sort()).toEqual(['refs/heads/vault/r-17', 'refs/heads/vault/r-29', 'refs/heads/vault/r-3'])
  expect(await clone.objects.commit(heads[4]!)).not.toBeNull()
  expect(await clone.objects.commit(heads[3]!)).toBeNull()
})

describe.each(['2', '0'])('by their commits, in version %s of the protocol', (version) => {
  const openSpeaking = async (remote: TestRemote) => {
    const clone = await openClone(remote)
    await runGit(clone.path, ['config', 'protocol.version', version])
    return clone
  }

  test('branches that vanished or moved since the look fail alone', async () => {
    const remote = await testRemote()
    const main = await remote.commit({ files: { a: '1' } })
    const heads = await remote.commits(
      Array.from({ length: 30 }, (_, n) => ({ branch: `vault/r-${n}`, files: { n: `${n}` } })),
    )
    const clone = await openSpeaking(remote)
    const { requests } = await clone.remote.list()
    for (const gone of [3, 17]) await remote.setRef(`vault/r-${gone}`, null)
    const left = [3, 17, 29]
    const later = await remote.commit({ branch: 'vault/r-29', files: { n: 'moved' } })
    await runGit(remote.url, ['gc', '--quiet', '--prune=now'])
    const tips = new Map([...requests].map(([suffix, head]) => [`refs/heads/vault/${suffix}`, head]))
    const failed = await clone.remote.fetchTips(tips)
    expect([...failed.keys()].sort()).toEqual(left.map((n) => `refs/heads/vault/r-${n}`).sort())
    for (const [n, head] of heads.entries())
      expect((await clone.objects.commit(head)) !== null, `${n}`).toBe(!left.includes(n))
    expect(await clone.objects.commit(later)).toBeNull()
    expect(await clone.objects.commit(main)).not.toBeNull()
  })

  test('a commit that a branch has left behind comes, or fails alone', async () => {
    const remote = await testRemote()
    await remote.commit({ files: { a: '1' } })
    const head = await remote.commit({ branch: 'vault/x', files: { x: '1' } })
    const other = await remote.commit({ branch: 'vault/y', files: { y: '1' } })
    const clone = await openSpeaking(remote)
    await remote.commit({ branch: 'vault/x', files: { x: '2' } })
    const tips = new Map([
      ['refs/heads/vault/x', head],
      ['refs/heads/vault/y', other],
    ])
    const failed = await clone.remote.fetchTips(tips)
    // Version 0 gives away tips only.
    expect([...failed.keys()]).toEqual(version === '0' ? ['refs/heads/vault/x'] : [])
    expect((await clone.objects.commit(head)) === null).toBe(version === '0')
    expect(await clone.objects.commit(other)).not.toBeNull()
  })

  test('nothing but what was asked for gets a name, and a name that is none is not asked for', async () => {
    const remote = await testRemote()
    await remote.commit({ files: { a: '1' } })
    const head = await remote.commit({ branch: 'vault/x', files: { x: '1' } })
    const clone = await openSpeaking(remote)
    const tips = new Map([
      ['refs/heads/vault/x', head],
      ['--upload-pack=x', head],
      ['refs/heads/*', head],
    ])
    const failed = await clone.remote.fetchTips(tips)
    expect([...failed.keys()].sort()).toEqual(['--upload-pack=x', 'refs/heads/*'])
    expect(await clone.objects.commit(head)).not.toBeNull()
    expect(await runGit(clone.path, ['for-each-ref'])).toBe('')
  })
})

test.each([
  'ext::sh -c touch% pwned',
  'fd::17',
  '--upload-pack=touch pwned',
  'foo::bar',
  'ftp://x/y',
  'https://x/\ny',
  '',
])('the URL %j is refused before git sees it', async (url) => {
  const remote = await testRemote()
  await expect(openClone(remote, { url })).rejects.toMatchObject({ name: 'GitError', code: 'failed' })
  expect(existsSync(join(remote.folder, 'clone.git'))).toBe(false)
})

test('credentials of a URL travel in a header, and are in no error', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const server = await GitHttpServer.start(remote.folder, 'bot:s3cr3t-t0ken')
  onTestFinished(() => server.close())
  const clone = await openClone(remote, { url: server.url('remote.git', 'bot:s3cr3t-t0ken@') })
  expect((await clone.remote.list()).main).toBe(main)
  expect(await runGit(clone.path, ['config', '--list'])).not.toContain('s3cr3t')
  const wrong = openClone(remote, {
    url: server.url('remote.git', 'bot:wr0ng-t0ken@'),
    path: join(remote.folder, 'b.git'),
  })
  const error = await wrong.catch((caught: unknown) => caught)
  expect(error).toMatchObject({ name: 'GitError', code: 'denied' })
  expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toMatch(/wr0ng|Ym90/)
})

test('a header of the operator reaches the server, and no command line', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: '1' } })
  const server = await GitHttpServer.start(remote.folder, 'x:token-of-operator')
  onTestFinished(() => server.close())
  const value = `Authorization: Basic ${Buffer.from('x:token-of-operator').toString('base64')}`
  const clone = await openClone(remote, { url: server.url('remote.git'), gitConfig: [['http.extraHeader', value]] })
  expect((await clone.remote.list()).main).not.toBeNull()
})

test('a server that is not there, breaks off or stalls is told apart from an answer', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const server = await GitHttpServer.start(remote.folder)
  const clone = await openClone(remote, { url: server.url('remote.git') })
  server.mischief = 'cut_fetch'
  await expect(clone.remote.fetch(['refs/heads/main'])).rejects.toMatchObject({ code: 'unreachable' })
  await expect(clone.remote.list()).rejects.toMatchObject({ code: 'unreachable' })
  server.mischief = 'none'
  expect(await clone.remote.fetch(['refs/heads/main'])).toEqual(new Map())
  expect(await clone.objects.commit(main)).not.toBeNull()
  await server.close()
  await expect(clone.remote.list()).rejects.toMatchObject({ code: 'unreachable', command: 'git ls-remote' })
})

test('the environment of the caller cannot point git elsewhere', async () => {
  const remote = await testRemote()
  const main = await remote.commit({ files: { a: '1' } })
  const other = await testRemote()
  const clone = await openClone(remote, {
    environment: {
      ...environment,
      GIT_DIR: other.path,
      GIT_OBJECT_DIRECTORY: join(other.path, 'objects'),
      GIT_CONFIG_PARAMETERS: "'core.sshCommand'='touch pwned'",
      GIT_EXTERNAL_DIFF: 'touch pwned',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'remote.countersign.url',
      GIT_CONFIG_VALUE_0: other.url,
    },
  })
  expect((await clone.remote.list()).main).toBe(main)
})

test('a redirect is not followed: the credentials would go along', async () => {
  const remote = await testRemote()
  await remote.commit({ files: { a: '1' } })
  const [server, thief] = [await GitHttpServer.start(remote.folder), await GitHttpServer.start(remote.folder)]
  onTestFinished(async () => {
    await Promise.all([server.close(), thief.close()])
  })
  const clone = await openClone(remote, { url: server.url('remote.git', 'bot:s3cr3t-t0ken@') })
  server.mischief = { redirect: thief.url('').replace(/\/$/, '') }
  await expect(clone.remote.list()).rejects.toMatchObject({ name: 'GitError' })
  expect(thief.authorizations).toEqual([])
})

test('names of branches that are no UTF-8 do not become one', async () => {
  const remote = await testRemote()
  const heads = await remote.commits([
    { branch: 'vault/a', files: { a: 'a' } },
    { branch: 'vault/\ufffd', files: { b: 'b' } },
  ])
  const packed = [0xfe, 0xff].map((byte) =>
    Buffer.concat([Buffer.from(`${heads[0]} refs/heads/vault/`), Buffer.from([byte, 0x0a])]),
  )
  const mine = Buffer.from(`${heads[0]} refs/heads/vault/a\n${heads[1]} refs/heads/vault/\ufffd\n`)
  await writeFile(join(remote.path, 'packed-refs'), Buffer.concat([mine, ...packed]))
  const clone = await openClone(remote)
  expect((await clone.remote.list()).requests).toEqual(
    new Map([
      ['a', heads[0]],
      ['\ufffd', heads[1]],
    ]),
  )
})

test('a server that stalls, and a git that talks too long, are ended in time', async () => {
  const remote = await testRemote()
  const server = await GitHttpServer.start(remote.folder)
  onTestFinished(() => server.close())
  server.mischief = 'stall'
  const context: GitContext = {
    folder: remote.folder,
    environment: isolatedEnvironment(environment, []),
    redact: redactUrls,
    log: null,
    signal: null,
    asksPerson: false,
  }
  const timeout = { name: 'GitError', code: 'timeout' }
  await expect(runRemote(context, ['ls-remote', server.url('x')], [0], 300)).rejects.toMatchObject(timeout)
  const slow = ['-c', 'alias.slow=!sleep 4343', 'slow']
  await expect(runLocal(context, slow, { limitMs: 300 })).rejects.toMatchObject(timeout)
  expect((await run('ps', ['-eo', 'args'], remote.folder)).toString()).not.toContain('sleep 4343')
})

test('simple-git refuses what runs programs, should such a thing ever get so far', async () => {
  const remote = await testRemote()
  const context: GitContext = {
    folder: remote.folder,
    environment: isolatedEnvironment(environment, []),
    redact: redactUrls,
    log: null,
    signal: null,
    asksPerson: false,
  }
  for (const args of [
    ['ls-remote', '--upload-pack=touch pwned', '.'],
    ['fetch', '--upload-pack', 'touch pwned', '.'],
    ['push', '--receive-pack=touch pwned', '.'],
    ['-c', 'core.pager=touch pwned', 'log'],
  ]) {
    await expect(runRemote(context, args)).rejects.toThrow(/not permitted/)
  }
  expect(existsSync(join(remote.folder, 'pwned'))).toBe(false)
})
