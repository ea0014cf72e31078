import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRunning, LIMITS, OPTIONS, pidsIn, sh, tempFolder, until, world } from './fixture.js'

/** Writes its own pid to a file and stays. */
const STAY = (file: string) => `sh -c 'echo $$ >> ${file}; exec sleep 300'`

describe('the time limit', () => {
  it('ends a run that ignores SIGTERM, with all that it started', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    const text = `trap '' TERM; echo $$ >> ${pids}; ${STAY(pids)} & ${STAY(pids)} & while :; do sleep 1; done`
    const end = await go('stubborn', { steps: [sh(text), sh('echo never')], timeoutMs: 500 })
    expect(end).toMatchObject({ status: 'timed_out', reason: 'time_limit', exitCode: null, failedStep: 'step' })
    expect(end.logTail).toBe('[countersign] step step reached the time limit\n')
    // It has no end of its own: that there is one is the limit's work, however slow the machine.
    expect(pidsIn(pids)).toHaveLength(3)
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })

  it('lets a run that hears SIGTERM tidy up', async () => {
    const { go } = await world()
    const text = "trap 'echo tidied; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    const end = await go('tidy', { steps: [sh(text)], timeoutMs: 500 })
    expect(end).toMatchObject({ status: 'timed_out', exitCode: null })
    expect(end.logTail).toMatch(/^ready\n(Terminated\n)?tidied\n\[countersign] step/)
  })

  it('leaves an allowance to roll back, and bounds that too', async () => {
    const { go } = await world()
    const rolled = await go('a', {
      steps: [sh('sleep 300')],
      onFailure: [sh('sleep 0.3; echo undone')],
      timeoutMs: 300,
    })
    expect(rolled.status).toBe('timed_out')
    expect(rolled.logTail).toContain('undone')
    const limits = { ...LIMITS, rollbackMs: 300 }
    const bounded = await world({ limits })
    const stuck = await bounded.go('b', {
      steps: [sh('exit 1')],
      onFailure: [sh('sleep 300', 'undo')],
      timeoutMs: 5_000,
    })
    expect(stuck).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 1 })
    expect(stuck.logTail).toContain('on_failure step undo reached the time limit')
  })
})

describe('processes that fork away', () => {
  const ESCAPES: Record<string, (file: string) => string> = {
    'in the background': (file) => `${STAY(file)} &`,
    'into a session of its own': (file) => `setsid ${STAY(file)} >/dev/null 2>&1 &`,
    'by a double fork, out of the folder': (file) => `cd /; (setsid ${STAY(file)} </dev/null >/dev/null 2>&1 &) &`,
    'without an environment': (file) => `env -i PATH="$PATH" ${STAY(file)} >/dev/null 2>&1 &`,
    'without environment and session': (file) => `env -i PATH="$PATH" setsid ${STAY(file)} >/dev/null 2>&1 &`,
    'ignoring SIGTERM': (file) => `setsid sh -c 'trap "" TERM; echo $$ >> ${file}; while :; do sleep 0.1; done' &`,
    'holding the output open': (file) => `${STAY(file)} 2>&1 &`,
  }
  for (const [name, flee] of Object.entries(ESCAPES)) {
    it(`${name} end with their run`, async () => {
      const { go, outside } = await world()
      const pids = join(outside, 'pids')
      const end = await go('away', {
        steps: [sh(`${flee(pids)}\nwhile ! [ -s ${pids} ]; do sleep 0.01; done`), sh('echo done')],
      })
      expect(end).toMatchObject({ status: 'succeeded', exitCode: 0 })
      expect(end.logTail).toMatch(
        /^done\n\[countersign] left in the background, and ended: (?:1 process|\d+ processes)\n$/,
      )
      expect(pidsIn(pids)).toHaveLength(1)
      expect(pidsIn(pids).filter(isRunning)).toEqual([])
    })
  }

  it('out of everything, after they were seen once, end with their run', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    // Its parent lives for as long as it takes to be seen; then nothing ties it to the run but that.
    const hidden = `setsid sh -c 'cd /; env -i PATH="$PATH" setsid ${STAY(pids).replaceAll("'", '"').replace('$$', '\\$\\$')} >/dev/null 2>&1 & sleep 3' &`
    const end = await go('seen', { steps: [sh(`${hidden}\nsleep 4`)] })
    expect(end.status).toBe('succeeded')
    expect(pidsIn(pids)).toHaveLength(1)
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })

  it('as a crowd that multiplies end with their run', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    writeFileSync(
      join(outside, 'hydra.sh'),
      `echo $$ >> ${pids}\ntrap '' TERM\nn=$1\nif [ $n -gt 0 ]; then setsid sh ${outside}/hydra.sh $((n-1)) & setsid sh ${outside}/hydra.sh $((n-1)) & fi\nsleep 300\n`,
    )
    const end = await go('crowd', { steps: [sh(`sh ${outside}/hydra.sh 5`)], timeoutMs: 1_500 })
    expect(end.status).toBe('timed_out')
    expect(pidsIn(pids).length).toBeGreaterThan(50)
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })

  it('that a short run left are found where the last pid that is told is the host’s', async (context) => {
    const told = join(tempFolder(), 'loadavg')
    const file = openSync(told, 'w')
    onTestFinished(() => closeSync(file))
    let last = 4_000_000
    // In its place: who reads meanwhile must not find an empty file.
    const tell = () => writeSync(file, `0.10 0.20 0.30 1/100 ${last++}\n`, 0)
    tell()
    const hidden = ['unshare', '-m', '/bin/sh', '-c', `mount --bind ${told} /proc/loadavg && exec "$@"`, 'sh']
    if (spawnSync(hidden[0] ?? '', [...hidden.slice(1), 'true']).status !== 0) return context.skip()
    const telling = setInterval(tell, 1)
    onTestFinished(() => clearInterval(telling))
    const { go, outside } = await world({ supervisor: [...hidden, ...OPTIONS.supervisor] })
    const pids = join(outside, 'pids')
    const end = await go('short', {
      steps: [sh(`${STAY(pids)} >/dev/null 2>&1 & while ! [ -s ${pids} ]; do sleep 0.3; done`)],
    })
    expect(end.status).toBe('succeeded')
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
  })

  it('of other runs are left alone', async () => {
    const { go, runner, outside, layout } = await world()
    const pids = join(outside, 'pids')
    const other = go('other', { steps: [sh(`${STAY(pids)} & wait`)] })
    await until('the other run is there', () => pidsIn(pids).length === 1)
    expect((await go('one', { steps: [sh('sleep 300 & kill $$')], timeoutMs: 5_000 })).exitCode).toBe(143)
    expect(pidsIn(pids).filter(isRunning)).toHaveLength(1)
    expect((await runner.state('other')).kind).toBe('running')
    await runner.stopAll()
    expect(await other).toMatchObject({ status: 'cancelled' })
    expect(existsSync(layout('other').end)).toBe(true)
  })
})

describe('output', () => {
  it('of a flood is capped, and the run goes on to its end', async () => {
    const { go, layout } = await world()
    const end = await go('flood', {
      steps: [sh('yes | head -c 100000000; echo; echo the end')],
      secretValues: ['hunter2hunter2'],
      timeoutMs: 60_000,
    })
    expect(end.status).toBe('succeeded')
    const { size } = statSync(layout('flood').log)
    expect(size).toBeLessThanOrEqual(LIMITS.outputBytes)
    expect(size).toBeGreaterThan(LIMITS.outputBytes - 10_000)
    expect(end.logTail).toMatch(
      /y\ny\n\nthe end\n\n\[countersign] \d+ bytes of output are not in the log: the limit is \d+\n$/,
    )
    expect(Buffer.byteLength(end.logTail)).toBeLessThanOrEqual(LIMITS.logTailBytes)
    const dropped = Number(/(\d+) bytes of output/.exec(end.logTail)?.[1])
    expect(dropped + size).toBeGreaterThanOrEqual(100_000_000)
  }, 60_000)

  it('of a flood that never ends does not keep others from their work, nor from its own limit', async () => {
    const { go, runner } = await world({ limits: { ...LIMITS, outputBytes: 1_000_000 } })
    const flood = go('flood', { steps: [sh('exec yes')], timeoutMs: 60_000 })
    for (let i = 0; i < 5; i++) expect((await go(`other${i}`, { steps: [sh('echo hi')] })).logTail).toBe('hi\n')
    const short = await go('short', { steps: [sh('exec yes')], timeoutMs: 500 })
    expect(short).toMatchObject({ status: 'timed_out' })
    // Had they waited for it, it would be over.
    expect((await runner.state('flood')).kind).toBe('running')
    await runner.stopAll()
    expect(await flood).toMatchObject({ status: 'cancelled' })
  })

  it('that is not UTF-8 becomes a valid tail within its limit', async () => {
    const { go } = await world()
    const end = await go('bytes', {
      steps: [sh("head -c 20000 /dev/zero | tr '\\0' '\\377'; printf 'é%.0s' $(seq 5000)")],
    })
    expect(Buffer.byteLength(end.logTail)).toBeLessThanOrEqual(LIMITS.logTailBytes)
    expect(end.logTail).toMatch(/^é+$/)
  })

  it('held open by a process that hid everything else ends with it', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    // No marker, no session, no folder, no parent.
    const text = `env -i PATH="$PATH" setsid sh -c 'cd /; (echo $$ >> ${pids}; exec sleep 300) & exit'\nwhile ! [ -s ${pids} ]; do sleep 0.01; done`
    const end = await go('hold', { steps: [sh(text)] })
    expect(end.status).toBe('succeeded')
    // Had it waited for the output to be closed, it would have been for those 300 seconds.
    expect(end.endedAt - (end.startedAt ?? 0)).toBeLessThan(60_000)
    await until('it has ended', () => !pidsIn(pids).some(isRunning))
  })
})
