import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Files, TestRemote } from '../support/git-repo.js'
import { makeRemote, objectAt } from './remote.js'
import { type RunOptions, runFormula, temporaryFolder } from './run-formula.js'

// Padded: releases of one second are told apart, and sorted, by the id.
let runs = 0

interface Site {
  readonly remote: TestRemote
  readonly target: string
  publish(vars?: Readonly<Record<string, string>>, options?: RunOptions): ReturnType<typeof runFormula>
  /** What a visitor gets. */
  visit(path?: string): string
  releases(): readonly string[]
}

async function makeSite(files: Files = { 'public/index.html': 'one', 'public/a/b.css': 'css' }): Promise<Site> {
  const remote = await makeRemote(files)
  const target = join(temporaryFolder(), 'site')
  return {
    remote,
    target,
    publish: (vars = {}, options = {}) =>
      runFormula('run-publish-site', {
        ...options,
        vars: { repo_url: remote.url, ref: 'main', folder: 'public', target, site: 'handbook', ...vars },
        id: `publish-${String(++runs).padStart(3, '0')}`,
      }),
    visit: (path = 'index.html') => readFileSync(join(target, 'current', path), 'utf8'),
    releases: () => readdirSync(join(target, 'releases')),
  }
}

describe('run-publish-site', () => {
  it('publishes a folder of a repo into a new target', async () => {
    const site = await makeSite()
    const run = await site.publish()
    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { commit: await objectAt(site.remote, 'main'), previous: '' },
    })
    expect(site.visit()).toBe('one')
    expect(site.visit('a/b.css')).toBe('css')
    expect(readlinkSync(join(site.target, 'current'))).toBe(`releases/${run.outputs['release']}`)
    expect(readdirSync(site.target).sort()).toEqual(['.countersign-site', 'current', 'releases'])
    expect(existsSync(join(site.target, 'current', '.git'))).toBe(false)
  })

  it('publishes a commit, a tag, and the whole repo', async () => {
    const site = await makeSite({ 'index.html': 'old' })
    const old = await objectAt(site.remote, 'main')
    await site.remote.git(['tag', 'v1', old])
    await site.remote.commit({ files: { 'index.html': 'new' } })
    for (const ref of [old, 'v1']) {
      expect((await site.publish({ ref, folder: '.' })).status).toBe('succeeded')
      expect(site.visit()).toBe('old')
    }
  })

  it('refuses a name that is a branch and a tag', async () => {
    const site = await makeSite()
    await site.remote.git(['tag', 'main', 'main'])
    const run = await site.publish()
    expect(run.log).toContain('main is a branch and a tag')
    expect((await site.publish({ ref: 'refs/heads/main' })).status).toBe('succeeded')
  })

  it('keeps as many older releases as it is told to, and always the current one', async () => {
    const site = await makeSite()
    const released: string[] = []
    for (const keep of ['2', '2', '2', '2', '1']) released.push((await site.publish({ keep })).outputs['release'] ?? '')
    expect([...site.releases()].sort()).toEqual(released.slice(-2).sort())
    expect(readlinkSync(join(site.target, 'current'))).toBe(`releases/${released.at(-1)}`)
  })

  it('keeps the current release also when a clock that was wrong made others look newer', async () => {
    const site = await makeSite()
    const later = ['20980101T000000Z-a', '20990101T000000Z-b']
    mkdirSync(site.target)
    writeFileSync(join(site.target, '.countersign-site'), 'handbook\n')
    for (const name of later) mkdirSync(join(site.target, 'releases', name), { recursive: true })
    await site.publish({ keep: '1' })
    expect(site.visit()).toBe('one')
    expect(site.releases()).toContain(later[1])
    expect(site.releases()).not.toContain(later[0])
  })

  it('goes back to the release before when the smoke check fails', async () => {
    const site = await makeSite()
    const first = await site.publish()
    await site.remote.commit({ files: { 'public/index.html': 'broken' } })

    const run = await site.publish({ smoke_text: 'one' })

    expect(run).toMatchObject({ status: 'failed', failedStep: 'smoke' })
    expect(run.outputs['rolled_back_to']).toBe(`releases/${first.outputs['release']}`)
    expect(site.visit()).toBe('one')
    expect(site.releases()).toEqual([first.outputs['release']])
    expect((await site.publish({ smoke_text: 'broken' })).status).toBe('succeeded')
  })

  it('leaves nothing current when the smoke check of a first release fails', async () => {
    const site = await makeSite()
    const run = await site.publish({ smoke_path: 'health.txt' })
    expect(run.log).toContain('smoke check: there is no health.txt')
    expect(existsSync(join(site.target, 'current'))).toBe(false)
    expect(site.releases()).toEqual([])
  })

  it('looks for the text in smoke_path', async () => {
    const site = await makeSite()
    const passing = await site.publish({ smoke_path: 'a/b.css', smoke_text: 'css' })
    const failing = await site.publish({ smoke_path: 'a/b.css', smoke_text: 'c.s' })
    expect([passing.status, failing.status]).toEqual(['succeeded', 'failed'])
  })

  it.each([
    ['a folder of somebody else', (target: string) => writeFileSync(join(target, 'index.html'), 'theirs')],
    ['the folder of another site', (target: string) => writeFileSync(join(target, '.countersign-site'), 'intranet\n')],
  ])('refuses %s and leaves it as it is', async (_, occupy) => {
    const site = await makeSite()
    mkdirSync(site.target)
    occupy(site.target)
    const before = readdirSync(site.target)
    const run = await site.publish()
    expect(run).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(readdirSync(site.target)).toEqual(before)
  })

  it('refuses a target that is a link, and one whose parent is missing', async () => {
    const site = await makeSite()
    const elsewhere = temporaryFolder()
    symlinkSync(elsewhere, site.target)
    expect((await site.publish()).log).toContain('is a symbolic link')
    expect(readdirSync(elsewhere)).toEqual([])
    expect((await site.publish({ target: join(elsewhere, 'a/b') })).log).toContain('there is no folder')
  })

  it('refuses a current that points elsewhere', async () => {
    const site = await makeSite()
    mkdirSync(site.target)
    writeFileSync(join(site.target, '.countersign-site'), 'handbook\n')
    symlinkSync('/etc', join(site.target, 'current'))
    expect(await site.publish()).toMatchObject({ status: 'failed', failedStep: 'stage' })
    expect(readlinkSync(join(site.target, 'current'))).toBe('/etc')
  })

  it.each<[string, Files, string]>([
    ['no index', { 'public/a.html': 'a' }, 'there is no index.html, or it is empty'],
    ['an empty index', { 'public/index.html': '' }, 'there is no index.html, or it is empty'],
    ['a folder as index', { 'public/index.html/a': 'a' }, 'there is no index.html, or it is empty'],
    [
      'a link',
      { 'public/index.html': 'a', 'public/passwd': { mode: '120000', content: '/etc/passwd' } },
      '1 symbolic links or submodules',
    ],
    ['no folder', { 'README.md': 'a' }, 'there is no folder public in main'],
  ])('refuses a site with %s', async (_, files, message) => {
    const site = await makeSite(files)
    const run = await site.publish()
    expect(run).toMatchObject({ status: 'failed', failedStep: 'fetch' })
    expect(run.log).toContain(message)
    expect(existsSync(site.target)).toBe(false)
  })

  it('lets one run at a time publish, and takes the lock of a run that died', async () => {
    const site = await makeSite()
    await site.publish()
    const lock = join(site.target, '.lock')
    mkdirSync(lock)

    const shut = await site.publish()
    expect(shut.log).toContain('another run is publishing')
    expect(existsSync(lock)).toBe(true)

    const long = new Date(Date.now() - 2 * 3600_000)
    utimesSync(lock, long, long)
    expect((await site.publish()).status).toBe('succeeded')
    expect(existsSync(lock)).toBe(false)
  })

  it('does not swap when current changed while it was staging, and does not undo that change', async () => {
    const site = await makeSite()
    const first = await site.publish()
    const run = await site.publish(
      {},
      {
        beforeStep: async (step) => {
          if (step !== 'swap') return
          mkdirSync(join(site.target, 'releases/20990101T000000Z-other'))
          symlinkSync('releases/20990101T000000Z-other', join(site.target, 'next'))
          renameSync(join(site.target, 'next'), join(site.target, 'current'))
        },
      },
    )
    expect(run).toMatchObject({ status: 'failed', failedStep: 'swap' })
    expect(readlinkSync(join(site.target, 'current'))).toBe('releases/20990101T000000Z-other')
    expect([...site.releases()].sort()).toEqual([first.outputs['release'], '20990101T000000Z-other'].sort())
  })

  it('checks and writes nothing in a dry run', async () => {
    const site = await makeSite()
    const run = await site.publish({}, { dryRun: true })
    expect(run).toMatchObject({ status: 'succeeded', started: ['check', 'fetch'] })
    expect(existsSync(site.target)).toBe(false)
  })

  it('never leaves current missing or half written: it is one link, replaced by rename', async () => {
    const site = await makeSite()
    await site.publish()
    const before = lstatSync(join(site.target, 'current')).ino
    await site.publish()
    expect(lstatSync(join(site.target, 'current')).isSymbolicLink()).toBe(true)
    expect(lstatSync(join(site.target, 'current')).ino).not.toBe(before)
  })

  it.each([
    ['target', '/etc'],
    ['target', '/srv/www/../../etc'],
    ['target', 'relative/site'],
    ['target', '/srv/www/--help;x'],
    ['target', '/srv/www/site\n'],
    ['folder', '../public'],
    ['folder', '--public'],
    ['folder', '/public'],
    ['ref', '--upload-pack=touch pwned'],
    ['ref', 'main~1'],
    ['site', 'Hand Book'],
    ['smoke_path', '../../../etc/passwd'],
    ['index', '$(touch pwned)'],
    ['keep', '0'],
  ])('does not let %s = %j through', async (name, value) => {
    const site = await makeSite()
    const run = await site.publish({ [name]: value })
    expect(run).toMatchObject({ status: 'refused', refused: [name], started: [] })
  })
})
