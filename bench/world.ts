/** An ops repo for measuring: a past of so many records, and so many open requests that wait for a review. */
import { join } from 'node:path'
import { OpsRepo } from '../test/support/ops-repo.js'
import { makePast } from './history.js'

/** As it is installed: compiling it at its start is not what is measured. */
const BUILT_SUPERVISOR = [process.execPath, new URL('../lib/runner/supervisor.js', import.meta.url).pathname]

export interface WorldSpec {
  readonly records: number
  readonly open: number
}

export interface World {
  readonly ops: OpsRepo
  /** Public keys of those who wrote the past. */
  readonly trustedKeys: readonly string[]
}

export async function makeWorld({ records, open }: WorldSpec): Promise<World> {
  const ops = await OpsRepo.make({}, BUILT_SUPERVISOR)
  const past = { repository: ops.remote.path, root: ops.root, records, keyPath: join(ops.remote.folder, 'past.key') }
  const trustedKeys = records === 0 ? [] : [await makePast(past)]
  await openRequests(ops, open, 'dev', 'open')
  return { ops, trustedKeys }
}

/** Unsigned: of a medium request that is refused the signature is looked at all the same. */
export async function openRequests(ops: OpsRepo, count: number, formula: string, prefix: string): Promise<void> {
  const specs = Array.from({ length: count }, (_, index) => {
    const id = `${prefix}-${index}`
    return { branch: `vault/${id}`, files: { [`vault/actions/${id}.toml`]: ops.action(id, { formula }) } }
  })
  if (count > 0) await ops.remote.commits(specs)
}
