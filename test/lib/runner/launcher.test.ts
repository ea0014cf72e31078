import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Launcher } from '../../../lib/runner/launcher.js'
import { isRunning, pidsIn, readText, sh, tempFolder, until, world } from './fixture.js'

describe('a launcher', () => {
  it('starts the runs that come one after the other', async () => {
    const { go } = await world()
    const parents: string[] = []
    for (const nonce of ['a', 'b', 'c']) parents.push((await go(nonce, { steps: [sh('echo $PPID')] })).logTail)
    expect(new Set(parents).size).toBe(1)
    const alone = await go('alone', { steps: [sh('echo $PPID')], environment: { OTHER: '' } })
    expect(alone.logTail).not.toBe(parents[0])
  })

  it('gives a run its environment and its text, byte for byte, and nothing else', async () => {
    const { go, layout } = await world()
    const odd = `'"\\$(echo no)\`echo no\`\n#;&|<>*?~!{}[]()=%^ \t\r\u0001\u007f\u0081é\u00c1日本🙂 '\\'' -n \\n\\0`
    const chars = Array.from({ length: 0x600 }, (_, code) => String.fromCharCode(code))
      .slice(1)
      .join('')
    const environment = { VAR_ODD: odd, VAR_CHARS: chars, VAR_EMPTY: '', SECRET_X: 'x', COUNTERSIGN_ID: 'id' }
    const text = `cat /proc/$$/environ > "$TMPDIR/environ"; printf %s ${odd.includes("'") ? `'${odd.replaceAll("'", "'\\''")}'` : odd} > "$TMPDIR/text"`
    const end = await go('bytes', { steps: [sh(text)], environment })
    expect(end.status).toBe('succeeded')
    const { home, tmp, output } = layout('bytes')
    expect(readFileSync(join(tmp, 'text'), 'utf8')).toBe(odd)
    const seen = readFileSync(join(tmp, 'environ'), 'utf8').split('\0').filter(Boolean)
    const base = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: home,
      TMPDIR: tmp,
      LANG: 'C',
      COUNTERSIGN_OUTPUT: output,
      COUNTERSIGN_RUN: 'bytes',
    }
    expect(seen.sort()).toEqual(
      Object.entries({ ...environment, ...base })
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    )
  })

  it('leaves nothing of one run to the next', async () => {
    const { go } = await world()
    await go('one', {
      steps: [sh('cd /; export VAR_LEFT=1; umask 0; ulimit -n 64; set +e; exec >/dev/null')],
      environment: { VAR_A: 'a' },
    })
    const end = await go('two', {
      steps: [sh('pwd | grep -o two/own/work; umask; ulimit -n; env | grep -c VAR_ || true')],
    })
    const [work, umask, files, variables] = end.logTail.split('\n')
    expect([work, umask, variables]).toEqual(['two/own/work', '0077', '0'])
    expect(Number(files)).toBeGreaterThan(64)
  })

  it('outlives a run that signals its whole group', async () => {
    const { go } = await world()
    const end = await go('group', { steps: [sh("trap 'echo ended; kill 0' EXIT; sleep 300 & exit 4")] })
    expect(end).toMatchObject({ status: 'failed', failedStep: 'step' })
    expect(end.logTail).toMatch(/^ended\n/)
    expect(await go('next', { steps: [sh('echo next')] })).toMatchObject({ status: 'succeeded', logTail: 'next\n' })
  })

  it('that is killed by its run takes nobody with it', async () => {
    const { go, outside } = await world()
    const pids = join(outside, 'pids')
    const undo = join(outside, 'undone')
    const onFailure = [sh(`grep -qs 'State:.[RSD]' /proc/$(cat ${pids})/status || echo x >> ${undo}`)]
    const text = `trap '' TERM; echo $$ > ${pids}; kill -KILL $PPID; while :; do sleep 0.1; done`
    const end = await go('parent', { steps: [sh(text)], onFailure })
    expect(end).toMatchObject({ status: 'failed', exitCode: 137 })
    expect(pidsIn(pids).filter(isRunning)).toEqual([])
    expect(readText(undo)).toBe('x\n')
    expect(await go('all', { steps: [sh('kill -KILL 0')], onFailure: [sh('echo undone')] })).toMatchObject({
      status: 'failed',
      exitCode: 137,
    })
    expect((await go('next', { steps: [sh('echo next')] })).status).toBe('succeeded')
  })

  it('that is stopped by its run reaches the limit, and does not stay', async () => {
    const { go } = await world()
    for (const [nonce, who] of Object.entries({ parent: '$PPID', all: '0' })) {
      const end = await go(nonce, { steps: [sh(`kill -STOP ${who}`)], onFailure: [sh('echo undone')], timeoutMs: 500 })
      expect(end).toMatchObject({ status: 'timed_out', reason: 'time_limit' })
      expect(end.logTail).toContain('undone\n')
    }
    expect((await go('next', { steps: [sh('echo next')] })).logTail).toBe('next\n')
  })

  it('that gets no processor before the limit is reached starts nothing after it', async () => {
    const { go, outside } = await world()
    const pid = Number((await go('one', { steps: [sh('echo $PPID')] })).logTail)
    process.kill(pid, 'SIGSTOP')
    const begun = join(outside, 'begun')
    const onFailure = [sh(`kill -CONT ${pid} || echo gone; sleep 1; ls ${begun} || echo undone`)]
    const end = await go('late', { steps: [sh(`touch ${begun}`)], onFailure, timeoutMs: 500 })
    expect(end).toMatchObject({ status: 'timed_out', reason: 'time_limit' })
    expect(end.logTail).toContain('undone\n')
    expect(existsSync(begun)).toBe(false)
  })

  it('that is killed when its step has done all: nobody says that it is known', async () => {
    const { go } = await world()
    const text = '(sleep 0.5; kill -KILL $PPID) & kill -STOP $PPID; echo done'
    const end = await go('done', { steps: [sh(text)], onFailure: [sh('echo undone')] })
    expect(end).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 137 })
    expect(end.logTail).toMatch(/^done\n.*how far it came is not known.*undone\n/s)
  })

  it('that dies by any signal of its run makes the step fail', async () => {
    const { go } = await world()
    for (const [signal, exitCode] of Object.entries({ SEGV: 139, ABRT: 134, PIPE: 141 })) {
      const end = await go(signal, { steps: [sh(`kill -${signal} 0; sleep 300`)], onFailure: [sh('echo undone')] })
      expect(end).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode })
      expect(end.logTail).toContain('undone\n')
    }
  })

  it('that does not take an order whole starts nothing of it', async () => {
    const folder = tempFolder()
    const pipe = join(folder, 'pipe')
    spawnSync('mkfifo', [pipe])
    const launcher = new Launcher(pipe)
    expect(await launcher.run(`(exec /bin/sh -c 'exit 3' 3>&-); echo "$?" >&3\n`)).toEqual({ kind: 'exited', code: 3 })
    process.kill(launcher.pid, 'SIGSTOP')
    writeFileSync(pipe, '#'.repeat(60_000))
    expect(launcher.run(`(touch ${folder}/done; : ${'x'.repeat(20_000)}); echo "$?" >&3\n`)).toBeNull()
    expect(launcher.isFree).toBe(false)
    await until('it is gone', () => !isRunning(launcher.pid) && !existsSync(pipe))
    expect(existsSync(join(folder, 'done'))).toBe(false)
  })

  it('is passed over by what does not fit a shell', async () => {
    const { go } = await world()
    const long = `# ${'x'.repeat(50_000)}\necho long`
    expect(await go('long', { steps: [sh(long)] })).toMatchObject({ status: 'succeeded', logTail: 'long\n' })
    const names = { IFS: 'x', UID: '7', PS4: 'y', OPTIND: '3' }
    const end = await go('names', {
      steps: [sh('tr "\\0" "\\n" < /proc/$$/environ | grep -cE "^(IFS=x|UID=7|PS4=y|OPTIND=3)$"')],
      environment: names,
    })
    expect(end.logTail).toBe('4\n')
  })

  it('ends with its supervisor', async () => {
    const { go, runner } = await world()
    const pid = Number((await go('one', { steps: [sh('echo $PPID')] })).logTail)
    expect(isRunning(pid)).toBe(true)
    runner.detach()
    for (let i = 0; i < 500 && isRunning(pid); i++) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(isRunning(pid)).toBe(false)
    expect(existsSync(`/proc/${pid}/exe`)).toBe(false)
  })
})
