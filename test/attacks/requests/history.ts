/** Where a request comes from: its place in the history. */
import type { Oid } from '../../../vault/oid.js'
import type { OpsRepo } from '../../support/ops-repo.js'
import { path, type RequestCase } from './case.js'

export const HISTORY: readonly RequestCase[] = [
  {
    name: 'a branch without common history',
    id: 'unrelated',
    make: (ops, id) =>
      ops.remote.commit({ branch: `vault/${id}`, parent: null, files: { [path(id)]: ops.action(id) } }),
    verdict: 'refuse',
    reason: 'no_common_history',
  },
  {
    name: 'an octopus that joins two requests',
    id: 'octopus',
    make: async (ops, id) => {
      const main = await ops.main()
      const [a, b] = [await side(ops, id), await side(ops, 'octopus-b')]
      const tree = await ops.remote.mergedTree([a, b])
      return ops.remote.merge({ branch: `vault/${id}`, parents: [main, a, b], tree })
    },
    verdict: 'refuse',
    reason: 'extra_paths',
  },
  {
    name: 'an octopus by nobody over a signed medium request',
    id: 'octopus-medium',
    make: async (ops, id) => {
      const own = await ops.request(id, { formula: 'dev' }, ops.keys.agent)
      const parents = [own, await side(ops, 'o1', {}), await side(ops, 'o2', {})]
      return ops.remote.merge({ branch: `vault/${id}`, parents, tree: await treeOf(ops, own) })
    },
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
  {
    name: 'more than one merge base',
    id: 'criss-cross',
    make: async (ops, id) => {
      const base = await ops.main()
      const [left, right] = [await side(ops, 'l', { l: 'l' }, base), await side(ops, 'r', { r: 'r' }, base)]
      await ops.remote.setRef('main', await ops.remote.merge({ branch: null, parents: [base, left] }))
      await ops.remote.merge({ parents: [await ops.main(), right] })
      const crossed = await ops.remote.merge({ branch: null, parents: [left, right] })
      return ops.remote.commit({ branch: `vault/${id}`, parent: crossed, files: { [path(id)]: ops.action(id) } })
    },
    verdict: 'refuse',
    reason: 'ambiguous_base',
  },
  {
    name: 'more commits than are read, on medium',
    id: 'many-commits',
    make: async (ops, id) => {
      const head = await ops.request(id, { formula: 'dev' }, ops.keys.agent)
      return emptyCommits(ops, `vault/${id}`, head, 60)
    },
    verdict: 'refuse',
    reason: 'too_many_commits',
  },
  {
    name: 'many commits on low ask for nobody',
    id: 'many-low',
    make: async (ops, id) => emptyCommits(ops, `vault/${id}`, await ops.request(id), 60),
    verdict: 'fire',
    reason: 'auto_approved',
  },
]

/** A commit that adds one action beside main; no branch. */
async function side(ops: OpsRepo, id: string, files?: Record<string, string>, parent?: Oid): Promise<Oid> {
  const added = files ?? { [path(id)]: ops.action(id) }
  return ops.remote.commit({ branch: null, parent: parent ?? (await ops.main()), files: added, message: `${id}\n` })
}

async function treeOf(ops: OpsRepo, commit: Oid): Promise<Oid> {
  return (await ops.remote.git(['rev-parse', `${commit}^{tree}`])) as Oid
}

async function emptyCommits(ops: OpsRepo, branch: string, head: Oid, count: number): Promise<void> {
  let parent = head
  for (let index = 0; index < count; index++) parent = await ops.remote.commit({ branch, parent })
}
