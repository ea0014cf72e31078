import { generateKeyPairSync } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openForge } from '../../../lib/forge/open-forge.js'
import { scripted } from './open-scripted.js'
import { githubUser, repositoryAnswer } from './wire-answers.js'

const world = scripted()

it('an app signs for itself, and works with a token of its installation', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  world.server.script = ({ path }) => {
    if (path === '/app') return { json: { slug: 'countersign' } }
    if (path === '/app/installations/2/access_tokens') {
      // Already over: a new one is asked for each time.
      const expires = new Date(Date.now() - 1000).toISOString()
      return {
        status: 201,
        json: { token: 'ghs_x', expires_at: expires, permissions: {}, repository_selection: 'all' },
      }
    }
    return { json: path.startsWith('/users/') ? githubUser(77, 'Bot', 'countersign[bot]') : repositoryAnswer }
  }
  const auth = { kind: 'app', appId: 1, privateKey: key, installationId: 2 } as const
  const place = { kind: 'github', url: world.server.url, repo: 'o/r', auth, now: Date.now } as const
  const forge = openForge(place, { paceWrites: false, questionMs: 400 })
  await expect(forge.self()).resolves.toEqual({ id: 77, login: 'countersign[bot]', kind: 'bot' })
  await setTimeout(500)
  await forge.repository()
  const sent = new Map(world.server.asked.map(({ path, headers }) => [path, headers.authorization?.split(' ')[0]]))
  expect(sent.get('/app')).toBe('bearer')
  expect(sent.get('/app/installations/2/access_tokens')).toBe('bearer')
  expect(world.server.asked.at(-1)?.headers.authorization).toBe('token ghs_x')
})
