import { createAppAuth } from '@octokit/auth-app'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { RequestError } from '@octokit/request-error'
import { Octokit } from '@octokit/rest'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import type { ForgeLimits } from '../forge-limits.js'
import type { ForgeAuth } from '../forge-options.js'
import type { ForgeStop } from '../forge-stop.js'
import { guardedFetch } from './guarded-fetch.js'
import { TransportFault } from './transport-fault.js'

export interface OctokitOptions {
  readonly kind: ForgeKind
  readonly baseUrl: string
  readonly auth: ForgeAuth
  readonly stop?: ForgeStop | undefined
}

const Client = Octokit.plugin(noVainRetry, retry, throttling)

/** What answers once with a 4xx answers so again. */
const CLIENT_ERRORS = Array.from({ length: 100 }, (_, index) => 400 + index)

export function openOctokit({ kind, baseUrl, auth, stop }: OctokitOptions, limits: ForgeLimits): Octokit {
  return new Client({
    baseUrl,
    userAgent: 'countersign',
    log: SILENT,
    // For what the plugins ask by themselves, an app's token: each its own question, with its own time.
    request: { fetch: (url: string, init?: RequestInit) => guardedFetch(limits, stop?.begun)(url, init) },
    retry: { doNotRetry: CLIENT_ERRORS, retryAfterBaseValue: limits.retryMs, retries: limits.retries },
    throttle: {
      // Its queues are shared by all clients of a process that have one id.
      id: `countersign-${nextId()}`,
      enabled: kind === 'github' && limits.paceWrites,
      // Never waited for in here: the gate is shut, and the next tick asks again.
      onRateLimit: () => false,
      onSecondaryRateLimit: () => false,
    },
    ...(auth.kind === 'token' ? { auth: auth.token } : appAuth(auth)),
  })
}

function appAuth({ appId, privateKey, installationId }: Extract<ForgeAuth, { kind: 'app' }>) {
  return { authStrategy: createAppAuth, auth: { appId, privateKey, installationId } }
}

/**
 * Stands nearest to the wire: the retry plugin, around it, then sees that asking again is of no use. So is a server
 * that says when to come back.
 */
function noVainRetry(octokit: Pick<Octokit, 'hook'>): Record<string, never> {
  octokit.hook.error('request', (error, options) => {
    const isFinal = error instanceof RequestError && error.cause instanceof TransportFault && error.cause.isFinal
    const says = error instanceof RequestError && error.response?.headers['retry-after'] !== undefined
    if (isFinal || says) Object.assign(options.request, { retries: 0 })
    throw error
  })
  return {}
}

const silent = () => {}
/** Octokit logs addresses and failures of its own accord; what is told is told by `ForgeClient`. */
const SILENT = { debug: silent, info: silent, warn: silent, error: silent }

let last = 0
function nextId(): number {
  last += 1
  return last
}
