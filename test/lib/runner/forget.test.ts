import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openRunner } from '../../../lib/runner/open-runner.js'
import { readOnlyRunner } from '../../../lib/runner/read-only-runner.js'
import { removeFolder } from '../../../lib/runner/remove-folder.js'
import { runReader } from '../../../lib/runner/run-reader.js'
import { END_KEY, OPTIONS, runSpec, sh, supervisorOf, tempFolder, until, world } from './fixture.js'

/** Names of runs that are gone, and of what was kept of them. */
function remains(stateDir: string): readonly string[] {
  return readdirSync(join(stateDir, 'runs')).filter((name) => /^\.(?:forgotten|spare)/.test(name))
}

describe('a run that is forgotten', () => {
  it('is unknown at once, for ever, and removed later', async () => {
    const { go, runner, stateDir, layout } = await world()
    const text = 'mkdir -p "$HOME/a/b" && chmod 500 "$HOME/a/b" "$HOME/a"; ln -s / "$TMPDIR/root"; echo secret > file'
    await go('done', { steps: [sh(text)] })
    await runner.forget('done')
    expect(await runner.state('done')).toEqual({ kind: 'unknown' })
    expect(existsSync(layout('done').folder)).toBe(false)
    await expect(runner.run(runSpec('done'))).rejects.toMatchObject({ code: 'not_noted' })
    await expect(runner.attach('done')).rejects.toMatchObject({ code: 'not_started' })
    await runner.forget('done')
    const again = await openRunner({ ...OPTIONS, stateDir })
    again.detach()
    expect(remains(stateDir)).toEqual([])
    expect(readdirSync(join(stateDir, 'runs', '.leases'))).toEqual([])
  })

  it('leaves its folder to a later one, if it left nothing in it', async () => {
    const { go, runner, stateDir, layout } = await world()
    await go('a', { steps: [sh('true')] })
    const made = statSync(`${layout('a').own}/work`).ino
    await runner.forget('a')
    const again = await openRunner({ ...OPTIONS, stateDir })
    onTestFinished(() => again.detach())
    expect(remains(stateDir)).toEqual([expect.stringMatching(/^\.spare-/)])
    await again.note('b')
    expect(readdirSync(layout('b').folder)).toEqual(['fresh'])
    expect(statSync(`${layout('b').fresh}/work`).ino).toBe(made)
    expect(await again.state('b')).toEqual({ kind: 'noted' })
    const isEmpty = 'test -z "$(ls -A "$HOME")$(ls -A "$TMPDIR")$(ls -A .)"'
    expect(await again.run(runSpec('b', { steps: [sh(isEmpty)] }))).toMatchObject({ status: 'succeeded' })
  })

  it.each([
    ['a file in its home', 'echo x > "$HOME/.profile"'],
    ['a file where it works', 'echo x > Makefile'],
    ['a link in its place', 'rmdir "$TMPDIR" && ln -s /etc "$TMPDIR"'],
    ['other rights', 'chmod 777 .'],
    ['the bit by which whoever makes a file there gives it away', 'chmod g+s "$HOME"'],
    ['a folder beside its own', 'mkdir ../more'],
    ['nothing at all', 'cd / && rm -rf "$(dirname "$HOME")"'],
  ])('keeps from a later one what has %s', async (_what, text) => {
    const { go, runner, stateDir, layout } = await world()
    await go('a', { steps: [sh(text)] })
    await runner.forget('a')
    const again = await openRunner({ ...OPTIONS, stateDir })
    onTestFinished(() => again.detach())
    expect(remains(stateDir)).toEqual([])
    await again.note('b')
    expect(readdirSync(layout('b').fresh).sort()).toEqual(['home', 'tmp', 'work'])
  })

  it('is not one that runs; one that is only noted never starts any more', async () => {
    const { go, runner, layout } = await world()
    const run = go('busy', { steps: [sh('sleep 300')] })
    await until('it runs', () => supervisorOf(layout('busy')) > 0)
    await expect(runner.forget('busy')).rejects.toMatchObject({ code: 'still_running' })
    await runner.note('noted')
    await runner.forget('noted')
    await expect(runner.run(runSpec('noted', { steps: [sh('true')] }))).rejects.toMatchObject({ code: 'not_noted' })
    await runner.stopAll()
    await run
  })
})
describe('removing a folder', () => {
  it('follows no link and minds no permission', async () => {
    const outside = tempFolder()
    writeFileSync(join(outside, 'precious'), 'x')
    chmodSync(outside, 0o750)
    const folder = join(tempFolder(), 'run')
    mkdirSync(join(folder, 'a/b'), { recursive: true })
    writeFileSync(join(folder, 'a/b/file'), '')
    symlinkSync(outside, join(folder, 'a/link'))
    symlinkSync(outside, join(folder, 'link'))
    for (const each of ['a/b', 'a', '']) chmodSync(join(folder, each), 0o000)
    await removeFolder(folder)
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(outside)).toEqual(['precious'])
    expect(statSync(outside).mode & 0o777).toBe(0o750)
    const link = join(tempFolder(), 'link')
    symlinkSync(outside, link)
    await removeFolder(link)
    expect(readdirSync(outside)).toEqual(['precious'])
  })
})

describe('a runner that only reads', () => {
  it('says so for all that writes', async () => {
    const stateDir = tempFolder()
    const reader = readOnlyRunner(runReader(stateDir, END_KEY))
    expect(await reader.state('x')).toEqual({ kind: 'unknown' })
    const writes = [
      reader.note('x'),
      reader.run(runSpec('x')),
      reader.attach('x'),
      reader.forget('x'),
      reader.stopAll(),
    ]
    for (const write of writes)
      await expect(write).rejects.toMatchObject({ name: 'RunnerError', code: 'write_not_supported' })
    reader.detach()
    expect(readdirSync(stateDir)).toEqual([])
  })
})

describe('a dispatcher that leaves', () => {
  it('hands its runs to their supervisor', async () => {
    const stateDir = tempFolder()
    const first = await openRunner({ ...OPTIONS, stateDir })
    await first.note('long')
    const run = first.run(runSpec('long', { steps: [sh('sleep 1; echo done')] }))
    const left = expect(run).rejects.toMatchObject({ code: 'detached' })
    const { runner, layout } = await world({ stateDir })
    await until('it runs', () => supervisorOf(layout('long')) > 0)
    first.detach()
    await left
    await expect(first.run(runSpec('long'))).rejects.toMatchObject({ code: 'detached' })
    expect(await runner.attach('long')).toMatchObject({ status: 'succeeded', logTail: 'done\n' })
  })

  it('by stopAll ends them, and lets them roll back', async () => {
    const { go, runner, layout } = await world()
    const run = go('stop', { steps: [sh('echo up; sleep 300')], onFailure: [sh('echo down')] })
    const other = go('other', { steps: [sh("trap '' TERM; while :; do sleep 0.1; done")] })
    await until('the other runs', () => supervisorOf(layout('other')) > 0)
    await until('it said so', () => existsSync(layout('stop').log))
    await runner.stopAll()
    expect(await run).toMatchObject({ status: 'cancelled', failedStep: 'step', exitCode: null })
    expect((await run).logTail).toBe('up\n[countersign] step step was cancelled\ndown\n')
    expect(await other).toMatchObject({ status: 'cancelled' })
    await runner.stopAll()
  })
})
