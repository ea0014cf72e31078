/** What a newcomer sees of pull requests: the story of `demo --forge`, in a pipe. */
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORGE_KINDS } from '../../vault/forge/fact.js'
import type { Ran } from './cli.js'
import { makeFolder } from './ops.js'
import './patience.js'
import { User } from './user.js'

const PAGE = /http:\/\/127\.0\.0\.1:\d+\//

let folder: string
let newcomer: User
beforeAll(async () => {
  folder = await makeFolder()
  newcomer = await User.make(folder, 'newcomer', { hasKey: false })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(FORGE_KINDS)('the demo on a forge like %s', (kind) => {
  let demo: Ran
  beforeAll(async () => {
    // Longer than any other command: a dozen ticks and four runs, on a machine that others work on too.
    demo = await newcomer.start('demo', '--forge', '--kind', kind, '--dir', join(folder, kind)).ended
  })

  it('tells the whole story', () => {
    expect(demo.code, demo.text).toBe(0)
    expect(demo.stderr).toBe('')
    const told = [
      'to look at in a browser while it is told: http://127.0.0.1:',
      `--forge ${kind}`,
      '1. Low',
      'groom-1  low  fire auto_approved: succeeded',
      'pull request #1 "groom-1: groom-backlog (low)": closed, [tier: low], status success',
      '2. Medium',
      'upgrade-1  medium  wait pending_async_review',
      'open, [tier: medium], status pending',
      'bob at the forge: approves #2',
      'upgrade-1  medium  fire reviewed_by_writer: succeeded',
      'closed, [tier: medium], status success',
      '3. High',
      '--blast-radius low',
      'blocked until an admin merges',
      'release-1  high  wait awaiting_admin_merge',
      'open, [tier: high], status pending',
      '4. bob merges #4',
      'release-2  high  refuse approver_excluded',
      'not among the pinned admins',
      '5. alice merges #3',
      'release-1  high  fire merged_by_admin: succeeded',
      "The dispatcher's one comment",
      'Countersign: `release-1` (high, approved) succeeded',
      '6. alice squashes #5',
      'release-3  high  refuse no_second_key',
      'squash or rebase',
      '7. An auditor',
      'merged by alice',
      'every action that fired was allowed to',
      'The forge is gone with this command',
    ]
    let at = 0
    for (const words of told) {
      const found = demo.stdout.indexOf(words, at)
      expect(found, `${words}\n${demo.stdout.slice(at)}`).toBeGreaterThan(-1)
      at = found
    }
  })

  it('names the page, leads to it from each request, and takes it down at its end', async () => {
    const [page = ''] = PAGE.exec(demo.stdout) ?? []
    expect(demo.stdout).toContain(`pull request ${page}acme/ops/pull${kind === 'github' ? '' : 's'}/1`)
    await expect(fetch(page)).rejects.toThrow()
  })

  it('released what was approved, and nothing else', async () => {
    const tags = await newcomer.git(join(folder, kind, 'toy-project.git'), 'tag', '--list')
    expect(tags).toBe('v1.0.0')
  })
})

describe('where the demo on a forge cannot be told', () => {
  it('says so of a git without http-backend', async () => {
    const programs = join(folder, 'programs')
    await mkdir(programs)
    await writeFile(join(programs, 'git'), `#!/bin/sh\necho ${programs}\n`, { mode: 0o755 })
    const told = await newcomer.with({ PATH: `${programs}:${newcomer.env['PATH']}` }).cli('demo', '--forge')
    expect(told.code, told.text).toBe(2)
    expect(told.stderr).toContain('git http-backend')
    expect(told.stdout).toBe('')
  })

  it('takes a kind only with a forge, and a folder only if it is empty', async () => {
    const bare = await newcomer.cli('demo', '--kind', 'github')
    expect(bare.code).toBe(2)
    expect(bare.stderr).toContain('it needs --forge')
    await mkdir(join(folder, 'full', 'of'), { recursive: true })
    expect((await newcomer.cli('demo', '--forge', '--dir', join(folder, 'full'))).code).toBe(2)
    expect(existsSync(join(folder, 'full', 'of'))).toBe(true)
  })
})
