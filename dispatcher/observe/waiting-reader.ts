/** Reads the actions that wait on main, each with the commit that brought it. */
import type { Repository } from '../../lib/git/port.js'
import type { MergeFact } from '../../vault/countersignature/fact.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { WaitingFact } from '../../vault/plan/snapshot.js'
import { actionStem } from '../../vault/request/shape.js'
import { readActionFile } from './action-file-reader.js'
import { readCommits, walkGraph } from './commit-reader.js'

export const ACTIONS_FOLDER = 'vault/actions'
export const ACTIONS_README = `${ACTIONS_FOLDER}/README.md`

export interface WaitingActions {
  readonly waiting: readonly WaitingFact[]
  readonly hasReadme: boolean
}

/** @param lastChange path -> the last first-parent commit that changed it */
export async function readWaiting(
  repository: Repository,
  main: Oid,
  lastChange: ReadonlyMap<string, Oid>,
): Promise<WaitingActions> {
  const folder = await repository.objects.entry(main, ACTIONS_FOLDER)
  const entries = folder === null ? [] : ((await repository.objects.tree(folder.oid)) ?? [])
  const waiting: WaitingFact[] = []
  for (const entry of entries) {
    const path = `${ACTIONS_FOLDER}/${entry.name}`
    const stem = actionStem(path)
    if (stem === null) continue
    const file = await readActionFile(repository.objects, entry, stem)
    waiting.push({
      path,
      stem,
      entry: { mode: entry.mode, oid: entry.oid },
      file,
      merge: await readMerge(repository, path, lastChange.get(path)),
      pull: null,
    })
  }
  return { waiting, hasReadme: entries.some((entry) => entry.name === 'README.md') }
}

/** Null where anything of it could not be read: it is asked again (law 2). */
async function readMerge(repository: Repository, path: string, oid: Oid | undefined): Promise<MergeFact | null> {
  const commit = oid === undefined ? null : await repository.objects.commit(oid)
  if (commit === null) return null
  const { parents } = commit
  const [first, second] = parents
  const signature = await repository.signatureOf(commit.oid)
  if (first === undefined || second === undefined) {
    return {
      commit: commit.oid,
      parents,
      signature,
      changes: { changes: [], truncated: false },
      inSecondParent: null,
      commits: [],
      tooManyCommits: false,
    }
  }
  const changes = await repository.history.diff(first, commit.oid, [], LIMITS.changedPaths)
  const graph = await repository.history.newCommits([second], first)
  const walk = graph.has(second) ? walkGraph(second, graph) : { commits: [], boundary: [], tooMany: false }
  const commits = await readCommits(repository, walk, graph, path, true)
  const inSecondParent = await repository.objects.entry(second, path)
  return { commit: commit.oid, parents, signature, changes, inSecondParent, commits, tooManyCommits: walk.tooMany }
}
