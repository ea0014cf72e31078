/** A repo behind a password, as forges have it, with an eye on all command lines of the machine while it is asked for. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { GitHttpServer } from '../support/git-http-server.js'
import type { TestRemote } from '../support/git-repo.js'

interface HttpRemote {
  readonly url: string
  /** Command lines of processes that held the token while a request was served. */
  readonly exposures: readonly string[]
  /** `Authorization` headers of the requests that reached the repo. */
  readonly authorizations: readonly (string | undefined)[]
}

/** @param redirect origin that requests are sent on to, instead of being served */
export async function serveWithToken(remote: TestRemote, token: string, redirect?: string): Promise<HttpRemote> {
  await remote.git(['config', 'http.receivepack', 'true'])
  const backend = await GitHttpServer.start(remote.folder, `x-access-token:${token}`)
  const exposures: string[] = []
  const front = createServer((request, response) => {
    exposures.push(...commandLinesWith(token))
    const path = request.url ?? '/'
    if (redirect !== undefined) {
      response.writeHead(302, { location: `${redirect}${path}` }).end()
      return
    }
    const { method, headers } = request
    const onward = forward(new URL(path, backend.url('')), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    front.close()
    await backend.close()
  })
  const { port } = front.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/remote.git`, exposures, authorizations: backend.authorizations }
}

function commandLinesWith(token: string): readonly string[] {
  const processes = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return processes.flatMap((name) => {
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return line.includes(token) ? [line] : []
    } catch {
      return [] // it has ended meanwhile
    }
  })
}
