import { expect, it } from 'vitest'
import { laidOutNotes } from '../../../vault/prose/init-report.js'

it.each([
  [false, 'a commit signed with their key'],
  [true, 'a pull request that they merge'],
])('says how an admin turns writing on (at a forge: %s)', (isAtForge, how) => {
  expect(laidOutNotes(false, [], isAtForge)[0]).toContain(`until an admin sets it to true in policy.toml (${how})`)
})
