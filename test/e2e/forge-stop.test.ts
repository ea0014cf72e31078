/** `serve` beside a forge that accepts and never answers: SIGTERM ends it, long before a question would be over. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LIMITS } from '../../vault/limits.js'
import { FAULTS } from '../support/forge/faults/fault.js'
import { Town } from './forge-town.js'
import { until } from './until.js'
import './patience.js'

let town: Town
beforeAll(async () => {
  town = await Town.make('forgejo')
})
afterAll(() => town.remove())

it('SIGTERM while the forge says nothing: it gives up what it asked, and ends in order', async () => {
  const { server } = town.world
  server.faults.always(FAULTS.stall)
  server.log.clear()
  const daemon = town.users.bot.start('serve', '--config', town.config)
  try {
    await until(
      'the forge is asked in vain',
      () => server.log.all.some(({ status }) => status === 0),
      () => daemon.stderr,
    )
    const asked = Date.now()
    daemon.signal('SIGTERM')
    const { code, stderr } = await daemon.ended
    expect(code, stderr).toBe(0)
    // Generous: on its own the question would have gone on for longer than this.
    expect(Date.now() - asked).toBeLessThan(LIMITS.forgeQuestionMs - 15_000)
    expect(stderr).toContain('draining')
  } finally {
    daemon.signal('SIGKILL')
  }
})
