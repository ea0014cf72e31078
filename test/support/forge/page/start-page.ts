/**
 * A page for people who want to see the pull requests of a test forge: a server of its own, which can only read.
 *
 *     const page = await startPage(world.server.site)   // from now on the forge's links to pull requests lead there
 *     page.url                                          // all pull requests
 *     await page.close()                                // before the forge
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { may } from '../site/roles.js'
import type { Repository, Site } from '../site/state.js'
import { frame, STYLE } from './frame.js'
import { html, type Markup } from './markup.js'
import { renderRepository } from './pull-list.js'
import { renderPull } from './pull-page.js'

export interface Page {
  readonly url: string
  close(): Promise<void>
}

/** No script, no form, no frame, nothing from elsewhere: what a request says could do nothing even if it did break out. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}

export async function startPage(site: Site): Promise<Page> {
  const server = createServer((request, response) => send(response, request, answer(site, request)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${site.url}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Said {
  readonly status: number
  readonly type?: string
  readonly body: string
}

function answer(site: Site, { method, url, headers }: IncomingMessage): Said {
  // A name that somebody lets point to this machine must not make the page theirs to read.
  if (headers.host !== new URL(site.url).host) return { status: 421, body: 'not the host of this page\n' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: 'this page can only be read\n' }
  if (url === '/style.css') return { status: 200, type: 'text/css', body: STYLE }
  const page = pageAt(site, url?.split('?')[0] ?? '/')
  return page === null
    ? { status: 404, body: 'there is no such page\n' }
    : { status: 200, type: 'text/html', body: page.source }
}

function pageAt(site: Site, path: string): Markup | null {
  const visible = [...site.repositories.values()].filter((repo) => may(site, repo, null, 'read'))
  if (path === '/') return listOf(site, visible)
  const [, owner, name, number] = /^\/([^/]+)\/([^/]+)(?:\/pulls?(?:\/(\d+))?)?$/.exec(path) ?? []
  const repo = visible.find((each) => each.owner.login === owner && each.name === name)
  if (repo === undefined) return null
  if (number === undefined) return listOf(site, [repo])
  const pull = repo.pulls.get(Number(number))
  return pull === undefined ? null : frame(`#${pull.number} ${pull.title}`, renderPull(site, pull))
}

const listOf = (site: Site, repos: readonly Repository[]): Markup =>
  frame('Pull requests', html`${repos.map((repo) => renderRepository(site, repo))}`)

function send(
  response: ServerResponse,
  { method }: IncomingMessage,
  { status, type = 'text/plain', body }: Said,
): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': `${type}; charset=utf-8`, Allow: 'GET, HEAD' })
  response.end(method === 'HEAD' ? undefined : body)
}
