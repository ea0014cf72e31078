import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RunOptions, runFormula, temporaryFolder } from './run-formula.js'

const ORDER = {
  title: 'Photograph the shop front',
  task: 'Go to 1 High Street by day.\n# Budget\nTake three photographs; $(touch pwned) `x`',
  done_when: 'Three sharp photographs are in the shared folder.',
  budget: '60',
}

function makeOutbox(): string {
  const outbox = join(temporaryFolder(), 'outbox')
  mkdirSync(outbox)
  writeFileSync(join(outbox, '.countersign-outbox'), '')
  return outbox
}

const order = (outbox: string, vars: Readonly<Record<string, string>> = {}, options: RunOptions = {}) =>
  runFormula('run-rent-a-human', { id: 'photo-1', ...options, vars: { outbox, ...ORDER, ...vars } })

describe('run-rent-a-human', () => {
  it('lays one work order into the outbox, with free text quoted', async () => {
    const outbox = makeOutbox()
    const run = await order(outbox, { deadline: '2999-12-31', currency: 'SEK' })
    expect(run).toMatchObject({ status: 'succeeded', outputs: { order: join(outbox, 'photo-1.md') } })
    const text = readFileSync(join(outbox, 'photo-1.md'), 'utf8')
    expect(text).toContain('- Deadline: 2999-12-31\n- At most: 60 SEK, everything included\n')
    expect(text).toContain('> Go to 1 High Street by day.\n> # Budget\n> Take three photographs; $(touch pwned) `x`\n')
    expect(readdirSync(outbox).sort()).toEqual(['.countersign-outbox', '.ordered', 'photo-1.md'])
  })

  it('never orders one id twice, even when the first order was moved on', async () => {
    const outbox = makeOutbox()
    await order(outbox)
    renameSync(join(outbox, 'photo-1.md'), join(outbox, '..', 'taken.md'))
    const again = await order(outbox)
    expect(again).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(again.log).toContain('an order photo-1 was written already')
    expect(readdirSync(outbox)).not.toContain('photo-1.md')
    expect((await order(outbox, {}, { id: 'photo-2' })).status).toBe('succeeded')
  })

  it('of two runs at once writes one order', async () => {
    const outbox = makeOutbox()
    const runs = await Promise.all([order(outbox, { title: 'First one' }), order(outbox, { title: 'Second one' })])
    expect(runs.map((run) => run.status).sort()).toEqual(['failed', 'succeeded'])
    expect(readdirSync(outbox).sort()).toEqual(['.countersign-outbox', '.ordered', 'photo-1.md'])
  })

  it('does not overwrite a file that lies under its name, and frees the id again', async () => {
    const outbox = makeOutbox()
    const run = await order(
      outbox,
      {},
      {
        beforeStep: (step) => {
          if (step === 'write') writeFileSync(join(outbox, 'photo-1.md'), 'theirs')
        },
      },
    )
    expect(run).toMatchObject({ status: 'failed', failedStep: 'write', started: ['check', 'write', 'undo'] })
    expect(readFileSync(join(outbox, 'photo-1.md'), 'utf8')).toBe('theirs')
    expect(readdirSync(join(outbox, '.ordered'))).toEqual([])
    expect(readdirSync(outbox).sort()).toEqual(['.countersign-outbox', '.ordered', 'photo-1.md'])
  })

  it('refuses a folder that is no outbox, and writes nothing there', async () => {
    const folder = join(temporaryFolder(), 'home')
    mkdirSync(folder)
    const run = await order(folder)
    expect(run).toMatchObject({ status: 'failed', failedStep: 'check' })
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['2001-01-01', 'is over'],
    ['2030-02-31', 'is not a day'],
  ])('refuses the deadline %s', async (deadline, message) => {
    expect((await order(makeOutbox(), { deadline })).log).toContain(message)
  })

  it('shows the order and writes nothing in a dry run', async () => {
    const outbox = makeOutbox()
    const run = await order(outbox, {}, { dryRun: true })
    expect(run).toMatchObject({ status: 'succeeded', started: ['check'] })
    expect(run.log).toContain('# Work order photo-1')
    expect(readdirSync(outbox)).toEqual(['.countersign-outbox'])
  })

  it.each([
    ['outbox', '/srv/../etc'],
    ['outbox', '--help'],
    ['title', 'two\nlines'],
    ['budget', '0'],
    ['budget', '100000'],
    ['budget', '6e9'],
    ['currency', 'BTC'],
    ['deadline', 'tomorrow'],
  ])('does not let %s = %j through', async (name, value) => {
    expect(await order(makeOutbox(), { [name]: value })).toMatchObject({ status: 'refused', refused: [name] })
  })
})
