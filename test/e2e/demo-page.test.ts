/** The page that shows the pull requests of the demo's forge: text of requests stays text. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORGE_KINDS } from '../../vault/forge/fact.js'
import { type Page, startPage } from '../support/forge/page/start-page.js'
import type { WorldRepo } from '../support/forge/world/forge-world.js'
import type { Person } from '../support/forge/world/person.js'
import { startForge, type TestWorld } from '../support/forge/world/start-forge.js'

const HOSTILE = `</pre></bdi></title><script>alert(1)</script><img src=x onerror="alert(1)"> " ' & \u202ereversed\u0007`

describe.each(FORGE_KINDS)('the page of a test forge as %s', (kind) => {
  let world: TestWorld
  let repo: WorldRepo
  let alice: Person
  let page: Page
  let number: number
  beforeAll(async () => {
    world = await startForge(kind)
    alice = await world.createUser('alice')
    const agent = await world.createUser('agent')
    repo = await world.createRepo(alice, 'ops')
    await repo.addCollaborator(agent, 'write')
    const head = await repo.push(agent, 'vault/x', { files: { x: 'x' } })
    page = await startPage(world.server.site)
    number = await repo.as(agent).openPull({ head: 'vault/x', title: HOSTILE, body: HOSTILE })
    await repo.as(agent).comment(number, HOSTILE)
    await repo.as(alice).review(number, 'approve', { body: HOSTILE })
    await repo.as(alice).setStatus(head, 'pending', HOSTILE)
  })
  afterAll(async () => {
    await page.close()
    await world.remove()
  })

  it('shows title, body, comment, review and status, and lets none of them out of its place', async () => {
    const { html_url } = await repo.as(alice).pull(number)
    for (const url of [page.url, String(html_url)]) {
      const { status, headers, text } = await get(url)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe')
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
      for (const raw of ['<script', '<img', '\u202e', '\u0007']) expect(text).not.toContain(raw)
      expect(text.match(/<title>/g)).toHaveLength(1)
    }
    const { text } = await get(String(html_url))
    expect(text.match(/&lt;\/pre&gt;/g)?.length).toBeGreaterThanOrEqual(5)
    expect(text.match(/<pre>/g)?.length).toBe(text.match(/<\/pre>/g)?.length)
    expect(text).toContain('Review of <bdi>alice</bdi>: approved')
  })

  it('can only be read, and by its own name', async () => {
    expect((await fetch(page.url, { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await get(`${page.url}alice/ops/pulls/999`)).status).toBe(404)
    expect((await get(`${page.url}alice/ops/pulls/%00`)).status).toBe(404)
    expect((await get(`${page.url}style.css`)).headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(await statusUnder('evil.example')).toBe(421)
  })

  it('does not show what is private', async () => {
    const hidden = await world.createRepo(alice, 'hidden', { isPrivate: true })
    expect((await get(`${page.url}${hidden.fullName}/pulls`)).status).toBe(404)
    expect((await get(page.url)).text).not.toContain('hidden')
  })

  function statusUnder(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(page.url, { headers: { Host: host } }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
  }
})

async function get(url: string): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(url)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
