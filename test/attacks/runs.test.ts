/** Laws 9 and 10: a run sees what it was given and nothing else, and no secret leaves it. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { tickLines } from '../../dispatcher/cli/tick-line.js'
import { tick } from '../../dispatcher/tick.js'
import type { RunSpec } from '../../lib/runner/port.js'
import { OpsRepo, POLICY } from '../support/ops-repo.js'

const SECRET = `p|pe "quoted" $HOME \\back 'x' 8f3a91c2`
const FIRED = 'vault/fired/2026-11-22'

/** A low formula of this name, with these lines before its steps, and these steps: id -> shell. */
const formulaOf = (name: string, head: string, steps: Readonly<Record<string, string>>, more = '') => ({
  [`formulas/${name}.toml`]: [
    `name = "${name}"\ndescription = "For a test."\nversion = 1\n${head}`,
    `[vars.trace]\nrequired = true\npattern = "[^\\n]*"\n\n[vars.text]\ndefault = ""\npattern = "[\\\\s\\\\S]*"\n`,
    ...Object.entries(steps).map(([id, run]) => `[[steps]]\nid = "${id}"\nrun = '''${run}'''\n`),
    more,
  ].join('\n'),
})

const FORMULAS = {
  ...formulaOf('spill', 'secrets = ["TOKEN"]', {
    keep: 'printf %s "$SECRET_TOKEN" > "$VAR_TRACE.secret"',
    tell: 'printf "%s\\n" "$SECRET_TOKEN"; printf "%s\\n" "$SECRET_TOKEN" >&2; printf %s "$SECRET_TOKEN" | base64',
    give: 'printf "token=%s\\n" "$SECRET_TOKEN" >> "$COUNTERSIGN_OUTPUT"; echo "$COUNTERSIGN_ID" >> "$VAR_TRACE"',
  }),
  ...formulaOf(
    'careful',
    'secrets = ["TOKEN"]',
    { act: 'echo acted >> "$VAR_TRACE"' },
    `[[steps]]\nid = "look"\ndry_run = true\nrun = 'echo "\${SECRET_TOKEN-none} $COUNTERSIGN_DRY_RUN" >> "$VAR_TRACE"'\n`,
  ),
  ...formulaOf('show', '', {
    show: 'env > "$VAR_TRACE.env"; printf %s "$VAR_TEXT" > "$VAR_TRACE.text"; pwd; ls -A | wc -l',
  }),
  ...formulaOf('flood', '', { flood: 'yes "$(printf "\\033[2Jx")" | head -c 40000000' }),
  ...formulaOf('stall', '', { stall: 'sleep 60 & sleep 60' }),
  ...formulaOf(
    'fail',
    '',
    { one: 'echo one >> "$VAR_TRACE"', two: 'false; echo never >> "$VAR_TRACE"', three: 'echo three >> "$VAR_TRACE"' },
    `[[on_failure]]\nid = "back"\nrun = 'echo rolled-back >> "$VAR_TRACE"'\n`,
  ),
  'formulas/gate.toml': OpsRepo.gate('gate'),
}
const TIERS = ['spill', 'careful', 'show', 'flood', 'stall', 'fail', 'gate'].map((name) => `${name} = "low"\n`).join('')

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make({ ...FORMULAS, 'policy.toml': POLICY.replace('[tiers]\n', `[tiers]\n${TIERS}`) })
  return () => ops.remove()
})

/** The secret `TOKEN`, in a store of the dispatcher. */
async function stock(): Promise<{ secretsDir: string }> {
  const secretsDir = join(ops.remote.folder, 'secrets')
  await mkdir(secretsDir, { mode: 0o700 })
  await writeFile(join(secretsDir, 'TOKEN'), SECRET, { mode: 0o600 })
  return { secretsDir }
}

const asks = (id: string, formula: string, more: readonly string[] = [], vars: Record<string, string> = {}) =>
  ops.file(`vault/${id}`, {
    [`vault/actions/${id}.toml`]: ops
      .action(id, { formula, lines: more, vars })
      .replace('secrets = []', formula === 'spill' || formula === 'careful' ? 'secrets = ["TOKEN"]' : 'secrets = []'),
  })

describe('secrets', () => {
  it('14: arrive whole, whatever is in them, and appear nowhere else', async () => {
    await asks('spill-1', 'spill')
    expect(await ops.tick()).toMatchObject([{ id: 'spill-1', verdict: 'wait', reason: 'secret_missing' }])
    const store = await stock()
    expect(await ops.tick('one', store)).toMatchObject([{ id: 'spill-1', status: 'succeeded' }])
    expect(await readFile(`${ops.trace}.secret`, 'utf8')).toBe(SECRET)
    const outcome = await ops.record(`${FIRED}/spill-1/outcome.json`)
    const everything = await ops.remote.git(['log', '--all', '-p', '--format=%B%N'])
    for (const form of [SECRET, '8f3a91c2', Buffer.from(SECRET).toString('base64')]) {
      expect(JSON.stringify(outcome)).not.toContain(form)
      expect(everything).not.toContain(form)
    }
  })

  it('a dry run gets none, and runs only the steps that are marked for it', async () => {
    await asks('dry-1', 'careful', ['dry_run = true'])
    expect(await ops.tick('one', await stock())).toMatchObject([{ id: 'dry-1', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['none 1'])
    expect(await ops.record(`${FIRED}/dry-1/intent.json`)).toMatchObject({ dry_run: true })
    expect(await ops.record(`${FIRED}/dry-1/outcome.json`)).toMatchObject({ dry_run: true, reason: 'planned_only' })
  })

  it('a dry run of a formula without such steps runs nothing', async () => {
    await ops.request('dry-2', { lines: ['dry_run = true'] })
    expect(await ops.tick()).toMatchObject([{ id: 'dry-2', status: 'succeeded' }])
    expect(await ops.ran()).toEqual([])
  })

  it('one that is readable by others is not given', async () => {
    const store = await stock()
    await chmod(join(store.secretsDir, 'TOKEN'), 0o644)
    await asks('open', 'spill')
    expect(await ops.tick('one', store)).toMatchObject([{ id: 'open', verdict: 'wait', reason: 'secret_missing' }])
  })
})

describe('what a step sees', () => {
  it('35: variables with all that a shell knows arrive as they are, and nothing of them runs', async () => {
    const text = `$(touch ${ops.trace}.pwned) \`id\`; "'|&>< *?~ \\ \${HOME} --help\n%s%n \u202e é`
    await asks('meta', 'show', [], { text })
    expect(await ops.tick()).toMatchObject([{ id: 'meta', status: 'succeeded' }])
    expect(await readFile(`${ops.trace}.text`, 'utf8')).toBe(text)
    expect(existsSync(`${ops.trace}.pwned`)).toBe(false)
  })

  it('is this environment and an empty folder, and nothing of the dispatcher', async () => {
    await asks('env', 'show')
    await ops.tick()
    const lines = (await readFile(`${ops.trace}.env`, 'utf8')).trim().split('\n')
    const names = lines
      .map((line) => line.slice(0, line.indexOf('=')))
      .filter((name) => !/^(?:PWD|OLDPWD|SHLVL|_)$/.test(name))
    const own = ['ID', 'FORMULA', 'TIER', 'DRY_RUN', 'FORMULAS', 'OPS', 'COMMIT', 'OUTPUT', 'RUN'].map(
      (name) => `COUNTERSIGN_${name}`,
    )
    expect(names.sort()).toEqual(['PATH', 'HOME', 'TMPDIR', 'LANG', 'VAR_TRACE', 'VAR_TEXT', ...own].sort())
    const { log_tail: tail } = (await ops.record(`${FIRED}/env/outcome.json`)) as { log_tail: string }
    expect(tail).toMatch(/(?:^|\n)\s*0\n/)
  })
})

describe('runs that go wrong', () => {
  it('a flood of output is cut', async () => {
    await asks('flood-1', 'flood')
    expect(await ops.tick()).toMatchObject([{ id: 'flood-1', status: 'succeeded' }])
    const { log_tail: tail } = (await ops.record(`${FIRED}/flood-1/outcome.json`)) as { log_tail: string }
    expect(tail.length).toBeLessThan(9 * 1024)
  })

  it('12: the time limit is the lower of both, and is applied', async () => {
    const dispatcher = await ops.dispatcher()
    const run = dispatcher.runner.run.bind(dispatcher.runner)
    const limits: number[] = []
    dispatcher.runner.run = (spec: RunSpec) => {
      limits.push(spec.timeoutMs)
      return run({ ...spec, timeoutMs: 300 })
    }
    await asks('stall-1', 'stall', ['timeout_minutes = 1'])
    expect(await ops.tickBy(dispatcher)).toMatchObject([{ id: 'stall-1', status: 'timed_out' }])
    await dispatcher.close()
    expect(limits).toEqual([60_000])
    expect(await ops.record(`${FIRED}/stall-1/outcome.json`)).toMatchObject({ reason: 'time_limit', exit_code: null })
  })

  it('20: what is to be done on a failure is done, and what comes after is not', async () => {
    await asks('fail-1', 'fail')
    expect(await ops.tick()).toMatchObject([{ id: 'fail-1', status: 'failed' }])
    expect(await ops.ran()).toEqual(['one', 'rolled-back'])
    expect(await ops.record(`${FIRED}/fail-1/outcome.json`)).toMatchObject({
      reason: 'step_failed',
      failed_step: 'two',
    })
  })

  it('16: one that cannot even be started is recorded as that, once', async () => {
    const { config } = await ops.configure()
    await ops.tick()
    await rm(join(config.stateDir, 'formulas'), { recursive: true, force: true })
    await writeFile(join(config.stateDir, 'formulas'), 'in the way')
    await ops.request('early')
    expect(await ops.tick()).toMatchObject([{ id: 'early', status: 'failed' }])
    expect(await ops.record(`${FIRED}/early/outcome.json`)).toMatchObject({ reason: 'could_not_start' })
    expect(await ops.tick()).toEqual([])
  })

  it('11: a slow one holds up no other', async () => {
    const dispatcher = await ops.dispatcher()
    await asks('slow', 'gate')
    const first = await tick(dispatcher, new Set())
    await ops.atGate()
    await ops.request('quick')
    const second = await tick(dispatcher, new Set(first.launched.keys()))
    expect(await tickLines(second)).toMatchObject([{ id: 'quick', status: 'succeeded' }])
    expect(await ops.ran()).toEqual(['quick'])
    await ops.openGate()
    expect(await tickLines(first)).toMatchObject([{ id: 'slow', status: 'succeeded' }])
    await dispatcher.close()
  })
})
