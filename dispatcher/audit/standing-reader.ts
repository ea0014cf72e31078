/** The actions that waited on main when they were claimed, read by the same reader as a dispatcher's. */
import { MissingObject } from '../../lib/git/missing-object.js'
import type { LineCommit, Repository } from '../../lib/git/port.js'
import type { Standing } from '../../vault/audit/claim.js'
import type { Oid } from '../../vault/oid.js'
import { readWaiting } from '../observe/waiting-reader.js'

/** @param lastChange the actions to read -> the last commit that changed each before `claim` */
export async function readStanding(
  repository: Repository,
  claim: LineCommit,
  lastChange: ReadonlyMap<string, Oid>,
): Promise<ReadonlyMap<string, Standing>> {
  const [before] = claim.parents
  if (lastChange.size === 0 || before === undefined) return new Map()
  const { waiting } = await readWaiting(repository, before, lastChange)
  const standing = new Map<string, Standing>()
  for (const { path, entry, merge } of waiting) {
    const commit = lastChange.get(path)
    if (commit === undefined) continue
    if (merge === null) throw new MissingObject(commit)
    standing.set(path, { entry, merge })
  }
  return standing
}
