/** What somebody removes from under a daemon: the clone is a cache, the state folder is not. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { until } from '../e2e/until.js'
import { Lab } from './lab.js'
import { expectTold } from './tried.js'

let lab: Lab
beforeEach(async () => {
  lab = await Lab.make()
  return () => lab.remove()
})

const CLONE_GONE = 'the clone was removed; it is made anew'
const clone = () => join(lab.ops.stateFolder, 'repo.git')
/** To its end, so that nothing is under way. */
const runs = (id: string) =>
  until(
    `${id} is recorded`,
    async () => `outcome succeeded ${id}` === (await lab.ops.git('log', '-1', '--format=%s', 'main')),
  )

it('the clone: said once, made anew, and it goes on by what it remembers', async () => {
  const daemon = lab.serve()
  await daemon.isUp()
  await lab.request('before')
  await runs('before')
  const instance = await readFile(join(lab.ops.stateFolder, 'instance.json'), 'utf8')
  await rm(clone(), { recursive: true, maxRetries: 5 })
  await daemon.says(CLONE_GONE)
  await lab.request('after')
  await runs('after')
  expect((await daemon.stop()).code).toBe(0)
  expect(daemon.errors).toEqual([])
  expect(daemon.lines.filter(({ msg }) => msg === CLONE_GONE)).toHaveLength(1)
  expect(await readFile(join(lab.ops.stateFolder, 'instance.json'), 'utf8')).toBe(instance)
  expect(await lab.ops.ran()).toEqual(['before', 'after'])
})

it('the clone, and main was rewritten meanwhile: frozen, as by what it saw', async () => {
  const daemon = lab.serve()
  await daemon.isUp()
  const before = await lab.ops.git('rev-parse', 'refs/heads/main')
  await lab.request('seen')
  await runs('seen')
  await lab.ops.git('update-ref', 'refs/heads/main', before)
  await rm(clone(), { recursive: true, maxRetries: 5 })
  await daemon.says(CLONE_GONE)
  await until('it is frozen', async () => existsSync(join(lab.ops.stateFolder, 'freeze.json')))
  expect(await readFile(join(lab.ops.stateFolder, 'freeze.json'), 'utf8')).toContain('main_rewritten')
  await daemon.stop()
  expect(await lab.ops.ran()).toEqual(['seen'])
})

it('the state folder: said once, and it stops with exit code 2 and makes no other one', async () => {
  const daemon = lab.serve()
  await daemon.isUp()
  await lab.request('before')
  await runs('before')
  // What is being written just then would make it anew, or fail in a second way.
  await until('it is at rest', async () => {
    const view = await readFile(join(lab.ops.stateFolder, 'view.json'), 'utf8')
    const main = await lab.ops.git('rev-parse', 'refs/heads/main')
    const outcomes = await lab.ops.git('log', '-1', '--format=%s', main)
    return outcomes.startsWith('outcome ') && view.includes(main)
  })
  await rm(lab.ops.stateFolder, { recursive: true, maxRetries: 5 })
  const { code } = await daemon.ended
  expect(code).toBe(2)
  expect(daemon.errors).toHaveLength(1)
  expectTold(
    daemon.errors[0]?.error?.message ?? '',
    lab.ops.stateFolder,
    /was removed/,
    /put the folder back, or start/,
  )
  expect(existsSync(lab.ops.stateFolder)).toBe(false)
  expect(await lab.ops.ran()).toEqual(['before'])
})
