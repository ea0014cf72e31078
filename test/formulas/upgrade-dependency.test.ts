import { describe, expect, it } from 'vitest'
import type { TestRemote } from '../support/git-repo.js'
import { fileAt, makeRemote, objectAt, refsOf } from './remote.js'
import { runFormula } from './run-formula.js'

// Odd on purpose: tabs, no newline at the end, the name again in places where it is no dependency.
const PACKAGE = `{
\t"name": "zod",
  "description": "not \\"zod\\": \\"1.0.0\\"",
  "dependencies": { "left-pad":"1.0.0",  "zod" : "^3.22.4" },
  "devDependencies": {"@types/node": "~20.1.0", "git-thing": "git+https://example.org/x.git#1.0.0"},
  "peerDependencies": { "zod": ">=3 <5" },
  "overrides": { "left-pad": { "zod": "3.22.4" }, "zod": "3.22.4" }
}`

const bumping = (remote: TestRemote, vars: Readonly<Record<string, string>> = {}) => ({
  vars: { repo_url: remote.url, dependency: 'zod', version: '3.23.0', ...vars },
  id: 'bump-3',
})

describe('upgrade-dependency', () => {
  it('pushes one commit that changes nothing but the version, on a new branch', async () => {
    const remote = await makeRemote({ 'package.json': PACKAGE, 'src/a.ts': 'a' })
    const main = await objectAt(remote, 'main')

    const run = await runFormula('upgrade-dependency', bumping(remote))

    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { branch: 'upgrade/zod-3.23.0', from: '3.22.4', to: '3.23.0' },
    })
    expect(await fileAt(remote, 'upgrade/zod-3.23.0', 'package.json')).toBe(PACKAGE.replace('^3.22.4', '^3.23.0'))
    expect(await remote.git(['diff', '--name-status', 'main', 'upgrade/zod-3.23.0'])).toBe('M\tpackage.json')
    expect(await objectAt(remote, 'upgrade/zod-3.23.0~1')).toBe(main)
    expect(await objectAt(remote, 'main')).toBe(main)
    expect(await remote.git(['log', '-1', '--format=%B', 'upgrade/zod-3.23.0'])).toBe(
      'Upgrade zod from 3.22.4 to 3.23.0\n\nCountersign-Id: bump-3\n',
    )
  })

  it('knows scoped names, and says which lock file is behind', async () => {
    const remote = await makeRemote({ 'web/package.json': PACKAGE, 'web/package-lock.json': '{}', 'yarn.lock': '' })
    const vars = { file: 'web/package.json', dependency: '@types/node', version: '20.2.0' }
    const run = await runFormula('upgrade-dependency', bumping(remote, vars))
    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { branch: 'upgrade/types-node-20.2.0', lock_file_behind: 'web/package-lock.json' },
    })
    expect(await fileAt(remote, 'upgrade/types-node-20.2.0', 'web/package.json')).toBe(
      PACKAGE.replace('~20.1.0', '~20.2.0'),
    )
  })

  it('sets all places of one version alike', async () => {
    const text = '{"dependencies":{"zod":"^3.22.4","a":"1"},"devDependencies":{"zod":"3.22.4"}}\n'
    const remote = await makeRemote({ 'package.json': text })
    await runFormula('upgrade-dependency', bumping(remote, { version: '10.10.10' }))
    expect(await fileAt(remote, 'upgrade/zod-10.10.10', 'package.json')).toBe(text.replaceAll('3.22.4', '10.10.10'))
  })

  it('bumps a line of a requirements file, with extras, marker, comment and CRLF kept', async () => {
    const text =
      '# Flask==1.0\r\nflask-login==0.6\r\nFlask_Cors [x]== 4\r\nFlask[async] == 2.3.1 ; python_version > "3" # why\r\n'
    const remote = await makeRemote({ 'requirements.txt': text })
    const vars = { file: 'requirements.txt', dependency: 'FLASK', version: '3.0.0' }
    const run = await runFormula('upgrade-dependency', bumping(remote, vars))
    expect(run.status).toBe('succeeded')
    expect(await fileAt(remote, 'upgrade/FLASK-3.0.0', 'requirements.txt')).toBe(text.replace('2.3.1', '3.0.0'))
  })

  it('refuses a branch that exists', async () => {
    const remote = await makeRemote({ 'package.json': PACKAGE })
    await runFormula('upgrade-dependency', bumping(remote))
    const before = await refsOf(remote)
    const again = await runFormula('upgrade-dependency', bumping(remote))
    expect(again).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(again.log).toContain('branch upgrade/zod-3.23.0 exists already')
    expect(await refsOf(remote)).toEqual(before)
  })

  it('does not overwrite a branch that appears while it works', async () => {
    const remote = await makeRemote({ 'package.json': PACKAGE })
    const run = await runFormula('upgrade-dependency', {
      ...bumping(remote),
      beforeStep: async (step) => {
        if (step === 'push') await remote.git(['update-ref', 'refs/heads/upgrade/zod-3.23.0', 'refs/heads/main'])
      },
    })
    expect(run).toMatchObject({ status: 'failed', failedStep: 'push' })
    expect(await objectAt(remote, 'upgrade/zod-3.23.0')).toBe(await objectAt(remote, 'main'))
  })

  it('refuses the default branch, whatever it is called', async () => {
    const remote = await makeRemote({ 'package.json': PACKAGE })
    await remote.git(['symbolic-ref', 'HEAD', 'refs/heads/upgrade/zod-3.23.0'])
    await remote.git(['update-ref', 'refs/heads/upgrade/zod-3.23.0', 'refs/heads/main'])
    const run = await runFormula('upgrade-dependency', bumping(remote))
    expect(run.log).toContain("is the repo's default branch")
  })

  it.each([
    [{ dependency: 'react' }, 'react is not a dependency in package.json'],
    [{ dependency: 'dependencies' }, 'dependencies is not a dependency in package.json'],
    [{ dependency: 'git-thing' }, 'its version there is not a plain one'],
    [{ version: '3.22.4' }, 'zod is at 3.22.4 already'],
    [{ version: '3.9.9' }, '3.9.9 is older than 3.22.4'],
    [{ file: 'other/package.json' }, 'there is no other/package.json on main'],
    [{ file: 'linked/package.json' }, 'linked/package.json on main is not a regular file'],
    [{ file: 'hashed.txt', dependency: 'flask', version: '3' }, 'not a plain one: (bound to hashes)'],
    [{ file: 'two.txt', dependency: 'flask', version: '3' }, 'several versions of it: 1.0 2.0'],
    [{ base: 'trunk' }, 'the repo has no branch trunk'],
  ])('refuses %j', async (vars, message) => {
    const remote = await makeRemote({
      'package.json': PACKAGE,
      'linked/package.json': { mode: '120000', content: '../package.json' },
      'hashed.txt': 'flask==2.0 \\\n    --hash=sha256:aa\n',
      'two.txt': 'flask==1.0; a\nflask==2.0; b\n',
    })
    const before = await refsOf(remote)
    const run = await runFormula('upgrade-dependency', bumping(remote, vars))
    expect(run).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(run.log).toContain(message)
    expect(await refsOf(remote)).toEqual(before)
  })

  it('shows the change and pushes nothing in a dry run', async () => {
    const remote = await makeRemote({ 'package.json': PACKAGE })
    const before = await refsOf(remote)
    const run = await runFormula('upgrade-dependency', { ...bumping(remote), dryRun: true })
    expect(run).toMatchObject({ status: 'succeeded', started: ['check', 'bump'] })
    expect(run.log).toContain('"zod" : "^3.23.0"')
    expect(await refsOf(remote)).toEqual(before)
  })

  it.each([
    ['dependency', '--zod'],
    ['dependency', 'zod"; "x'],
    ['dependency', '../zod'],
    ['version', '1.0.0"'],
    ['version', '-1'],
    ['version', 'latest'],
    ['file', '../package.json'],
    ['file', 'a/../package.json'],
    ['file', '/etc/package.json'],
    ['file', '.git/config'],
    ['file', 'package.json\nx'],
    ['base', '--mirror'],
  ])('does not let %s = %j through', async (name, value) => {
    const remote = await makeRemote({ 'package.json': PACKAGE })
    const run = await runFormula('upgrade-dependency', bumping(remote, { [name]: value }))
    expect(run).toMatchObject({ status: 'refused', refused: [name], started: [] })
  })
})
