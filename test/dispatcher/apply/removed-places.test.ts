/** What the dispatcher lays out for all runs, where a run removes it, or a power failure takes its content. */
import { chmod, readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { OpsRepo } from '../../support/ops-repo.js'

const step = (name: string, run: string) => `name = "${name}"
version = 1
[vars.trace]
required = true
[[steps]]
id = "step"
run = '''
${run}
printf "%s\\n" "$COUNTERSIGN_ID" >> "$VAR_TRACE"
'''
`

let ops: OpsRepo
beforeEach(async () => {
  ops = await OpsRepo.make({
    'formulas/wreck-ops.toml': step('wreck-ops', 'rm -rf "$COUNTERSIGN_OPS"'),
    'formulas/wreck-part.toml': step('wreck-part', 'rm -rf "$COUNTERSIGN_OPS/objects"'),
    'formulas/wreck-formulas.toml': step('wreck-formulas', 'rm -rf "$COUNTERSIGN_FORMULAS"'),
    'formulas/look.toml': step(
      'look',
      'git --git-dir="$COUNTERSIGN_OPS" cat-file -e "$COUNTERSIGN_COMMIT:policy.toml"; cat "$COUNTERSIGN_FORMULAS/look.toml"',
    ),
    'policy.toml': `version = 1
[write]
enabled = true
[tiers]
wreck-ops = "low"
wreck-part = "low"
wreck-formulas = "low"
look = "low"
[signers]
alice = "admin"
`,
  })
})
afterEach(() => ops.remove())

it.each(['wreck-ops', 'wreck-part', 'wreck-formulas'])(
  '%s: the next run of the same dispatcher finds all of it',
  async (formula) => {
    const dispatcher = await ops.dispatcher()
    for (const [id, asked] of [
      ['first', 'look'],
      ['wrecks', formula],
      ['next', 'look'],
    ] as const) {
      await ops.request(id, { formula: asked })
      expect(await ops.tickBy(dispatcher)).toMatchObject([{ id, verdict: 'fire', status: 'succeeded' }])
    }
    await dispatcher.close()
    expect(await ops.ran()).toEqual(['first', 'wrecks', 'next'])
  },
)

it('files of formulas that are empty since the power failed are laid out again', async () => {
  await ops.request('before', { formula: 'look' })
  await ops.tick()
  const folder = join(ops.remote.folder, 'one', 'state', 'formulas')
  const [set = ''] = await readdir(folder)
  const file = join(folder, set, 'look.toml')
  await chmod(file, 0o600)
  await truncate(file)
  await ops.request('after', { formula: 'look' })
  expect(await ops.tick()).toMatchObject([{ id: 'after', status: 'succeeded' }])
  expect(await ops.record('vault/fired/2026-11-22/after/outcome.json')).toMatchObject({
    log_tail: expect.stringContaining('name = "look"'),
  })
  expect(await readdir(folder)).toEqual([set])
})
