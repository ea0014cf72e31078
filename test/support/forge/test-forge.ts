/**
 * A forge for tests: a real HTTP server with real git behind it, as Forgejo or as GitHub Enterprise, faults on demand.
 *
 *     const world = await startForge('forgejo')             // or 'github'; see world/forge-world.ts
 *     const alice = await world.createUser('alice')         // an account with a token
 *     const repo = await world.createRepo(alice, 'ops')     // with a first commit on main
 *     const agent = await world.createUser('agent')
 *     await repo.addCollaborator(agent, 'write')
 *     const head = await repo.push(agent, 'vault/x', { files: { 'vault/actions/x.toml': '…' } })
 *     const number = await repo.as(agent).openPull({ head: 'vault/x' })
 *     await repo.as(alice).merge(number, { head })
 *     await world.remove()
 *
 * `world.url`, `repo.fullName` and `agent.token` are what `openForge` takes. `world.server` is this class; null on a real forge:
 *
 *     server.faults.next(FAULTS.badGateway)                                  // the next request of the API
 *     server.faults.always(FAULTS.loseAnswer, { method: 'POST', route: '/repos/:owner/:repo/pulls' })
 *     server.faults.next(FAULTS.loseAnswer, { path: /git-receive-pack/ })    // git fails only where a path says so
 *     await server.goDown(); await server.comeBack()                         // connection refused
 *     server.log.count({ route: '/repos/:owner/:repo/pulls' })               // what was asked, by route
 *     server.site                                                            // what the forge keeps, to look at or to bend
 *     server.site.losesPushes = true                                         // Forgejo's worst: a push that is never told
 *
 * Rooms: `site/` is what a forge does, whatever its dialect; `forgejo/` and `github/` are its words (routes and renderings) and its
 * branch protection; `http/` is calls, routes, pages; `faults/` what goes wrong; `world/` a person's view, also of a real forge.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import type { Fault } from './faults/fault.js'
import { FaultPlan } from './faults/fault-plan.js'
import { flood, hangUp, send, sendHalf, type Wire } from './faults/send.js'
import { FORGEJO } from './forgejo/dialect.js'
import { answerGit, isGitPath, sendGit } from './git-http.js'
import { GITHUB } from './github/dialect.js'
import { type Asked, answerApi, findRoute } from './http/answer-api.js'
import type { Answer } from './http/call.js'
import type { Dialect } from './http/dialect.js'
import { RequestLog } from './http/request-log.js'
import { addToken, addUser, callerOf } from './site/accounts.js'
import { Site } from './site/state.js'

export class TestForge {
  readonly faults = new FaultPlan()
  readonly log = new RequestLog()
  /** Of the site's admin. */
  readonly adminToken: string
  readonly #answers = new Map<string, Answer>()
  readonly #dialect: Dialect
  #server: Server
  #port = 0

  private constructor(readonly site: Site) {
    this.#dialect = site.kind === 'github' ? GITHUB : FORGEJO
    this.adminToken = addToken(site, addUser(site, { login: 'siteadmin', isSiteAdmin: true }), 'all', [
      'all',
      'repo',
    ]).value
    this.#server = this.#newServer()
  }

  /** @param now the forge's clock, epoch milliseconds */
  static async start(kind: ForgeKind, now: () => number = Date.now): Promise<TestForge> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-forge-'))
    const forge = new TestForge(new Site(kind, folder, now))
    await forge.comeBack()
    forge.site.url = forge.url
    return forge
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Connections are refused until `comeBack`. */
  async goDown(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async comeBack(): Promise<void> {
    if (this.#server.listening) return
    this.#server = this.#newServer()
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.goDown()
    await rm(this.site.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  #newServer(): Server {
    return createServer((request, response) => void this.#serve({ request, response }))
  }

  async #serve(wire: Wire): Promise<void> {
    const asked = findRoute(this.#dialect, wire.request, this.url)
    const route = isGitPath(asked.url.pathname) ? 'git' : (asked.match?.route.split(' ')[1] ?? 'none')
    const target = `${asked.url.pathname}${asked.url.search}`
    const fault = this.faults.take({ method: asked.method, target, route })
    const note = (status: number) =>
      this.log.add({ method: asked.method, target, route, login: this.#loginOf(wire), status })
    wire.response.on('error', () => {})
    wire.response.setHeader('Date', new Date(this.site.now()).toUTCString())
    const raw = await readAll(wire.request)
    if (fault !== null && (await this.#failFirst(wire, fault, asked)))
      return note(fault.kind === 'status' ? fault.status : 0)
    if (route === 'git') return note(await this.#serveGit(wire, asked.url, raw, fault))
    note(this.#finish(wire, asked, await answerApi(this.site, this.#dialect, asked, wire.request, raw), fault))
  }

  #loginOf({ request }: Wire): string | null {
    const caller = callerOf(this.site, request.headers.authorization)
    return typeof caller === 'string' ? null : caller.user.login
  }

  /** Faults that keep anything from happening. @returns whether that was all */
  async #failFirst(wire: Wire, fault: Fault, asked: Asked): Promise<boolean> {
    switch (fault.kind) {
      case 'status':
        send(wire, fault)
        return true
      case 'reset':
        hangUp(wire)
        return true
      case 'stall':
        return true
      case 'redirect':
        send(wire, { status: 302, headers: { Location: `${fault.to}${asked.url.pathname}${asked.url.search}` } })
        return true
      case 'flood':
        await flood(wire, fault.bytes)
        return true
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.ms))
        return false
      case 'cut':
      case 'lose_answer':
      case 'replay':
      case 'change':
        return false
    }
  }

  async #serveGit({ request, response }: Wire, url: URL, raw: Buffer, fault: Fault | null): Promise<number> {
    const answer = await answerGit(this.site, request, url, raw)
    if (fault?.kind === 'lose_answer' || fault?.kind === 'cut') {
      request.socket.destroy()
      return 0
    }
    sendGit(answer, response)
    return answer.status
  }

  #finish(wire: Wire, asked: Asked, answer: Answer, fault: Fault | null): number {
    const key = `${asked.method} ${asked.url.pathname} ${asked.url.searchParams.get('page') ?? '1'}`
    const before = this.#answers.get(key) ?? answer
    if (fault?.kind !== 'replay' && answer.status === 200) this.#answers.set(key, answer)
    if (fault?.kind === 'lose_answer') hangUp(wire)
    else if (fault?.kind === 'cut') sendHalf(wire, answer)
    else if (fault?.kind === 'replay') send(wire, before)
    else if (fault?.kind === 'change') send(wire, { ...answer, body: fault.change(answer.body) })
    else send(wire, answer)
    return fault?.kind === 'lose_answer' ? 0 : answer.status
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // Whoever asked has gone.
  }
  return Buffer.concat(chunks)
}
