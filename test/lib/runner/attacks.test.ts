/** What a run does against those who watch it (law 9). Floods and processes that hide: `limits.test.ts`. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { endKeyOf, seal } from '../../../lib/runner/end-seal.js'
import { runReader } from '../../../lib/runner/run-reader.js'
import { fewerRights } from '../../machine/fewer-rights.js'
import { END_KEY, isRunning, LIMITS, OPTIONS, pidsIn, readText, sh, supervisorOf, until, world } from './fixture.js'

/** The pid of the supervisor, in a step: the parent of the launcher. */
const SUPERVISOR_PID = '$(sed "s/.*) //" /proc/$PPID/stat | cut -d" " -f2)'

async function grows(file: string): Promise<boolean> {
  const before = pidsIn(file).length
  await sleep(200)
  return pidsIn(file).length > before
}

describe('a step', () => {
  it('that closes all its files goes on to its end', async () => {
    const { go } = await world()
    const end = await go('closed', {
      steps: [sh('echo before; exec 0<&- 1>&- 2>&-; sleep 0.3; touch done; exit 3')],
      onFailure: [sh('ls')],
    })
    expect(end).toMatchObject({ status: 'failed', exitCode: 3, logTail: 'before\ndone\n' })
  })

  it('that shuts the folder of its run is asked about, and tells its end, all the same', async (context) => {
    const fewer = fewerRights()
    if (fewer === null) return context.skip('modes of files mean nothing to this user')
    const { go, runner, outside, layout, stateDir } = await world({ supervisor: [...fewer, ...OPTIONS.supervisor] })
    const shut = 'chmod 0 "$HOME/../.."'
    const gate = (name: string) => join(outside, name)
    const isShut = () => (statSync(layout('shut').folder).mode & 0o777) === 0
    const run = go('shut', { steps: [sh(`${shut}; until test -e ${gate('one')}; do sleep 0.05; done; ${shut}`)] })
    await until('it has shut it', () => existsSync(layout('shut').folder) && isShut())
    expect((await runner.state('shut')).kind).toBe('running')
    expect(isShut()).toBe(false)
    const supervisor = supervisorOf(layout('shut'))
    const left = expect(run).rejects.toMatchObject({ code: 'detached' })
    runner.detach()
    await left
    writeFileSync(gate('one'), '')
    await until('its supervisor has ended', () => !isRunning(supervisor))
    expect(await runReader(stateDir, END_KEY).state('shut')).toMatchObject({ end: { status: 'succeeded' } })
  })

  it('that forbids to remove what it said in COUNTERSIGN_OUTPUT ends as it ended, with its outputs', async (context) => {
    const fewer = fewerRights()
    if (fewer === null) return context.skip('modes of files mean nothing to this user')
    const { go } = await world({ supervisor: [...fewer, ...OPTIONS.supervisor] })
    const steps = [sh('echo said=this >> "$COUNTERSIGN_OUTPUT"; chmod 500 "$(dirname "$COUNTERSIGN_OUTPUT")"')]
    expect(await go('forbids', { steps })).toMatchObject({ status: 'succeeded', outputs: { said: 'this' } })
  })

  it('that becomes another program ends as that program does', async () => {
    const { go } = await world()
    expect(await go('exits', { steps: [sh('exec sh -c "exit 9"')] })).toMatchObject({ status: 'failed', exitCode: 9 })
    expect(await go('dies', { steps: [sh("exec sh -c 'kill -9 $$'")] })).toMatchObject({ exitCode: 137 })
    expect(await go('stays', { steps: [sh('exec sleep 300')], timeoutMs: 300 })).toMatchObject({ status: 'timed_out' })
  })

  it('that starts a hundred processes, each in a session of its own, ends with all of them', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    const stay = `sh -c 'trap "" TERM HUP; echo $$ >> ${pids}; while :; do sleep 1; done'`
    const wait = `while [ "$(wc -l < ${pids} 2>/dev/null || echo 0)" -lt 100 ]; do sleep 0.05; done`
    const end = await go('hundred', {
      steps: [sh(`i=0; while [ $i -lt 100 ]; do setsid ${stay} & i=$((i+1)); done; ${wait}`)],
    })
    expect(end).toMatchObject({ status: 'succeeded', exitCode: 0 })
    expect(pidsIn(pids)).toHaveLength(100)
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })

  // Each lives for a moment and leaves another behind, in a session of its own: no list of processes ever has it. When the
  // test is over, the script is gone, and so is the last of them.
  for (const pause of ['', 'sleep 0.01; ']) {
    const name = pause === '' ? 'at once' : 'after a moment'
    it(`that hops on from process to process ${name} ends with its run`, async () => {
      const { go, outside } = await world()
      const hops = join(outside, 'hops')
      const script = join(outside, 'hop.sh')
      writeFileSync(script, `trap '' TERM\necho $$ >> ${hops}\n${pause}setsid sh ${script} &\nexit\n`)
      const start = `for i in 1 2 3; do sh ${script} & done`
      const short = await go('short', { steps: [sh(`${start}; while ! [ -s ${hops} ]; do sleep 0.01; done`)] })
      expect(short.status).toBe('succeeded')
      expect(await grows(hops)).toBe(false)
      const long = await go('long', { steps: [sh(`${start}; sleep 300`)], timeoutMs: 1_000 })
      expect(long.status).toBe('timed_out')
      expect(await grows(hops)).toBe(false)
      expect(pidsIn(hops).length).toBeGreaterThan(20)
    })
  }

  it('that kills its supervisor is lost, and leaves no process', async () => {
    const { go, outside, runner } = await world()
    const pids = join(outside, 'pids')
    const text = `trap '' TERM; echo $$ >> ${pids}; kill -9 ${SUPERVISOR_PID}; while :; do sleep 0.1; done`
    const end = await go('patricide', { steps: [sh(text)], onFailure: [sh(`echo 1 >> ${pids}`)] })
    expect(end).toMatchObject({ status: 'indeterminate', reason: 'end_unknown' })
    expect(pidsIn(pids)).toHaveLength(1)
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
    expect((await runner.state('patricide')).kind).toBe('lost')
    expect((await go('next', { steps: [sh('echo next')] })).logTail).toBe('next\n')
  })
})

describe('a run that writes its own end', () => {
  const made = JSON.stringify({
    ...{ status: 'succeeded', reason: 'ended', exitCode: 0, failedStep: null, startedAt: 1, endedAt: 2 },
    ...{ outputs: {}, logSha256: null, logTail: '', externalId: null },
  })

  it.each([
    ['by its own words', () => `printf '%s\\n' '${made}'`],
    ['with a seal of its own', () => `printf '%s\\n' '${seal(made, 'forger', 'a guess').replace('\n', "' '").trim()}'`],
    ['as that of another run, seal and all', (other: string) => `cat ${other}`],
  ])('%s is followed to the true one; without a supervisor it is lost', async (_, forge) => {
    const { go, layout, outside, stateDir } = await world()
    await go('other', { steps: [sh('true')] })
    const write = (place: string) => `${forge(layout('other').end)} > ${place}; touch ${join(outside, 'wrote')}`
    const wait = `while ! [ -e ${join(outside, 'go')} ]; do sleep 0.02; done`
    const run = go('forger', { steps: [sh(`${write('../../end.json')}; ${wait}; exit 9`)] })
    await until('it wrote', () => existsSync(join(outside, 'wrote')))
    expect(readText(layout('forger').end)).toContain('succeeded')
    const { runner: later } = await world({ stateDir })
    expect((await later.state('forger')).kind).toBe('running')
    writeFileSync(join(outside, 'go'), '')
    expect(await run).toMatchObject({ status: 'failed', exitCode: 9 })
    expect(await later.attach('forger')).toEqual(await run)
    const killer = await go('killer', {
      steps: [sh(`${write('../../end.json')}; kill -9 ${SUPERVISOR_PID}; sleep 300`)],
    })
    expect(killer).toMatchObject({ status: 'indeterminate', reason: 'end_unknown' })
    expect((await later.state('killer')).kind).toBe('lost')
  })

  it('nor does it help to know the end of another dispatcher’s runs', async () => {
    const { go, layout, stateDir } = await world()
    await go('done', { steps: [sh('true')] })
    expect((await runReader(stateDir, END_KEY).state('done')).kind).toBe('finished')
    expect((await runReader(stateDir, 'another key').state('done')).kind).not.toBe('finished')
    expect(endKeyOf((bytes) => bytes)).not.toBe(endKeyOf((bytes) => Buffer.concat([bytes, bytes])))
    expect(readText(layout('done').end)).not.toContain(END_KEY)
  })
})

describe('the output file', () => {
  it('that is written without end is cut, and removed', async () => {
    const { go, layout } = await world()
    const end = await go('endless', { steps: [sh('exec yes key=value > "$COUNTERSIGN_OUTPUT"')], timeoutMs: 500 })
    expect(end).toMatchObject({ status: 'timed_out', outputs: { key: 'value' } })
    expect(end.logTail).toContain(`COUNTERSIGN_OUTPUT is cut at ${LIMITS.outputFileBytes} bytes`)
    expect(existsSync(layout('endless').output)).toBe(false)
  })

  it('that is far larger than memory, or never ends, is not read whole', async () => {
    const { go } = await world()
    const huge = await go('huge', {
      steps: [sh('echo a=b > "$COUNTERSIGN_OUTPUT"; truncate -s 100G "$COUNTERSIGN_OUTPUT"')],
    })
    expect(huge).toMatchObject({ status: 'succeeded', outputs: { a: 'b' } })
    const device = await go('device', { steps: [sh('ln -s /dev/zero "$COUNTERSIGN_OUTPUT"')] })
    expect(device).toMatchObject({ status: 'succeeded', outputs: {} })
  })

  it('that stays open in a process that hid is taken as it is', async () => {
    const { go } = await world()
    const hide = `env -i PATH="$PATH" setsid sh -c 'cd /; (sleep 0.5; exec yes late=1 > '"$COUNTERSIGN_OUTPUT"') >/dev/null 2>&1 & exit'`
    const end = await go('late', { steps: [sh(`echo early=1 > "$COUNTERSIGN_OUTPUT"; ${hide}`)] })
    expect(end.outputs).toEqual({ early: '1' })
  })
})

describe('output', () => {
  it('of one endless line costs the supervisor no memory', async () => {
    const { go, layout } = await world({ limits: { ...LIMITS, outputBytes: 1_000_000 } })
    await go('first', { steps: [sh('true')] })
    const peakKb = () => {
      const status = readFileSync(`/proc/${supervisorOf(layout('first'))}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1])
    }
    const before = peakKb()
    // Each byte could be the beginning of the secret.
    const end = await go('line', {
      steps: [sh('head -c 60000000 /dev/zero | tr "\\0" h')],
      secretValues: ['hunter2hunter2'],
      timeoutMs: 60_000,
    })
    expect(end.status).toBe('succeeded')
    expect(peakKb() - before).toBeLessThan(64 * 1024)
  })
})
