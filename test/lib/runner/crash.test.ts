import { spawn } from 'node:child_process'
import { existsSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunEnd } from '../../../lib/runner/port.js'
import { bootId, renderIdentity } from '../../../lib/runner/process-identity.js'
import { readProcess } from '../../../lib/runner/process-table.js'
import { runReader } from '../../../lib/runner/run-reader.js'
import {
  END_KEY,
  isRunning,
  kill,
  PATH,
  pidsIn,
  readText,
  runSpec,
  sh,
  supervisorOf,
  tempFolder,
  until,
  world,
} from './fixture.js'
import { builtSupervisor } from './supervisor-build.js'

describe('a supervisor that is killed', () => {
  it('loses its run, whose processes are killed when that is noticed', async () => {
    const { go, runner, layout, outside, stateDir } = await world()
    const pids = join(outside, 'pids')
    const text = `echo started; setsid sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 0.1; done' & echo $$ >> ${pids}; sleep 300`
    const run = go('lost', { steps: [sh(text)] })
    await until('it runs', () => pidsIn(pids).length === 2 && readText(layout('lost').log) !== '')
    kill(supervisorOf(layout('lost')))
    const end = await run
    expect(end).toMatchObject({ status: 'indeterminate', reason: 'end_unknown', exitCode: null, logTail: 'started\n' })
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
    expect(await runner.state('lost')).toMatchObject({ kind: 'lost', end: { status: 'indeterminate' } })
    expect(await runReader(stateDir, END_KEY).state('lost')).toMatchObject({ kind: 'lost' })
    await expect(runner.run(runSpec('lost'))).rejects.toMatchObject({ code: 'already_started' })
    await expect(runner.note('lost')).rejects.toMatchObject({ code: 'already_started' })
  })

  it('is replaced for the runs that come after', async () => {
    const { go, layout } = await world()
    await go('one', { steps: [sh('true')] })
    kill(supervisorOf(layout('one')))
    expect((await go('two', { steps: [sh('echo two')] })).status).toBe('succeeded')
    expect(supervisorOf(layout('two'))).not.toBe(supervisorOf(layout('one')))
  })

  it('at random moments never makes a run happen twice, nor a lost run look finished', async () => {
    const { runner, layout, outside } = await world()
    const effects = join(outside, 'effects')
    const seen: Record<string, number> = {}
    for (let i = 0; i < 20; i++) {
      const nonce = `r${i}`
      await runner.note(nonce)
      const run = runner.run(runSpec(nonce, { steps: [sh(`echo ${nonce} >> ${effects}; sleep 0.0${i % 5}`)] }))
      const ended = run.then((end) => end.status)
      await sleep((i * 7) % 60)
      const supervisor = supervisorOf(layout(nonce))
      if (supervisor > 0) kill(supervisor)
      const status = await ended
      const happened = readText(effects)
        .split('\n')
        .filter((line) => line === nonce).length
      expect(happened).toBeLessThanOrEqual(1)
      if (status === 'succeeded') expect(happened).toBe(1)
      else expect(status).toBe('indeterminate')
      expect((await runner.state(nonce)).kind).toBe(status === 'succeeded' ? 'finished' : 'lost')
      seen[status] = (seen[status] ?? 0) + 1
    }
    expect(Object.keys(seen)).toContain('indeterminate')
  }, 90_000)

  it('that cannot be started leaves the run noted', async () => {
    const { runner, go } = await world({ supervisor: ['/no/such/program'] })
    await expect(go('x', { steps: [sh('true')] })).rejects.toMatchObject({ code: 'supervisor_failed' })
    expect(await runner.state('x')).toEqual({ kind: 'noted' })
    const dying = await world({ supervisor: ['/bin/false'] })
    await expect(dying.go('x', { steps: [sh('true')] })).rejects.toMatchObject({ code: 'supervisor_failed' })
    expect(await dying.runner.state('x')).toEqual({ kind: 'noted' })
  })
})

describe('a run that was closed before its start', () => {
  const END: RunEnd = {
    ...{ status: 'failed', reason: 'could_not_start', exitCode: null, failedStep: null, startedAt: null, endedAt: 1 },
    ...{ outputs: {}, logSha256: null, logTail: 'no secret', externalId: null },
  }

  it('has that end for ever, also for who comes after, and never starts', async () => {
    const { runner, layout, stateDir, outside } = await world()
    await runner.note('x')
    await runner.close('x', END)
    expect(await runner.attach('x')).toEqual(END)
    const ran = join(outside, 'ran')
    const after = await world({ stateDir })
    expect(await after.runner.state('x')).toEqual({ kind: 'finished', end: END })
    for (const each of [runner, after.runner]) {
      const start = each.run(runSpec('x', { steps: [sh(`touch ${ran}`)] }))
      await expect(start).rejects.toMatchObject({ code: 'already_started' })
      await expect(each.note('x')).rejects.toMatchObject({ code: 'already_started' })
    }
    expect(existsSync(ran)).toBe(false)
    await after.runner.forget('x')
    expect(existsSync(layout('x').folder)).toBe(false)
  })

  it('is none where it was started, closed already, or never noted', async () => {
    const { runner, go } = await world()
    const ended = await go('ran', { steps: [sh('true')] })
    await expect(runner.close('ran', END)).rejects.toMatchObject({ code: 'already_started' })
    expect(await runner.state('ran')).toEqual({ kind: 'finished', end: ended })
    await runner.note('x')
    await runner.close('x', END)
    await expect(runner.close('x', { ...END, logTail: 'other' })).rejects.toMatchObject({ code: 'already_started' })
    expect(await runner.attach('x')).toEqual(END)
    await expect(runner.close('y', END)).rejects.toMatchObject({ code: 'not_noted' })
  })

  it('stays noted where the end cannot be written', async () => {
    const { runner } = await world()
    await runner.note('x')
    const full: RunEnd = {
      ...END,
      get logTail(): string {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
      },
    }
    await expect(runner.close('x', full)).rejects.toMatchObject({ code: 'system_failed' })
    expect(await runner.state('x')).toEqual({ kind: 'noted' })
    expect((await runner.run(runSpec('x', { steps: [sh('true')] }))).status).toBe('succeeded')
  })

  it('is indeterminate where its dispatcher died before the end was whole', async () => {
    const { runner, layout } = await world()
    await runner.note('x')
    await runner.close('x', END)
    truncateSync(layout('x').end, 10)
    expect(await runner.state('x')).toEqual({ kind: 'unknown' })
    await expect(runner.run(runSpec('x', { steps: [sh('true')] }))).rejects.toMatchObject({ code: 'already_started' })
  })
})

describe('a dispatcher that is killed', () => {
  const LOADER = new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url).href
  const DAEMON = [process.execPath, '--import', LOADER, fileURLToPath(new URL('./daemon.ts', import.meta.url))]

  /** A dispatcher in a process of its own, that starts one run and says so. */
  async function daemon(stateDir: string, nonce: string, text: string): Promise<number> {
    const [program = '', ...args] = DAEMON
    const child = spawn(program, [...args, builtSupervisor(), stateDir, nonce, text], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await until('the dispatcher has ordered its run', () => said.includes('ordered'))
    return child.pid ?? 0
  }

  it('finds its run again, and the true result', async () => {
    const stateDir = tempFolder()
    const outside = tempFolder()
    const effect = join(outside, 'effect')
    const pid = await daemon(stateDir, 'again', `echo before; sleep 1; echo after; echo x >> ${effect}; exit 5`)
    const { runner, layout } = await world({ stateDir })
    await until('it runs', () => readText(layout('again').log).includes('before'))
    kill(pid)
    expect((await runner.state('again')).kind).toBe('running')
    await expect(runner.run(runSpec('again', { steps: [sh(`echo twice >> ${effect}`)] }))).rejects.toMatchObject({
      code: 'already_started',
    })
    const end = await runner.attach('again')
    expect(end).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 5, logTail: 'before\nafter\n' })
    expect(readText(effect)).toBe('x\n')
    const supervisor = supervisorOf(layout('again'))
    await until('its supervisor has ended too', () => !isRunning(supervisor))
    expect(await runner.state('again')).toEqual({ kind: 'finished', end })
  })

  it('leaves a run that can be stopped, and one that still keeps its limit', async () => {
    const stateDir = tempFolder()
    const first = await daemon(stateDir, 'stopped', 'sleep 300')
    const { runner, layout } = await world({ stateDir })
    await until('it runs', () => supervisorOf(layout('stopped')) > 0)
    kill(first)
    await runner.stopAll()
    expect(await runner.attach('stopped')).toMatchObject({ status: 'cancelled' })
    const second = await daemon(stateDir, 'limited', 'LIMIT')
    await until('it runs', () => supervisorOf(layout('limited')) > 0)
    kill(second)
    expect(await runner.attach('limited')).toMatchObject({ status: 'timed_out' })
  })

  it('with its supervisor and its run leaves a lost run and no process', async () => {
    const stateDir = tempFolder()
    const outside = tempFolder()
    const pids = join(outside, 'pids')
    const pid = await daemon(
      stateDir,
      'all',
      `echo $$ >> ${pids}; env -i PATH=${PATH} setsid sh -c 'echo $$ >> ${pids}; sleep 300' & sleep 300`,
    )
    const { runner, layout } = await world({ stateDir })
    await until('it runs', () => pidsIn(pids).length === 2)
    const [step = 0, child = 0] = pidsIn(pids)
    for (const each of [pid, supervisorOf(layout('all')), step]) kill(each)
    await until('the supervisor is gone', () => !isRunning(supervisorOf(layout('all'))))
    expect((await runner.attach('all')).status).toBe('indeterminate')
    expect(isRunning(child)).toBe(false)
  })
})

describe('what lies on the disk', () => {
  it('is read for what it is', async () => {
    const { runner, layout, stateDir } = await world()
    const reader = runReader(stateDir, END_KEY)
    const sleeper = spawn('/bin/sleep', ['300'], { stdio: 'ignore' })
    onTestFinished(() => void sleeper.kill('SIGKILL'))
    const pid = sleeper.pid ?? 0
    const me = { pid, startTicks: readProcess(pid)?.startTicks ?? 0, boot: bootId() }
    const startedBy = async (nonce: string, target: string) => {
      await runner.note(nonce)
      symlinkSync(target, layout(nonce).started)
      return (await reader.state(nonce)).kind
    }
    expect((await reader.state('none')).kind).toBe('unknown')
    expect(await startedBy('mine', renderIdentity(me))).toBe('running')
    expect(await startedBy('reused-pid', renderIdentity({ ...me, startTicks: me.startTicks + 1 }))).toBe('lost')
    expect(await startedBy('reboot', renderIdentity({ ...me, boot: '00000000-0000-0000-0000-000000000000' }))).toBe(
      'lost',
    )
    expect(await startedBy('dead', renderIdentity({ ...me, pid: 2 ** 22 + 1 }))).toBe('lost')
    expect(await startedBy('garbled', 'nonsense')).toBe('lost')
    await runner.note('half')
    symlinkSync(renderIdentity({ ...me, pid: 2 ** 22 + 1 }), layout('half').started)
    writeFileSync(layout('half').end, '{"status":"succeeded","reason":"en')
    expect((await reader.state('half')).kind).toBe('lost')
    for (const nonce of ['mine', 'reused-pid', 'reboot', 'dead', 'garbled', 'half']) {
      await expect(runner.run(runSpec(nonce))).rejects.toMatchObject({ code: 'already_started' })
    }
  })

  it('of a power failure calls lost what may have been started, and noted what was not', async () => {
    const { runner, go, stateDir, layout } = await world()
    for (let i = 0; i < 40; i++) await runner.note(`n${i}`)
    await go('first', { steps: [sh('true')] })
    const folder = join(stateDir, 'runs', '.leases')
    const boot = bootId()
    // As after a reboot that lost what was not synced: another boot, and no marker.
    for (const name of readdirSync(folder)) {
      writeFileSync(
        join(folder, name.replace(boot, '00000000-0000-0000-0000-000000000000')),
        readText(join(folder, name)),
      )
    }
    const kinds = await Promise.all(Array.from({ length: 40 }, async (_, i) => (await runner.state(`n${i}`)).kind))
    expect(kinds.slice(0, 31)).toEqual(Array.from({ length: 31 }, () => 'lost'))
    expect(kinds.slice(31)).toEqual(Array.from({ length: 9 }, () => 'noted'))
    expect(supervisorOf(layout('n39'))).toBe(0)
    await runner.note('later')
    expect((await runner.state('later')).kind).toBe('noted')
  })

  it('is no path outside of the runs', async () => {
    const { runner, stateDir } = await world()
    for (const nonce of ['../x', '.', '..', '', 'a/b', '.leases', 'a\0b', `${'x'.repeat(65)}`]) {
      await expect(runner.note(nonce)).rejects.toMatchObject({ code: 'nonce_invalid' })
      await expect(runner.forget(nonce)).rejects.toMatchObject({ code: 'nonce_invalid' })
      await expect(runReader(stateDir, END_KEY).state(nonce)).rejects.toMatchObject({ code: 'nonce_invalid' })
    }
  })

  it('that a run put in the place of our files blocks nobody', async () => {
    const { go, runner, layout } = await world()
    const evil = 'cd ../..; for f in end.json processes log prompt; do rm -f $f; mkfifo $f; done; sleep 2'
    const end = await go('evil', { steps: [sh(evil)] })
    expect(end.status).toBe('succeeded')
    expect(await runner.state('evil')).toEqual({ kind: 'finished', end })
    const forged = await go('forged', { steps: [sh(`cp ${layout('evil').end} ../../end.json; exit 9`)] })
    expect(forged).toMatchObject({ status: 'failed', exitCode: 9 })
    expect(await runner.state('forged')).toEqual({ kind: 'finished', end: forged })
    const folder = await go('folder', {
      steps: [sh('mkdir -p ../../end.json/x; ln -s /etc/passwd ../../log; echo hi')],
    })
    expect(await runner.state('folder')).toEqual({ kind: 'finished', end: folder })
  })
})

describe('two dispatchers on one folder', () => {
  it('that start the same run make it happen once', async () => {
    const stateDir = tempFolder()
    const effects = join(tempFolder(), 'effects')
    const worlds = [await world({ stateDir }), await world({ stateDir }), await world({ stateDir })]
    for (let i = 0; i < 10; i++) {
      const nonce = `race${i}`
      await Promise.all(worlds.map(({ runner }) => runner.note(nonce)))
      const spec = runSpec(nonce, { steps: [sh(`echo ${nonce} >> ${effects}`)] })
      const results = await Promise.allSettled(worlds.map(({ runner }) => runner.run(spec)))
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'already_started' })
    }
    expect(readText(effects).split('\n').filter(Boolean).sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `race${i}`).sort(),
    )
  })
})
