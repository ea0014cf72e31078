/** A dispatcher to be killed: notes one run, orders it, says so, and waits. */
import { openRunner } from '../../../lib/runner/open-runner.js'
import { RUNNER_LIMITS } from '../../../lib/runner/runner-limits.js'

const [, , program = '', stateDir = '', nonce = '', text = ''] = process.argv
const supervisor = [process.execPath, program]
const limits = { ...RUNNER_LIMITS, killGraceMs: 400, rollbackMs: 1_000 }
const runner = await openRunner({
  stateDir,
  supervisor,
  path: '/usr/bin:/bin',
  lang: 'C',
  endKey: 'a key of tests',
  limits,
})
await runner.note(nonce)
const isLimited = text === 'LIMIT'
const run = runner.run({
  nonce,
  steps: [{ id: 'step', title: '', kind: 'run', text: isLimited ? 'sleep 300' : text, needs: [], dryRun: false }],
  onFailure: [],
  environment: {},
  secretValues: [],
  timeoutMs: isLimited ? 1_500 : 60_000,
  agent: null,
})
// The order is on its way once the lease is written; a moment more, so that the supervisor has read it.
setTimeout(() => console.log('ordered'), 500)
await run
