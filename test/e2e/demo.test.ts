/** What a newcomer sees first. */
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../support/run-git.js'
import type { Ran } from './cli.js'
import { makeFolder } from './ops.js'
import { User } from './user.js'

let folder: string
let newcomer: User
let demo: Ran
beforeAll(async () => {
  folder = await makeFolder()
  newcomer = await User.make(folder, 'newcomer', { hasKey: false })
  demo = await newcomer.cli('demo', '--dir', join(folder, 'demo'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the demo', () => {
  it('tells the whole story', () => {
    expect(demo.code, demo.text).toBe(0)
    expect(demo.stderr).toBe('')
    const told = [
      '1. Low',
      'groom-1  low  fire auto_approved: succeeded',
      '2. Medium',
      'pending async review',
      '3. High',
      'blocked until an admin merges',
      '4. Unknown',
      'wipe-production is not in [tiers] -> high',
      'wipe-1  high  refuse formula_missing',
      '5. bob reviews',
      'release-1 is refused (approver_role)',
      'approved: release-1 is on main',
      'release-1  high  fire merged_by_admin: succeeded',
      'upgrade-1  medium  fire merged_by_writer: succeeded',
      '6. An auditor',
      'merged by alice',
      'every action that fired was allowed to',
      'Three commands to try:',
    ]
    let at = 0
    for (const words of told) {
      const found = demo.stdout.indexOf(words, at)
      expect(found, `${words}\n${demo.stdout.slice(at)}`).toBeGreaterThan(-1)
      at = found
    }
  })

  it('really released: the tag is in the toy project', async () => {
    const tags = await newcomer.git(join(folder, 'demo', 'toy-project.git'), 'tag', '--list')
    expect(tags).toBe('v1.0.0')
  })

  it('leaves three commands that work as they are', async () => {
    const [, toTry = ''] = demo.stdout.split('Three commands to try:\n')
    const commands = toTry
      .trim()
      .split('\n')
      .map((line) => line.trim())
    expect(commands).toHaveLength(3)
    const [history, status, request] = await Promise.all(
      commands.map(async (command) => (await run('sh', ['-c', command], folder, { env: newcomer.env })).toString()),
    )
    expect(history).toContain('Action-Id: release-1')
    expect(status).toContain('trust set in force')
    expect(request).toContain('(low): requested (auto_approved)')
  })

  it('says beforehand where it cannot be told', async () => {
    const told = await newcomer.cli('demo', '--dir', join(folder, 'with a space'))
    expect(told.code, told.text).toBe(2)
    expect(told.stderr).toContain('name a folder with --dir')
    expect(existsSync(join(folder, 'with a space'))).toBe(false)
  })

  it('does not touch a folder that has something in it', async () => {
    const again = await newcomer.cli('demo', '--dir', join(folder, 'demo'))
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('is not empty')
    expect(existsSync(join(folder, 'demo', 'ops.git'))).toBe(true)
  })
})
