import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { GitHttpServer } from '../support/git-http-server.js'
import type { TestRemote } from '../support/git-repo.js'
import { makeRemote, objectAt, refsOf } from './remote.js'
import { type RunOptions, type RunResult, runFormula } from './run-formula.js'

const release = async (
  remote: TestRemote,
  vars: Readonly<Record<string, string>> = {},
  options: RunOptions = {},
): Promise<RunResult> =>
  runFormula('release', {
    ...options,
    vars: { repo_url: remote.url, commit: await objectAt(remote, 'main'), version: '1.2.0', ...vars },
  })

describe('release', () => {
  it('makes and pushes an annotated tag on the given commit, and says so in the outcome', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const first = await objectAt(remote, 'main')
    await remote.commit({ files: { 'README.md': 'two' } })

    const run = await release(remote, { commit: first, notes: '# Bugs; $(gone)' }, { id: 'release-7' })

    expect(run).toMatchObject({ status: 'succeeded', outputs: { tag: 'v1.2.0', commit: first } })
    expect(await remote.git(['cat-file', '-t', 'v1.2.0'])).toBe('tag')
    expect(await objectAt(remote, 'v1.2.0^{commit}')).toBe(first)
    expect(run.outputs['tag_object']).toBe(await objectAt(remote, 'v1.2.0'))
    expect(await remote.git(['for-each-ref', '--format=%(contents)', 'refs/tags'])).toBe(
      'Release v1.2.0\n\n# Bugs; $(gone)\n\nCountersign-Id: release-7\n',
    )
  })

  it('refuses the same version a second time, and leaves the first tag alone', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    await release(remote)
    const before = await refsOf(remote)

    const again = await release(remote)

    expect(again).toMatchObject({ status: 'failed', failedStep: 'check', started: ['check', 'undo'] })
    expect(again.log).toContain('the remote has a tag v1.2.0 already')
    expect(await refsOf(remote)).toEqual(before)
  })

  it('refuses a tag that would share its name with a branch', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    await remote.commit({ files: { a: 'a' }, branch: 'v1.2.0' })
    const run = await release(remote)
    expect(run.log).toContain('the remote has a branch v1.2.0')
    expect(await refsOf(remote)).not.toHaveProperty('refs/tags/v1.2.0')
  })

  it.each([
    ['on another branch', (remote: TestRemote) => remote.commit({ files: { a: 'a' }, branch: 'side' })],
    ['nowhere', () => Promise.resolve('f'.repeat(40))],
    ['no commit but a tree', (remote: TestRemote) => objectAt(remote, 'main^{tree}')],
  ])('refuses a commit that is %s', async (_, commitOf) => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const commit = await commitOf(remote)
    const run = await release(remote, { commit })
    expect(run).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(run.log).toContain(`commit ${commit} is not on branch main`)
    expect(await refsOf(remote)).not.toHaveProperty('refs/tags/v1.2.0')
  })

  it('releases from another branch where it is told to, with a prefix', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const commit = await remote.commit({ files: { a: 'a' }, branch: 'release/1.x' })
    const vars = { commit, branch: 'release/1.x', tag_prefix: 'api-v', version: '1.2.0-rc.1+build.5' }
    const run = await release(remote, vars)
    expect(run.status).toBe('succeeded')
    expect(await objectAt(remote, 'api-v1.2.0-rc.1+build.5^{commit}')).toBe(commit)
  })

  it('takes its tag back when the commit has left the branch by the time of the last check', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    await remote.commit({ files: { 'README.md': 'two' } })
    await remote.hook('post-receive', 'git update-ref refs/heads/main main~1')

    const run = await release(remote)

    expect(run).toMatchObject({ status: 'failed', failedStep: 'verify', outputs: { removed_tag: 'v1.2.0' } })
    expect(await refsOf(remote)).not.toHaveProperty('refs/tags/v1.2.0')
  })

  it('does not take back a tag that somebody else put in its place, even on the same commit', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    await remote.git(['tag', '--annotate', '--message=theirs', 'theirs', 'main'])
    await remote.hook('post-receive', 'git update-ref refs/tags/v1.2.0 refs/tags/theirs')

    const run = await release(remote)

    expect(run).toMatchObject({ status: 'failed', failedStep: 'verify' })
    expect(run.log).toContain('nothing to take back')
    expect(await objectAt(remote, 'v1.2.0')).toBe(await objectAt(remote, 'theirs'))
  })

  it('loses a race for the tag without touching the winner', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const run = await release(
      remote,
      {},
      {
        beforeStep: async (step) => {
          if (step === 'push') await remote.git(['update-ref', 'refs/tags/v1.2.0', 'refs/heads/main'])
        },
      },
    )
    expect(run).toMatchObject({ status: 'failed', failedStep: 'push' })
    expect((await refsOf(remote))['refs/tags/v1.2.0']).toBe(await objectAt(remote, 'main'))
  })

  it('takes its tag back when the push went through and only its answer was lost', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    await remote.git(['config', 'http.receivepack', 'true'])
    const server = await GitHttpServer.start(remote.folder)
    onTestFinished(() => server.close())
    const run = await release(
      remote,
      { repo_url: server.url('remote.git') },
      {
        beforeStep: async (step) => {
          server.mischief = step === 'push' ? 'lose_push_answer' : 'none'
        },
      },
    )
    expect(run).toMatchObject({ status: 'failed', failedStep: 'push', outputs: { removed_tag: 'v1.2.0' } })
    expect(await refsOf(remote)).not.toHaveProperty('refs/tags/v1.2.0')
  })

  it('checks and changes nothing in a dry run', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const before = await refsOf(remote)
    const run = await release(remote, {}, { dryRun: true })
    expect(run).toMatchObject({ status: 'succeeded', started: ['check'] })
    expect(run.log).toContain('v1.2.0 can be made')
    expect(await refsOf(remote)).toEqual(before)
  })

  it.each([
    ['repo_url', '--upload-pack=touch pwned'],
    ['repo_url', 'ext::sh -c "touch pwned"'],
    ['repo_url', 'https://user:token@example.org/repo.git'],
    ['repo_url', 'http://example.org/repo.git'],
    ['repo_url', 'https://example.org/repo.git\n'],
    ['repo_url', 'ssh://-oProxyCommand=touch/repo.git'],
    ['repo_url', '/srv/../etc/repo.git'],
    ['repo_url', '/srv/$(touch pwned)'],
    ['commit', 'main'],
    ['commit', '--help'],
    ['version', '1.2'],
    ['version', 'v1.2.0'],
    ['version', '01.2.0'],
    ['version', '1.2.0; touch pwned'],
    ['version', '1.2.0\n1'],
    ['branch', '--force'],
    ['branch', 'a..b'],
    ['branch', 'main:refs/heads/x'],
    ['tag_prefix', '../heads/v'],
    ['tag_prefix', '-v'],
    ['notes', 'two\nlines'],
  ])('does not let %s = %j through', async (name, value) => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const run = await release(remote, { [name]: value })
    expect(run).toMatchObject({ status: 'refused', refused: [name], started: [] })
  })

  it('takes notes that look like shell or an option as words', async () => {
    const remote = await makeRemote({ 'README.md': 'one' })
    const notes = '--delete $(touch pwned) `touch pwned`; touch pwned %s \\n'
    const run = await release(remote, { notes })
    expect(run.status).toBe('succeeded')
    expect(await remote.git(['for-each-ref', '--format=%(contents)', 'refs/tags'])).toContain(notes)
    expect(existsSync(join(run.folder, 'pwned'))).toBe(false)
  })
})
