/** What the merge binds to (law 5). */
import { type MergeCase, merged, path, release } from './case.js'

export const BINDING: readonly MergeCase[] = [
  {
    name: '5: an edit on main after the approval',
    id: 'edited-later',
    make: async (ops, id) => {
      await merged('alice')(ops, id)
      await ops.put({ [path(id)]: ops.action(id, { formula: 'release', lines: ['purpose = "other"'] }) }, ops.keys.bob)
    },
    verdict: 'refuse',
    reason: 'no_second_key',
  },
  {
    name: '35: a change after the approval, brought by a signed merge of an admin',
    id: 'edited-by-merge',
    make: async (ops, id) => {
      await merged('alice')(ops, id)
      const files = { [path(id)]: ops.action(id, { formula: 'release', lines: ['purpose = "other"'] }) }
      await ops.approve(await ops.file('edit', files, ops.keys.agent), ops.keys.alice)
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: '5: only its mode changed after the approval',
    id: 'mode-later',
    make: async (ops, id) => {
      await merged('alice')(ops, id)
      const content = ops.action(id, { formula: 'release' })
      await ops.put({ [path(id)]: { mode: '100755', content } })
      await ops.put({ [path(id)]: content })
    },
    verdict: 'refuse',
    reason: 'no_second_key',
  },
  {
    name: '26: the merge itself changed the content',
    id: 'evil-merge',
    make: async (ops, id) => {
      const parents = [await ops.main(), await release(ops, id)]
      const files = { [path(id)]: ops.action(id, { formula: 'release', lines: ['purpose = "slipped in"'] }) }
      await ops.remote.merge({ parents, files, sign: ops.keys.alice })
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: '21: the merge brought another file along',
    id: 'with-more',
    make: async (ops, id) => {
      const parents = [await ops.main(), await release(ops, id)]
      await ops.remote.merge({ parents, files: { 'more.txt': 'x' }, sign: ops.keys.alice })
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: 'one merge for two actions',
    id: 'pair-a',
    make: async (ops, id) => {
      const files = { [path(id)]: ops.action(id, { formula: 'release' }), [path('pair-b')]: ops.action('pair-b') }
      await ops.approve(await ops.file(`vault/${id}`, files, ops.keys.agent), ops.keys.alice)
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: 'an octopus',
    id: 'octopus',
    make: async (ops, id) => {
      const parents = [
        await ops.main(),
        await release(ops, id),
        await ops.file('aside', { aside: 'x' }, ops.keys.agent),
      ]
      const tree = await ops.remote.mergedTree(parents)
      await ops.remote.merge({ parents, tree, sign: ops.keys.alice })
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: '32: a merge of nothing, in which the file appears',
    id: 'from-nothing',
    make: async (ops, id) => {
      const files = { [path(id)]: ops.action(id, { formula: 'release' }) }
      const parents = [await ops.main(), await ops.file(`vault/${id}`, {}, ops.keys.agent)]
      await ops.remote.merge({ parents, files, sign: ops.keys.alice })
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: 'a merge of a commit that main had already',
    id: 'old-parent',
    make: async (ops, id) => {
      const files = { [path(id)]: ops.action(id, { formula: 'release' }) }
      await ops.remote.merge({ parents: [await ops.main(), ops.root], files, sign: ops.keys.alice })
    },
    verdict: 'refuse',
    reason: 'binding_mismatch',
  },
  {
    name: '7: a squash',
    id: 'squash',
    make: async (ops, id) => {
      await release(ops, id)
      await ops.put({ [path(id)]: ops.action(id, { formula: 'release' }) }, ops.keys.alice)
    },
    verdict: 'refuse',
    reason: 'no_second_key',
  },
  {
    name: '7: a rebase, or a fast-forward to the request',
    id: 'rebase',
    make: async (ops, id) => ops.remote.setRef('main', await release(ops, id)),
    verdict: 'refuse',
    reason: 'no_second_key',
  },
  {
    name: '42: approved, reverted, and the same bytes added again',
    id: 're-added',
    make: async (ops, id) => {
      await merged('alice')(ops, id)
      await ops.put({ [path(id)]: null }, ops.keys.bob)
      await ops.put({ [path(id)]: ops.action(id, { formula: 'release' }) }, ops.keys.bob)
    },
    verdict: 'refuse',
    reason: 'no_second_key',
  },
  {
    name: '42: approved, reverted, and the same head merged again by a writer',
    id: 're-merged',
    make: async (ops, id) => {
      const head = await release(ops, id)
      await ops.approve(head, ops.keys.alice)
      await ops.put({ [path(id)]: null }, ops.keys.bob)
      const files = { [path(id)]: ops.action(id, { formula: 'release' }) }
      await ops.remote.merge({ parents: [await ops.main(), head], files, sign: ops.keys.bob })
    },
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
]
