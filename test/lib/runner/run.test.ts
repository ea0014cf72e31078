import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prompt, readText, sh, tempFolder, world } from './fixture.js'

describe('a run', () => {
  it('succeeds, and says what it did', async () => {
    const { go, runner, layout } = await world()
    const before = Date.now()
    const end = await go('ok', { steps: [sh('echo one'), sh('echo two >&2; echo three')] })
    expect(end).toMatchObject({ status: 'succeeded', reason: 'ended', exitCode: 0, failedStep: null, outputs: {} })
    expect(end.logTail).toBe('one\ntwo\nthree\n')
    expect(end.logSha256).toBe(createHash('sha256').update('one\ntwo\nthree\n').digest('hex'))
    expect(readText(layout('ok').log)).toBe('one\ntwo\nthree\n')
    expect(end.startedAt).toBeGreaterThanOrEqual(before)
    expect(end.endedAt).toBeGreaterThanOrEqual(end.startedAt ?? Infinity)
    expect(await runner.state('ok')).toEqual({ kind: 'finished', end })
    expect(await runner.attach('ok')).toEqual(end)
  })

  it('without a step succeeds', async () => {
    const { go } = await world()
    expect(await go('nothing', {})).toMatchObject({ status: 'succeeded', logTail: '' })
  })

  it('stops at the first failure and rolls back in order', async () => {
    const { go } = await world()
    const end = await go('fails', {
      steps: [sh('echo a', 'a'), sh('echo b; exit 7', 'b'), sh('echo never', 'c')],
      onFailure: [
        sh('echo undo-1; exit 1', 'u1'),
        sh('echo never', 'u2', ['u1']),
        sh('echo never', 'u3', ['u2']),
        sh('echo undo-4', 'u4'),
      ],
    })
    expect(end).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 7, failedStep: 'b' })
    expect(end.logTail.split('\n')).toEqual([
      'a',
      'b',
      'undo-1',
      '[countersign] on_failure step u1 ended with exit code 1',
      '[countersign] on_failure step u2 did not run: it needs u1',
      '[countersign] on_failure step u3 did not run: it needs u2',
      'undo-4',
      '',
    ])
  })

  it('fails by -e and -u, and by a signal', async () => {
    const { go } = await world()
    expect(await go('e', { steps: [sh('false; echo never')] })).toMatchObject({ exitCode: 1, logTail: '' })
    expect((await go('u', { steps: [sh('echo $MISSING; echo never')] })).status).toBe('failed')
    const killed = await go('s', { steps: [sh('kill -SEGV $$')] })
    expect(killed).toMatchObject({ status: 'failed', reason: 'step_failed', exitCode: 139, failedStep: 'step' })
    expect(killed.logTail).toContain('step step ended with exit code 139 (SIGSEGV)')
  })

  it('sees exactly the environment it is given', async () => {
    const { go, layout } = await world()
    const environment = { VAR_X: 'a|b "c"\nd', SECRET_T: 'hunter2hunter2', PATH: '/evil', LD_PRELOAD: '' }
    const end = await go('env', { steps: [sh('cat /proc/$$/environ | tr "\\0" "\\1"')], environment })
    const seen = end.logTail.split('\u0001').filter((line) => line !== '')
    const { home, tmp, output } = layout('env')
    expect(seen.sort()).toEqual(
      [
        'VAR_X=a|b "c"\nd',
        'SECRET_T=hunter2hunter2',
        'LD_PRELOAD=',
        'PATH=/usr/local/bin:/usr/bin:/bin',
        `HOME=${home}`,
        `TMPDIR=${tmp}`,
        'LANG=C',
        `COUNTERSIGN_OUTPUT=${output}`,
        'COUNTERSIGN_RUN=env',
      ].sort(),
    )
  })

  it('starts in an empty folder that its steps share, with nothing on stdin and umask 077', async () => {
    const { go, layout } = await world()
    const first = 'ls -A . "$HOME" "$TMPDIR" | grep -v : || true; pwd; umask; cat; touch made; ls -l made | cut -c1-10'
    const end = await go('cwd', {
      steps: [sh(first), sh('ls; echo > /dev/stderr; readlink /proc/self/fd/0; ls /proc/$$/fd')],
    })
    const lines = end.logTail.split('\n').filter((line) => line !== '')
    expect(lines).toEqual([layout('cwd').work, '0077', '-rw-------', 'made', '/dev/null', '0', '1', '2'])
    expect(statSync(layout('cwd').folder).mode & 0o777).toBe(0o700)
    expect(statSync(layout('cwd').log).mode & 0o777).toBe(0o600)
  })

  it('cannot start what is not there, and says so', async () => {
    const { go } = await world()
    const noAgent = await go('no-agent', { steps: [sh('echo ran'), prompt('x', 'p')] })
    expect(noAgent).toMatchObject({ status: 'failed', reason: 'could_not_start', startedAt: null, failedStep: null })
    expect(noAgent.logTail).toContain('there is no agent command')
    const missing = await go('missing', {
      steps: [prompt('x', 'p')],
      agent: ['/no/such/agent'],
      onFailure: [sh('echo never')],
    })
    expect(missing).toMatchObject({ status: 'failed', reason: 'could_not_start', exitCode: null })
    expect(missing.logTail).toMatch(/ENOENT/)
    expect(missing.logTail).not.toContain('never')
    const nul = await go('nul', { steps: [sh('echo never')], environment: { VAR_X: 'a\0b' } })
    expect(nul).toMatchObject({ reason: 'could_not_start' })
    const name = await go('name', { steps: [sh('echo never')], environment: { 'PATH=/evil:': '' } })
    expect(name).toMatchObject({ reason: 'could_not_start' })
    const tooLong = await go('long', { steps: [sh(`: ${'x'.repeat(200_000)}`)] })
    expect(tooLong).toMatchObject({ reason: 'could_not_start' })
    const weak = await go('weak', { steps: [sh('echo never')], secretValues: ['ab'] })
    expect(weak).toMatchObject({ reason: 'could_not_start', startedAt: null })
    const later = await go('later', { steps: [sh('echo ran', 'a'), prompt('x', 'p')], agent: ['/no/such/agent'] })
    expect(later).toMatchObject({ status: 'failed', reason: 'step_failed', failedStep: 'p', exitCode: null })
  })

  it('may write outputs, and only outputs', async () => {
    const { go } = await world()
    const lines = ['tag=v1.2', 'url=https://x/?a=b', 'Bad=1', 'no line', 'empty=', 'tag=v1.3', 'token=hunter2hunter2']
    const text = `cat > "$COUNTERSIGN_OUTPUT" <<'E'\n${lines.join('\n')}\nE`
    const end = await go('out', { steps: [sh(text)], secretValues: ['hunter2hunter2'] })
    expect(end.outputs).toEqual({
      tag: 'v1.3',
      url: 'https://x/?a=b',
      empty: '',
      token: expect.stringMatching(/^\W*(?!.*hunter)/),
    })
    expect(JSON.stringify(end)).not.toContain('hunter2')
    expect(end.logTail).toMatch(/line 3 is ignored.*\n.*line 4 is ignored/)
  })

  it('whose output file is something else is not fooled', async () => {
    const { go, outside } = await world()
    writeFileSync(join(outside, 'private'), 'key=stolen\n')
    const link = await go('link', { steps: [sh(`ln -s ${outside}/private "$COUNTERSIGN_OUTPUT"`)] })
    expect(link).toMatchObject({ status: 'succeeded', outputs: {} })
    expect(link.logTail).toContain('symbolic link')
    const fifo = await go('fifo', { steps: [sh('mkfifo "$COUNTERSIGN_OUTPUT"')] })
    expect(fifo).toMatchObject({ status: 'succeeded', outputs: {} })
    expect((await go('dir', { steps: [sh('mkdir "$COUNTERSIGN_OUTPUT"')] })).outputs).toEqual({})
  })
})

describe('prompt steps', () => {
  it('go as one prompt on stdin, with the environment of the run', async () => {
    const { go } = await world()
    const agent = join(tempFolder(), 'agent.sh')
    writeFileSync(agent, '#!/bin/sh\necho "args: $*; $VAR_X"\ncat\necho "sum=$(pwd)" > "$COUNTERSIGN_OUTPUT"\n', {
      mode: 0o755,
    })
    const steps = [
      sh('echo shell', 's'),
      prompt('Look at it.\n', 'look'),
      prompt('Write it down.', 'write'),
      sh('echo end', 'e'),
    ]
    const end = await go('agent', { steps, agent: [agent, '--model', 'm'], environment: { VAR_X: 'x' } })
    expect(end.status).toBe('succeeded')
    expect(end.logTail).toBe(
      'shell\nargs: --model m; x\n# The step look\n\nLook at it.\n\n# The step write\n\nWrite it down.\nend\n',
    )
    expect(end.outputs['sum']).toMatch(/\/agent\/own\/work$/)
  })

  it('that fail are named together; an agent need not read', async () => {
    const { go } = await world()
    const steps = [prompt('x'.repeat(300_000), 'a'), prompt('y', 'b')]
    expect(await go('f', { steps, agent: ['/bin/false'] })).toMatchObject({
      status: 'failed',
      failedStep: 'a+b',
      exitCode: 1,
    })
    expect(await go('t', { steps, agent: ['/bin/true'] })).toMatchObject({ status: 'succeeded' })
  })
})

describe('the folders of a run', () => {
  it('hold no prompt, no secret and no order', async () => {
    const { go, layout } = await world()
    await go('clean', {
      steps: [prompt('the prompt', 'p')],
      agent: ['/bin/cat'],
      environment: { SECRET_A: 'hunter2hunter2' },
      secretValues: ['hunter2hunter2'],
    })
    const names = readdirSync(layout('clean').folder)
    expect(names.sort()).toEqual(['end.json', 'log', 'own', 'started'])
    expect(readFileSync(layout('clean').end, 'utf8')).not.toContain('hunter2')
  })
})
