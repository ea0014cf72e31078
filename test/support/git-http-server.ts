/** `git http-backend` behind node:http: a remote that can ask for a password, stall, or lose its answers. */
import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testEnvironment } from './run-git.js'

export type Mischief = 'none' | 'lose_push_answer' | 'cut_fetch' | 'stall' | { readonly redirect: string }

export class GitHttpServer {
  mischief: Mischief = 'none'
  /** `Authorization` headers of all requests, in order. */
  readonly authorizations: (string | undefined)[] = []
  readonly #server: Server

  private constructor(
    private readonly root: string,
    private readonly login: string | null,
  ) {
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  /** @param root folder of the repositories; @param login `name:password` that is asked for */
  static async start(root: string, login: string | null = null): Promise<GitHttpServer> {
    const server = new GitHttpServer(root, login)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  /** @param credentials `name:password@`, to be put into the URL */
  url(repository: string, credentials = ''): string {
    return `http://${credentials}127.0.0.1:${(this.#server.address() as AddressInfo).port}/${repository}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers
    this.authorizations.push(authorization)
    if (this.mischief === 'stall') return
    if (typeof this.mischief === 'object') {
      response.writeHead(302, { Location: `${this.mischief.redirect}${request.url ?? ''}` }).end()
      return
    }
    const expected = this.login === null ? undefined : `Basic ${Buffer.from(this.login).toString('base64')}`
    if (expected !== undefined && authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end('who are you?')
      return
    }
    this.#runBackend(request, response)
  }

  #runBackend(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const backend = spawn('git', ['http-backend'], { env: this.#environment(request, url) })
    request.pipe(backend.stdin)
    backend.stdin.on('error', () => {})
    const chunks: Buffer[] = []
    backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    backend.on('close', () => {
      const isPush = request.method === 'POST' && url.pathname.endsWith('/git-receive-pack')
      const isFetch = request.method === 'POST' && url.pathname.endsWith('/git-upload-pack')
      if (isPush && this.mischief === 'lose_push_answer') request.socket.destroy()
      else if (isFetch && this.mischief === 'cut_fetch') request.socket.destroy()
      else relay(Buffer.concat(chunks), response)
    })
  }

  #environment(request: IncomingMessage, url: URL): Record<string, string> {
    const headers: Record<string, string | string[] | undefined> = request.headers
    const optional = (name: string, header: string) =>
      typeof headers[header] === 'string' ? { [name]: headers[header] } : {}
    return {
      ...testEnvironment(),
      GIT_PROJECT_ROOT: this.root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      REMOTE_USER: 'somebody',
      ...optional('CONTENT_TYPE', 'content-type'),
      ...optional('CONTENT_LENGTH', 'content-length'),
      ...optional('HTTP_CONTENT_ENCODING', 'content-encoding'),
      ...optional('HTTP_GIT_PROTOCOL', 'git-protocol'),
    }
  }
}

function relay(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n')
  let status = 200
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/s)
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
    else response.setHeader(name, value)
  }
  response.writeHead(status).end(output.subarray(end + 4))
}
