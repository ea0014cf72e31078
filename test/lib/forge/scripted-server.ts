/** A forge that says exactly what a test tells it to: a handful of lines around node:http. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  /** Path below the API's root, with its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** What an answer is made of; or how to break it. */
export type Reply =
  | {
      readonly status?: number
      readonly json?: unknown
      readonly text?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | ((response: ServerResponse) => void)

export type Script = (asked: Asked) => Reply | undefined

export class ScriptedServer {
  readonly asked: Asked[] = []
  /** What is not scripted is not there. */
  script: Script = () => undefined
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** `GET /repos/o/r/pulls`, without queries. */
  get routes(): readonly string[] {
    return this.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const path = (request.url ?? '').replace(/^\/api\/v\d/, '')
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const asked = { method: request.method ?? '', path, headers: request.headers, body }
    this.asked.push(asked)
    send(response, this.script(asked) ?? { status: 404, json: { message: 'not scripted' } })
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (typeof reply === 'function') {
    reply(response)
    return
  }
  const { status = 200, json, text, headers = {} } = reply
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(text ?? (json === undefined ? undefined : JSON.stringify(json)))
}
