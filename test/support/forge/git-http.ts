/** Real git behind the forge: `git http-backend`, with the forge's accounts, permissions and branch protection. */
import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { testEnvironment } from '../run-git.js'
import { gitBackend } from './git-backend.js'
import { type Caller, callerOf } from './site/accounts.js'
import { movesBetween, refsMoved } from './site/after-push.js'
import { ruleOfMove } from './site/branches.js'
import { exclusive, refreshRefs } from './site/git-store.js'
import { may } from './site/roles.js'
import { fullName, type RefMove, type Repository, type Site, type User } from './site/state.js'

const ROUTE = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/

export interface GitAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const isGitPath = (path: string): boolean => ROUTE.test(path)

/** What git asks for; what is not allowed is 401, 403 or 404, as forges answer it. */
export async function answerGit(site: Site, request: IncomingMessage, url: URL, body: Buffer): Promise<GitAnswer> {
  const [, owner = '', name = '', service = ''] = ROUTE.exec(url.pathname) ?? []
  const caller = callerOf(site, request.headers.authorization)
  if (caller === 'wrong') return denied(401)
  const repo = site.repositoryByName(owner, name)
  const user = caller === 'nobody' ? null : caller.user
  const isPush = service === 'git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack'
  if (isPush && user === null) return denied(401)
  if (repo === undefined || !may(site, repo, user, 'read')) return denied(user === null ? 401 : 404)
  if (isPush && !(may(site, repo, user, 'write') && mayWriteBy(site, caller))) return denied(403)
  if (service !== 'git-receive-pack' || user === null) return runBackend(request, url, repo, service, body, {})
  return push(site, request, url, repo, user, body)
}

function mayWriteBy(site: Site, caller: Caller | 'nobody'): boolean {
  if (caller === 'nobody') return false
  const scopes = caller.token?.scopes ?? ['all']
  return scopes.some((scope) =>
    (site.kind === 'github' ? ['repo', 'all'] : ['all', 'write:repository']).includes(scope),
  )
}

function denied(status: number): GitAnswer {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Basic realm="forge"' } : {}
  return { status, headers, body: Buffer.from(status === 403 ? 'Permission denied' : 'Not found') }
}

function push(
  site: Site,
  request: IncomingMessage,
  url: URL,
  repo: Repository,
  user: User,
  raw: Buffer,
): Promise<GitAnswer> {
  return exclusive(repo, async () => {
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
    const before = await refreshRefs(repo)
    const wanted = readCommands(body)
    const named = (rule: string) =>
      wanted.filter((move) => ruleOfMove(site, repo, user, move) === rule).map((move) => move.ref)
    const env = { FORGE_DENIED: named('denied').join(' '), FORGE_NO_FORCE: named('no_force').join(' ') }
    const answer = await runBackend(request, url, repo, 'git-receive-pack', body, env)
    await refsMoved(site, repo, movesBetween(before, await refreshRefs(repo)), user)
    return answer
  })
}

/** The commands at the head of a push: `old new ref`, as packet lines. */
function readCommands(body: Buffer): readonly RefMove[] {
  const moves: RefMove[] = []
  for (let at = 0; ; ) {
    const length = Number.parseInt(body.toString('latin1', at, at + 4), 16)
    if (!(length > 4)) return moves
    const [line = ''] = body
      .toString('utf8', at + 4, at + length)
      .trimEnd()
      .split('\0')
    const [before = '', after = '', ref = ''] = line.split(' ')
    if (ref !== '') moves.push({ ref, before: orNull(before), after: orNull(after) })
    at += length
  }
}

const orNull = (commit: string): string | null => (/^0+$/.test(commit) ? null : commit)

async function runBackend(
  request: IncomingMessage,
  url: URL,
  repo: Repository,
  service: string,
  body: Buffer,
  more: Readonly<Record<string, string>>,
): Promise<GitAnswer> {
  const env = { ...backendEnvironment(request, url, repo, service, body), ...more }
  const backend = spawn(await gitBackend(), { env })
  const chunks: Buffer[] = []
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  backend.stdin.on('error', () => {})
  backend.stdin.end(body)
  await new Promise((resolve, reject) => backend.on('close', resolve).on('error', reject))
  return parseOutput(Buffer.concat(chunks))
}

function backendEnvironment(request: IncomingMessage, url: URL, repo: Repository, service: string, body: Buffer) {
  const header = (name: string) => request.headers[name]
  const isInflated = service === 'git-receive-pack'
  return {
    ...testEnvironment(),
    GIT_PROJECT_ROOT: repo.path,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${service}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    REMOTE_USER: fullName(repo),
    CONTENT_TYPE: String(header('content-type') ?? ''),
    CONTENT_LENGTH: String(body.length),
    ...(isInflated || header('content-encoding') === undefined
      ? {}
      : { HTTP_CONTENT_ENCODING: String(header('content-encoding')) }),
    ...(header('git-protocol') === undefined ? {} : { HTTP_GIT_PROTOCOL: String(header('git-protocol')) }),
  }
}

function parseOutput(output: Buffer): GitAnswer {
  const end = output.indexOf('\r\n\r\n')
  const headers: Record<string, string> = {}
  let status = 200
  for (const line of output.toString('latin1', 0, end).split('\r\n')) {
    const [name = '', value = ''] = line.split(/: (.*)/s)
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10)
    else headers[name] = value
  }
  return { status, headers, body: output.subarray(end + 4) }
}

export function sendGit(answer: GitAnswer, response: ServerResponse): void {
  response.writeHead(answer.status, answer.headers).end(answer.body)
}
