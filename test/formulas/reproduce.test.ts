import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TestRemote } from '../support/git-repo.js'
import { makeRemote, objectAt } from './remote.js'
import { type RunOptions, runFormula, temporaryFolder } from './run-formula.js'

const reproduce = (remote: TestRemote, vars: Readonly<Record<string, string>> = {}, options: RunOptions = {}) =>
  runFormula('reproduce', {
    ...options,
    vars: { repo_url: remote.url, ref: 'main', script: 'try.sh', runs: '4', ...vars },
  })

describe('reproduce', () => {
  it('counts how often a script passes and fails, and shows the first failure', async () => {
    const remote = await makeRemote({
      'try.sh': {
        mode: '100755',
        content: '#!/bin/sh\necho "run $RUN of $0"\n[ "$RUN" -ne 3 ] || { echo boom >&2; exit 9; }\n',
      },
    })
    const run = await reproduce(remote)
    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { passed: '3', failed: '1', timed_out: '0', commit: await objectAt(remote, 'main') },
    })
    expect(run.log).toContain('run 3: exit 9')
    expect(run.log).toContain('  | boom')
    expect(run.log).not.toContain('run 1 of')
  })

  it('gives each run a clone of its own, and none of its environment', async () => {
    const script =
      'set -eu\n[ ! -e mark ]\ntouch mark\n[ -z "$(env | grep -E "COUNTERSIGN_[^R]|VAR_|SECRET|GIT_")" ]\ngit log -1 >/dev/null\n'
    const run = await reproduce(await makeRemote({ 'bin/check': script }), { script: 'bin/check', expect: 'pass' })
    expect(run).toMatchObject({ status: 'succeeded', outputs: { passed: '4' } })
  })

  it('counts a run over the time limit', async () => {
    const remote = await makeRemote({ 'try.sh': '#!/bin/sh\n[ "$RUN" -ne 1 ] || sleep 20\n' })
    const run = await reproduce(remote, { runs: '2', seconds: '1' })
    expect(run).toMatchObject({ status: 'succeeded', outputs: { passed: '1', timed_out: '1' } })
  })

  it.each([
    ['pass', 'failed'],
    ['fail', 'failed'],
    ['any', 'succeeded'],
  ])('with expect = %s a flaky script ends as %s', async (expected, status) => {
    const remote = await makeRemote({ 'try.sh': '#!/bin/sh\n[ "$RUN" -ne 2 ]\n' })
    expect(await reproduce(remote, { expect: expected })).toMatchObject({
      status,
      outputs: { passed: '3', failed: '1' },
    })
  })

  it.each([
    ['no.sh', 'there is no no.sh in main'],
    ['lib', 'lib is not a regular file'],
    ['link', 'link is not a regular file'],
  ])('refuses %s as a script', async (script, message) => {
    const remote = await makeRemote({ 'try.sh': '', 'lib/a.sh': '', link: { mode: '120000', content: '/bin/ls' } })
    const run = await reproduce(remote, { script })
    expect(run).toMatchObject({ status: 'failed', failedStep: 'fetch' })
    expect(run.log).toContain(message)
  })

  it('runs nothing of the repo in a dry run', async () => {
    const mark = join(temporaryFolder(), 'mark')
    const run = await reproduce(await makeRemote({ 'try.sh': `#!/bin/sh\ntouch ${mark}\n` }), {}, { dryRun: true })
    expect(run).toMatchObject({ status: 'succeeded', started: ['fetch'] })
    expect(existsSync(mark)).toBe(false)
  })

  it.each([
    ['script', '../try.sh'],
    ['script', '/bin/sh'],
    ['script', '-c'],
    ['script', 'try.sh; touch pwned'],
    ['runs', '0'],
    ['runs', '101'],
    ['ref', '--all'],
  ])('does not let %s = %j through', async (name, value) => {
    const remote = await makeRemote({ 'try.sh': '' })
    expect(await reproduce(remote, { [name]: value })).toMatchObject({ status: 'refused', refused: [name] })
  })
})
