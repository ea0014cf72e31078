/** Claims whose end is not told, of those that have something of their runs. */
import type { Host } from '../../host.js'
import type { World } from '../../world.js'
import { type ClaimOnMain, claimsOnMain } from './claims-on-main.js'

export interface Kept {
  readonly host: Host
  readonly claim: ClaimOnMain
}

export function kept(world: World): readonly Kept[] {
  const open = claimsOnMain(world).filter(({ hasOutcome }) => !hasOutcome)
  return world.hosts.flatMap((host) =>
    open.filter(({ nonce }) => host.disk.runs.has(nonce)).map((claim) => ({ host, claim })),
  )
}
