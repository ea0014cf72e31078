// Where clones lie that commands look at: whoever else may write there says what git runs, and what is seen.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cacheHome } from '../../../dispatcher/cli/workplace.js'

it.each([
  [{}, join(homedir(), '.cache')],
  [{ HOME: '' }, join(homedir(), '.cache')],
  [{ HOME: '/home/amy' }, '/home/amy/.cache'],
  [{ HOME: '/home/amy', XDG_CACHE_HOME: '' }, '/home/amy/.cache'],
  [{ HOME: '/home/amy', XDG_CACHE_HOME: '/caches' }, '/caches'],
])('is the home of the user, and never a shared folder: %j', (environment, expected) => {
  expect(cacheHome(environment)).toBe(expected)
})
