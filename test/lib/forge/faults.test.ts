/** Every fault of a forge in the field: what comes of it, and that nothing secret comes along. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openForge } from '../../../lib/forge/open-forge.js'
import type { ForgeError } from '../../../lib/forge/port.js'
import { faultOf, scripted, TOKEN } from './open-scripted.js'
import { type Reply, ScriptedServer } from './scripted-server.js'
import { forgejoPull, githubPull, repositoryAnswer } from './wire-answers.js'

const world = scripted()
const SECRET_BODY = 'words of the server'
const HTML = { text: `<html>${SECRET_BODY}</html>`, headers: { 'content-type': 'text/html' } }

async function faultFor(reply: Reply): Promise<ForgeError> {
  world.server.script = () => reply
  return faultOf(world.open('forgejo').pull(1))
}

const half = JSON.stringify(forgejoPull(1)).slice(0, 40)

const CASES: readonly (readonly [string, Reply, string, number])[] = [
  ['500', { status: 500, json: { message: SECRET_BODY } }, 'forge_unreachable', 3],
  ['502 with HTML', { status: 502, ...HTML }, 'forge_unreachable', 3],
  ['200 with HTML', HTML, 'forge_unreachable', 1],
  ['404 with HTML: not the forge says so', { status: 404, ...HTML }, 'forge_unreachable', 1],
  ['404', { status: 404, json: { message: SECRET_BODY } }, 'forge_missing', 1],
  ['401, the token was revoked', { status: 401, json: { message: SECRET_BODY } }, 'forge_unauthorized', 1],
  ['403 without rate headers', { status: 403, json: { message: SECRET_BODY } }, 'forge_forbidden', 1],
  ['409', { status: 409, json: { message: SECRET_BODY } }, 'forge_forbidden', 1],
  ['429', { status: 429, json: { message: SECRET_BODY } }, 'forge_rate_limited', 1],
  ['JSON that is cut', { text: half }, 'forge_malformed', 1],
  ['nothing at all', { text: '' }, 'forge_malformed', 1],
  ['a list in place of an object', { json: [] }, 'forge_malformed', 1],
  ['null', { json: null }, 'forge_malformed', 1],
  ['an id that is text', { json: forgejoPull(1, { user: { id: '3', login: 'x' } }) }, 'forge_malformed', 1],
  [
    'an id too large to be exact',
    { text: JSON.stringify(forgejoPull(1)).replace('"id":3', '"id":90071992547409931') },
    'forge_malformed',
    1,
  ],
  ['a field that is null', { json: forgejoPull(1, { head: null }) }, 'forge_malformed', 1],
  ['a field that is missing', { json: forgejoPull(1, { merged: undefined }) }, 'forge_malformed', 1],
  [
    'a reset in mid-body',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' })
      response.write(half, () => response.destroy())
    },
    'forge_unreachable',
    3,
  ],
  ['a reset before any byte', (response) => void response.destroy(), 'forge_unreachable', 3],
]

describe('faults of a forge', () => {
  it.each(CASES)('%s', async (_name, reply, reason, attempts) => {
    const error = await faultFor(reply)
    expect(error.fault.reason).toBe(reason)
    expect(error.fault.detail).toContain('GET /repos/o/r/pulls/')
    expect(world.server.asked).toHaveLength(attempts)
    const told = JSON.stringify([error.message, error.fault, error.stack, world.logged])
    expect(told).not.toContain(SECRET_BODY)
    expect(told).not.toContain(TOKEN)
    expect(error.cause).toBeUndefined()
  })

  it('connection refused', async () => {
    const forge = world.open('forgejo')
    await world.server.stop()
    const error = await faultOf(forge.repository())
    expect(error.fault).toMatchObject({ reason: 'forge_unreachable', detail: expect.stringContaining('ECONNREFUSED') })
    world.server = await ScriptedServer.start()
  })

  it('no answer: a question ends in bounded time', async () => {
    world.server.script = () => () => {}
    const started = Date.now()
    const error = await faultOf(world.open('forgejo', { attemptMs: 100, questionMs: 150 }).pull(1))
    expect(error.fault.reason).toBe('forge_unreachable')
    expect(Date.now() - started).toBeLessThan(10_000)
  })

  it('a body that drips', async () => {
    world.server.script = () => (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    }
    const error = await faultOf(world.open('forgejo', { attemptMs: 200, questionMs: 250 }).pull(1))
    expect(error.fault.reason).toBe('forge_unreachable')
  })

  it('a body of 100 MB is not read to its end', async () => {
    let sent = 0
    world.server.script = () => (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = Buffer.alloc(64 * 1024, ' ')
      const more = () => {
        while (sent < 100 * 1024 * 1024 && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
        response.end()
      }
      more()
    }
    const error = await faultOf(world.open('forgejo', { answerBytes: 1024 * 1024 }).pull(1))
    expect(error.fault.reason).toBe('forge_unreachable')
    expect(sent).toBeLessThan(50 * 1024 * 1024)
    expect(world.server.asked).toHaveLength(1)
  })

  it('a packed body that grows a thousandfold', async () => {
    const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))
    world.server.script = () => (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(packed)
    }
    const error = await faultOf(world.open('forgejo', { answerBytes: 1024 * 1024 }).pull(1))
    expect(error.fault.detail).toContain('more than 1048576 bytes')
  })
})

describe('a redirect', () => {
  it('to another host is refused, and the token stays here', async () => {
    const other = await ScriptedServer.start()
    world.server.script = ({ path }) => ({ status: 302, headers: { location: `${other.url}/api/v1${path}` } })
    const error = await faultOf(world.open('forgejo').pull(1))
    expect(error.fault).toMatchObject({
      reason: 'forge_unreachable',
      detail: expect.stringContaining('another server'),
    })
    expect(other.asked).toEqual([])
    expect(world.server.asked).toHaveLength(1)
    await other.stop()
  })

  it('on the same server is followed: a repository that was renamed', async () => {
    world.server.script = ({ path }) =>
      path === '/repos/o/r'
        ? { status: 301, headers: { location: '/api/v1/repositories/8' } }
        : { json: repositoryAnswer }
    await expect(world.open('forgejo').repository()).resolves.toMatchObject({ id: 8 })
    expect(world.server.asked[1]?.headers.authorization).toBe(`token ${TOKEN}`)
  })

  it('in a circle ends', async () => {
    world.server.script = ({ path }) => ({ status: 302, headers: { location: `/api/v1${path}` } })
    expect((await faultOf(world.open('forgejo').pull(1))).fault.detail).toContain('circles')
  })

  it('of a write is not turned into a reading', async () => {
    world.server.script = () => ({ status: 302, headers: { location: '/api/v1/elsewhere' } })
    expect((await faultOf(world.open('forgejo').createComment(1, 'x'))).fault.detail).toContain('redirects a write')
    expect(world.server.asked).toHaveLength(1)
  })
})

describe('a write', () => {
  it('is not repeated when its answer is lost: it could have been heard', async () => {
    world.server.script = () => (response) => void response.destroy()
    for (const forge of [world.open('forgejo'), world.open('github')]) {
      expect((await faultOf(forge.createComment(1, 'x'))).fault.reason).toBe('forge_unreachable')
    }
    expect(world.server.asked).toHaveLength(2)
  })
})

describe('a write that something before the forge answers', () => {
  it('was not heard', async () => {
    world.server.script = () => HTML
    const forge = world.open('github')
    expect((await faultOf(forge.closePull(1))).fault.reason).toBe('forge_unreachable')
    expect((await faultOf(forge.createComment(1, 'x'))).fault.reason).toBe('forge_unreachable')
  })
})

describe('writes on GitHub', () => {
  it('are a second apart, as it asks, and do not hold up the questions', async () => {
    world.server.script = ({ method }) => ({ json: method === 'GET' ? githubPull(1) : {} })
    const forge = world.open('github', { paceWrites: true })
    const started = Date.now()
    const writes = Promise.all([1, 2, 3].map((number) => forge.closePull(number)))
    await forge.pull(1)
    expect(Date.now() - started).toBeLessThan(1500)
    await writes
    expect(Date.now() - started).toBeGreaterThan(1900)
  })
})

describe('a question', () => {
  it('is asked again, and the second answer counts', async () => {
    world.server.script = () => (world.server.asked.length === 1 ? { status: 502, ...HTML } : { json: githubPull(1) })
    await expect(world.open('github').pull(1)).resolves.toMatchObject({ number: 1 })
  })

  it('is not asked again of a server that says when to come back', async () => {
    world.server.script = () => ({ status: 503, json: {}, headers: { 'retry-after': '30' } })
    const forge = world.open('forgejo')
    const error = await faultOf(forge.pull(1))
    expect([error.fault.reason, error.retryAt]).toEqual(['forge_unreachable', world.now + 30_000])
    expect((await faultOf(forge.pull(1))).fault.reason).toBe('forge_rate_limited')
    expect(world.server.asked).toHaveLength(1)
  })
})

describe('a configuration that cannot be right is told before anything is asked', () => {
  const open = (url: string, repo: string) => () =>
    openForge({ kind: 'forgejo', url, repo, auth: { kind: 'token', token: TOKEN }, now: () => 0 })

  it.each([
    ['ftp://forge.test', 'o/r'],
    ['forge.test', 'o/r'],
    ['https://u:p@forge.test', 'o/r'],
    ['https://forge.test?x=1', 'o/r'],
    ['https://forge.test', 'o'],
    ['https://forge.test', 'o/r/x'],
    ['https://forge.test', '../r'],
    ['https://forge.test', 'o/..'],
  ])('%s %s', (url, repo) => {
    expect(open(url, repo)).toThrow(TypeError)
  })
})
