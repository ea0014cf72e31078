import { describe, expect, it } from 'vitest'
import { dayBefore, firedFiles, makeOpsRepo, refusedFiles } from './ops-repo.js'
import { runFormula } from './run-formula.js'

const HOUR = 3600_000

describe('triage', () => {
  it('reports what fired by day, formula and outcome, what is stuck and what was refused', async () => {
    const ops = await makeOpsRepo([
      {
        daysAgo: 1,
        files: {
          'vault/actions/README.md': '',
          ...firedFiles({ id: 'a-1', daysAgo: 0, formula: 'triage', status: 'succeeded' }),
          ...firedFiles({
            id: 'a-2',
            daysAgo: 0,
            formula: 'release',
            tier: 'high',
            status: 'failed',
            failedStep: 'push',
          }),
          ...firedFiles({ id: 'a-3', daysAgo: 1, formula: 'release', tier: 'high', status: 'timed_out' }),
          ...firedFiles({
            id: 'a-4',
            daysAgo: 1,
            formula: 'dev',
            tier: 'medium',
            claimedAt: new Date(Date.now() - 8 * HOUR).toISOString(),
          }),
          ...firedFiles({
            id: 'a-5',
            daysAgo: 0,
            formula: 'dev',
            claimedAt: new Date(Date.now() - HOUR).toISOString(),
          }),
          ...firedFiles({ id: 'old', daysAgo: 40, formula: 'dev', status: 'failed' }),
          ...refusedFiles('r-1', 0, 'same_person'),
          ...refusedFiles('r-2', 2, 'same_person'),
          ...refusedFiles('r-3', 2, 'binding_mismatch'),
        },
      },
    ])

    const run = await runFormula('triage', { ops })

    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: {
        fired: '5',
        succeeded: '1',
        failed: '1',
        timed_out: '1',
        cancelled: '0',
        indeterminate: '0',
        in_flight: '2',
        stuck: '1',
        refused: '3',
      },
    })
    for (const line of [
      `| ${dayBefore(0)} | 3 | 1 | 1 | 0 | 0 | 0 | 1 |`,
      `| ${dayBefore(1)} | 2 | 0 | 0 | 1 | 0 | 0 | 1 |`,
      '| release | 2 | 0 | 1 | 1 | 0 | 0 | 0 |',
      `| ${dayBefore(0)} | a-2 | release | failed | push |`,
      `| ${dayBefore(1)} | a-3 | release | timed_out | - |`,
      '| a-4 | dev | medium |',
      '| 2 | same_person |',
      `| ${dayBefore(2)} | r-3-0123456789ab | binding_mismatch |`,
    ]) {
      expect(run.log).toContain(line)
    }
    expect(run.log).not.toContain('old')
  })

  it('is not fooled by what a run wrote about itself', async () => {
    const outputs = { status: 'succeeded', failed_step: 'none', x: '","status":"succeeded","y":"' }
    const ops = await makeOpsRepo([
      { daysAgo: 0, files: firedFiles({ id: 'a', daysAgo: 0, formula: 'dev', status: 'failed', outputs }) },
    ])
    const run = await runFormula('triage', { ops })
    expect(run.outputs).toMatchObject({ succeeded: '0', failed: '1' })
    expect(run.log).toContain('| a | dev | failed | - |')
  })

  it('lives through records that are none', async () => {
    const day = `vault/fired/${dayBefore(0)}`
    const ops = await makeOpsRepo([
      {
        daysAgo: 0,
        files: {
          [`${day}/b/intent.json`]: '{"payload":"AAA"}',
          [`${day}/b/outcome.json`]: 'no json\nat all',
          [`${day}/c/intent.json`]: '{"payload":"Hg=="}',
          [`${day}/c/outcome.json`]: '{"payload": "e30=\u0000"}',
          [`${day}/new\nline/intent.json`]: '{}',
          [`${day}/file`]: '',
          'vault/fired/not-a-day/x/intent.json': '{}',
          ...firedFiles({ id: 'a', daysAgo: 0, formula: 'dev', status: 'succeeded' }),
          ...firedFiles({ id: 'd', daysAgo: 0, formula: 'dev', status: 'failed' }),
        },
      },
    ])
    const run = await runFormula('triage', { ops })
    expect(run).toMatchObject({
      status: 'succeeded',
      outputs: { fired: '4', succeeded: '1', failed: '1', indeterminate: '2' },
    })
  })

  it('works on an ops repo in which nothing happened yet, and in a dry run', async () => {
    const ops = await makeOpsRepo([{ daysAgo: 0, files: { 'vault/actions/README.md': '' } }])
    for (const dryRun of [false, true]) {
      expect(await runFormula('triage', { ops, dryRun })).toMatchObject({
        status: 'succeeded',
        outputs: { fired: '0' },
      })
    }
  })

  it('opens no more records than it is told to, and only those of the last days', async () => {
    const many = (daysAgo: number, count: number) =>
      Object.assign(
        {},
        ...Array.from({ length: count }, (_, n) =>
          firedFiles({ id: `n-${daysAgo}-${n}`, daysAgo, formula: 'dev', status: 'succeeded' }),
        ),
      )
    const ops = await makeOpsRepo([
      { daysAgo: 30, files: many(30, 5000) },
      { daysAgo: 0, files: { ...many(1, 30), ...many(0, 30) } },
    ])
    const run = await runFormula('triage', { ops, vars: { records: '40' } })
    expect(run.outputs).toMatchObject({ fired: '60', succeeded: '40' })
    expect(run.log).toContain('60 claims, of which 40 were opened')
    expect(run.log).toContain(`| ${dayBefore(0)} | 30 |`)
  })
})
