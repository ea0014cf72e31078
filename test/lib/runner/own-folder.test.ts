/** What a run does to the folder it works in, and what is said of it then (law 8). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runReader } from '../../../lib/runner/run-reader.js'
import { END_KEY, isRunning, kill, pidsIn, readText, runSpec, sh, supervisorOf, until, world } from './fixture.js'

/** Says who it is, does `what`, and stays until it is ended. */
const stays = (pids: string, what: string) => `echo $$ >> ${pids}; ${what}; exec sleep 300`

describe('a run that removes', () => {
  it('all around it is still known, and followed to its end', async () => {
    const { go, runner, layout, outside, stateDir } = await world()
    const go2 = join(outside, 'go')
    const wait = `while ! [ -e ${go2} ]; do sleep 0.02; done`
    const run = go('around', { steps: [sh(`cd ..; rm -rf ./* .[!.]*; echo gone; ${wait}; exit 6`)] })
    await until('it removed them', () => readText(layout('around').log) === 'gone\n')
    const { runner: other } = await world({ stateDir })
    expect((await other.state('around')).kind).toBe('running')
    const followed = other.attach('around')
    const again = runSpec('around', { steps: [sh('echo twice')] })
    await expect(other.run(again)).rejects.toMatchObject({ code: 'already_started' })
    await expect(other.note('around')).rejects.toMatchObject({ code: 'already_started' })
    await expect(other.forget('around')).rejects.toMatchObject({ code: 'still_running' })
    await go('open', { steps: [sh(`touch ${go2}`)] })
    const end = await run
    expect(end).toMatchObject({ status: 'failed', exitCode: 6, logTail: 'gone\n' })
    expect(await followed).toEqual(end)
    expect(await runner.state('around')).toEqual({ kind: 'finished', end })
  })

  it('its own folder runs its next step in a new one, and rolls back', async () => {
    const { go } = await world()
    const all = '"$(dirname "$HOME")"'
    for (const [nonce, own] of Object.entries({ all, each: '"$HOME" "$TMPDIR" "$PWD"' })) {
      const second = `ls; touch "$HOME/h" "$TMPDIR/t"; rm -rf ${all}; exit 3`
      const end = await go(nonce, {
        steps: [sh(`echo left > left; rm -rf ${own}`), sh(second)],
        onFailure: [sh('echo undone in $(basename "$PWD"); echo k=v > "$COUNTERSIGN_OUTPUT"')],
      })
      expect(end).toMatchObject({ status: 'failed', exitCode: 3, logTail: 'undone in work\n', outputs: { k: 'v' } })
    }
  })

  it.each([
    ['the folder of all runs', '', ''],
    ['the pipes of its supervisor', '', '/.pipes-*/*'],
    [
      'the pipes of its supervisor, and leaves somebody on its own',
      'env -i setsid sh -c "cd /; sleep 300 &"; sleep 0.2;',
      '/.pipes-*',
    ],
  ])('%s ends as it does, and so do those after it', async (_, before, what) => {
    const { go, stateDir } = await world()
    await go('before', { steps: [sh('echo one')] })
    const removed = await go('removes', { steps: [sh(`${before} rm -rf ${stateDir}/runs${what}; echo two`)] })
    expect(removed).toMatchObject({ status: 'succeeded', exitCode: 0 })
    for (const nonce of ['next', 'last'])
      expect(await go(nonce, { steps: [sh('echo three')] })).toMatchObject({ status: 'succeeded', logTail: 'three\n' })
  })

  it('the marker of its start never looks as if it had not started, nor starts again', async () => {
    const { go, layout, outside, stateDir } = await world()
    const effects = join(outside, 'effects')
    const ways = {
      marker: 'rm ../../started',
      all: 'cd ../..; rm -rf ./*',
      swapped: 'rm ../../started; ln -s nobody ../../started',
      file: 'rm ../../started; echo > ../../started',
      folder: 'rm ../../started; mkdir ../../started',
    }
    for (const [nonce, way] of Object.entries(ways)) {
      const pids = join(outside, `pids-${nonce}`)
      await go(`before-${nonce}`, {})
      const supervisor = supervisorOf(layout(`before-${nonce}`))
      const run = go(nonce, { steps: [sh(stays(pids, `echo ${nonce} >> ${effects}; ${way}`))] })
      await until('it removed it', () => pidsIn(pids).length === 1 && supervisorOf(layout(nonce)) === 0)
      expect((await runReader(stateDir, END_KEY).state(nonce)).kind).toBe('lost')
      kill(supervisor)
      expect(await run).toMatchObject({ status: 'indeterminate', reason: 'end_unknown' })
      expect(pidsIn(pids).filter(isRunning)).toEqual([])
      const { runner: other } = await world({ stateDir })
      expect((await other.state(nonce)).kind).toBe('lost')
      const again = runSpec(nonce, { steps: [sh(`echo ${nonce} >> ${effects}`)] })
      await expect(other.run(again)).rejects.toMatchObject({ code: 'already_started' })
      await expect(other.note(nonce)).rejects.toMatchObject({ code: 'already_started' })
      expect((await other.attach(nonce)).status).toBe('indeterminate')
    }
    expect(readText(effects).split('\n').filter(Boolean)).toEqual(Object.keys(ways))
  })

  it('everything that is ours too is unknown, and neither noted nor finished', async () => {
    const { go, layout, outside, stateDir } = await world()
    const pids = join(outside, 'pids')
    const run = go('nothing', { steps: [sh(stays(pids, `rm -rf ${layout('nothing').folder}`))], timeoutMs: 2_000 })
    await until('it removed it', () => pidsIn(pids).length === 1 && !existsSync(layout('nothing').folder))
    const { runner: other } = await world({ stateDir })
    expect((await other.state('nothing')).kind).toBe('unknown')
    await expect(other.run(runSpec('nothing', { steps: [sh('echo')] }))).rejects.toMatchObject({ code: 'not_noted' })
    // Who ordered it hears how it ended all the same.
    expect(await run).toMatchObject({ status: 'timed_out' })
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })
})
