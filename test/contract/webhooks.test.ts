/** Deliveries of the test forge. A real one does not deliver to this machine by itself. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import type { ForgeKind } from '../../vault/forge/fact.js'
import { startForge } from '../support/forge/world/start-forge.js'

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

async function listen(): Promise<{ url: string; deliveries: Delivery[]; close: () => void }> {
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, deliveries, close: () => server.close() }
}

describe.each<ForgeKind>(['forgejo', 'github'])('webhooks of %s', (kind) => {
  it('signs what happened, over the raw body', async () => {
    const world = await startForge(kind)
    const ear = await listen()
    const owner = await world.createUser('owner')
    const repo = await world.createRepo(owner, 'ops')
    const config = { url: ear.url, content_type: 'json', secret: 'shh' }
    await repo
      .as(owner)
      .api('POST', '/hooks', { type: 'forgejo', config, events: ['push', 'pull_request'], active: true })
    await repo.push(owner, 'vault/x', { files: { 'x.txt': 'x\n' } })
    await repo.as(owner).openPull({ head: 'vault/x' })
    await vi.waitFor(() => expect(ear.deliveries).toHaveLength(2), { timeout: 10_000 })
    const [push, opened] = ear.deliveries as [Delivery, Delivery]
    const digest = createHmac('sha256', 'shh').update(push.body).digest('hex')
    expect(push.headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    expect(push.headers['x-forgejo-signature']).toBe(kind === 'forgejo' ? digest : undefined)
    expect([push.headers['x-github-event'], opened.headers['x-github-event']]).toEqual(['push', 'pull_request'])
    expect(JSON.parse(push.body)).toMatchObject({ ref: 'refs/heads/vault/x', repository: { id: repo.id } })
    ear.close()
    await world.remove()
  })

  it('sends an empty digest where there is no secret, on Forgejo', async () => {
    const world = await startForge(kind)
    const ear = await listen()
    const owner = await world.createUser('owner')
    const repo = await world.createRepo(owner, 'ops')
    await repo.as(owner).api('POST', '/hooks', { type: 'forgejo', config: { url: ear.url }, events: ['push'] })
    await repo.push(owner, 'vault/x', { files: { 'x.txt': 'x\n' } })
    await vi.waitFor(() => expect(ear.deliveries).toHaveLength(1), { timeout: 10_000 })
    expect(ear.deliveries[0]?.headers['x-forgejo-signature']).toBe(kind === 'forgejo' ? '' : undefined)
    ear.close()
    await world.remove()
  })
})
