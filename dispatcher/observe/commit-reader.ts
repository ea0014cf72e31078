/** Reads the commits that a request brings: who signed them, and which are exact merges of main. */
import type { Repository } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { RequestCommit } from '../../vault/request/fact.js'

/** Commits that main lacks, each with its parents. */
export type Graph = ReadonlyMap<Oid, readonly Oid[]>

export interface Walk {
  readonly commits: readonly Oid[]
  /** Parents that main has. */
  readonly boundary: readonly Oid[]
  readonly tooMany: boolean
}

/** From a head back to main. Stops at the limit: then only that there are too many is known. */
export function walkGraph(head: Oid, graph: Graph): Walk {
  const seen = new Set<Oid>([head])
  const boundary = new Set<Oid>()
  for (const commit of seen) {
    if (seen.size > LIMITS.requestCommits) return { commits: [], boundary: [], tooMany: true }
    for (const parent of graph.get(commit) ?? []) (graph.has(parent) ? seen : boundary).add(parent)
  }
  return { commits: [...seen], boundary: [...boundary], tooMany: false }
}

/** @param path the request's one file: an exact merge of main leaves it as it was and brings main's content for the rest */
export async function readCommits(
  repository: Repository,
  walk: Walk,
  graph: Graph,
  path: string,
  withSignatures: boolean,
): Promise<readonly RequestCommit[]> {
  return Promise.all(
    walk.commits.map(async (commit) => ({
      oid: commit,
      parents: graph.get(commit) ?? [],
      exactMainMerge: await isExactMainMerge(repository, commit, graph, path),
      signature: withSignatures ? await repository.signatureOf(commit) : null,
    })),
  )
}

async function isExactMainMerge(repository: Repository, commit: Oid, graph: Graph, path: string): Promise<boolean> {
  const parents = graph.get(commit) ?? []
  const [own, ...otherOwn] = parents.filter((parent) => graph.has(parent))
  const [main, ...otherMain] = parents.filter((parent) => !graph.has(parent))
  if (own === undefined || main === undefined || otherOwn.length + otherMain.length > 0) return false
  const { changes, truncated } = await repository.history.diff(main, commit, [], LIMITS.changedPaths)
  if (truncated || changes.some((change) => change.path !== path)) return false
  const [merged, before] = await Promise.all([
    repository.objects.entry(commit, path),
    repository.objects.entry(own, path),
  ])
  return merged?.oid === before?.oid && merged?.mode === before?.mode
}
