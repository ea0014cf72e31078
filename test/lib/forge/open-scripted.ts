import { afterEach, beforeEach } from 'vitest'
import type { ForgeLimits } from '../../../lib/forge/forge-limits.js'
import type { Forge } from '../../../lib/forge/forge-options.js'
import type { ForgeStop } from '../../../lib/forge/forge-stop.js'
import { openForge } from '../../../lib/forge/open-forge.js'
import { ForgeError } from '../../../lib/forge/port.js'
import type { ForgeKind } from '../../../vault/forge/fact.js'
import { ScriptedServer } from './scripted-server.js'

export const TOKEN = 'a-token-that-nobody-may-see'

export interface Scripted {
  server: ScriptedServer
  /** Epoch milliseconds that the adapter is told. */
  now: number
  logged: unknown[]
  open(kind: ForgeKind, limits?: Partial<ForgeLimits>, stop?: ForgeStop): Forge
}

/** A server of its own for each test. */
export function scripted(): Scripted {
  const world: Scripted = {
    server: undefined as unknown as ScriptedServer,
    now: Date.now(),
    logged: [],
    open: (kind, limits = {}, stop) =>
      openForge(
        {
          kind,
          url: world.server.url,
          repo: 'o/r',
          auth: { kind: 'token', token: TOKEN },
          now: () => world.now,
          log: (message, fields) => world.logged.push([message, fields]),
          stop,
        },
        { retryMs: 1, paceWrites: false, ...limits },
      ),
  }
  beforeEach(async () => {
    world.server = await ScriptedServer.start()
    world.now = Date.now()
    world.logged = []
  })
  afterEach(() => world.server.stop())
  return world
}

/** The fault that a call ends with. */
export async function faultOf(call: Promise<unknown>): Promise<ForgeError> {
  const error: unknown = await call.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof ForgeError) return error
  throw error
}
