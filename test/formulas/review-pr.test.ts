import { describe, expect, it } from 'vitest'
import type { TestRemote } from '../support/git-repo.js'
import { makeRemote, objectAt, refsOf } from './remote.js'
import { runFormula } from './run-formula.js'

const KEY_ID = `AKIA${'ABCDEFGHIJKLMNOP'}`
const GITHUB = `ghp_${'a1B2'.repeat(9)}`

const review = (remote: TestRemote, vars: Readonly<Record<string, string>> = {}) =>
  runFormula('review-pr', { vars: { repo_url: remote.url, head: 'topic', ...vars } })

describe('review-pr', () => {
  it('reports what a head would bring, and changes nothing', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n', 'gone.txt': 'x\n' })
    await remote.commit({
      branch: 'topic',
      files: {
        'a.txt': 'a\ntrailing \n<<<<<<< HEAD\n=======\n>>>>>>> x\n',
        'gone.txt': null,
        'big.bin': new Uint8Array(600 * 1024),
        'big.txt': 'line\n'.repeat(200_000),
        'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
        link: { mode: '120000', content: '/etc/passwd' },
        'keys.env': `id=1\nAWS=${KEY_ID}\n++ b/harmless\npassword: "correcthorse"\ntoken = "$TOKEN"\n${GITHUB}\n`,
      },
    })
    await remote.commit({ files: { 'other.txt': 'b\n' } })
    const before = await refsOf(remote)

    const run = await review(remote)

    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: {
        commits: '1',
        files: '7',
        merges: 'clean',
        secret_like: '3',
        conflict_markers: '3',
        whitespace: '1',
        big: '2',
        binary: '1',
        head: await objectAt(remote, 'topic'),
      },
    })
    for (const line of [
      'keys.env:2: AWS key id',
      'keys.env:4: assigned literal',
      'keys.env:6: GitHub token',
      'a.txt:2: trailing whitespace.',
      'a.txt:3: leftover conflict marker',
      'big.bin (600 KiB)',
      'run.sh: executable',
      'link: symbolic link',
    ]) {
      expect(run.log).toContain(`    ${line}`)
    }
    expect(run.log).not.toContain(KEY_ID)
    expect(run.log).not.toContain('correcthorse')
    expect(run.log).not.toContain(GITHUB)
    expect(await refsOf(remote)).toEqual(before)
  })

  it('has nothing to say about a clean change', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n' })
    await remote.commit({ files: { 'b.txt': 'b\n' }, branch: 'topic' })
    const run = await review(remote)
    expect(run.outputs).toMatchObject({ files: '1', lines_added: '1', secret_like: '0', whitespace: '0', big: '0' })
    expect(run.log).not.toContain('Looks like a secret')
  })

  it('sees that it would not merge', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n' })
    await remote.commit({ files: { 'a.txt': 'topic\n' }, branch: 'topic' })
    await remote.commit({ files: { 'a.txt': 'main\n' } })
    expect((await review(remote)).outputs).toMatchObject({ merges: 'conflict' })
  })

  it('is not fooled by attributes, names or filters of the repo', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n' })
    await remote.commit({
      branch: 'topic',
      files: { '.gitattributes': '* -diff -text whitespace=-trailing-space\n', 'new\nname "x".txt': `k ${KEY_ID} \n` },
    })
    const run = await review(remote)
    expect(run.outputs).toMatchObject({ secret_like: '1', whitespace: '1', files: '2' })
    expect(run.log).toContain('new\\nname \\"x\\".txt')
  })

  it('takes full refs and commit ids', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n' })
    const head = await remote.commit({ files: { 'b.txt': 'b\n' }, branch: 'topic' })
    await remote.git(['update-ref', 'refs/pull/12/head', head])
    for (const name of ['refs/pull/12/head', head]) {
      expect((await review(remote, { head: name })).outputs).toMatchObject({ files: '1' })
    }
  })

  it('refuses heads without common history and those that are not there', async () => {
    const remote = await makeRemote({ 'a.txt': 'a\n' })
    const alone = await remote.git(['commit-tree', '-m', 'alone', 'main^{tree}'])
    await remote.git(['update-ref', 'refs/heads/topic', alone])
    expect((await review(remote)).log).toContain('no common history')
    expect((await review(remote, { head: 'nothing' })).log).toContain('the repo has no branch or tag nothing')
    expect((await review(remote, { head: 'e'.repeat(40) })).status).toBe('failed')
  })

  it.each([
    ['head', '--output=/tmp/x'],
    ['head', 'main..topic'],
    ['base', '$(touch pwned)'],
    ['big_kb', '-1'],
  ])('does not let %s = %j through', async (name, value) => {
    expect(await review(await makeRemote({ a: 'a' }), { [name]: value })).toMatchObject({
      status: 'refused',
      refused: [name],
    })
  })
})
