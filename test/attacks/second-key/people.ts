/** Who signed the merge (laws 1 and 6). */
import { dressedMerge, type MergeCase, merged, release } from './case.js'

export const PEOPLE: readonly MergeCase[] = [
  {
    name: 'an admin who did not ask for it',
    id: 'honest',
    make: merged('alice'),
    verdict: 'fire',
    reason: 'merged_by_admin',
  },
  {
    name: 'a writer who did not ask for it, on medium',
    id: 'honest-medium',
    make: merged('bob', 'agent', { formula: 'dev' }),
    verdict: 'fire',
    reason: 'merged_by_writer',
  },
  {
    name: 'a writer merges a release',
    id: 'by-writer',
    make: merged('bob'),
    verdict: 'refuse',
    reason: 'approver_role',
  },
  {
    name: 'a writer merges what declares itself low',
    id: 'self-low',
    make: merged('bob', 'agent', { lines: ['blast_radius = "low"'] }),
    verdict: 'refuse',
    reason: 'approver_role',
  },
  {
    name: 'a writer merges a dev that declares itself high',
    id: 'self-high',
    make: merged('bob', 'agent', { formula: 'dev', lines: ['blast_radius = "high"'] }),
    verdict: 'refuse',
    reason: 'approver_role',
  },
  {
    name: '36: the agent merges its own request',
    id: 'by-agent',
    make: merged('agent', 'agent', { formula: 'dev' }),
    verdict: 'refuse',
    reason: 'approver_role',
  },
  {
    name: 'an admin merges her own request',
    id: 'self',
    make: merged('alice', 'alice'),
    verdict: 'refuse',
    reason: 'self_approval',
  },
  {
    name: 'a writer merges his own medium request',
    id: 'self-medium',
    make: merged('bob', 'bob', { formula: 'dev' }),
    verdict: 'refuse',
    reason: 'self_approval',
  },
  {
    name: 'an admin who signed one of its commits',
    id: 'self-half',
    make: async (ops, id) => {
      const parent = await release(ops, id)
      const head = await ops.remote.commit({ branch: `vault/${id}`, parent, sign: ops.keys.alice })
      await ops.approve(head, ops.keys.alice)
    },
    verdict: 'refuse',
    reason: 'self_approval',
  },
  {
    name: '50: the only admin updated the branch from main, and may still approve',
    id: 'updated',
    make: async (ops, id) => {
      const head = await release(ops, id)
      await ops.put({ 'news.txt': 'main moved\n' })
      const parents = [head, await ops.main()]
      await ops.approve(
        await ops.remote.merge({ branch: `vault/${id}`, parents, sign: ops.keys.alice }),
        ops.keys.alice,
      )
    },
    verdict: 'fire',
    reason: 'merged_by_admin',
  },
  {
    name: '50: an update of the branch that also changed the action makes a requester',
    id: 'updated-edit',
    make: async (ops, id) => {
      const head = await release(ops, id)
      await ops.put({ 'news-2.txt': 'main moved\n' })
      const files = {
        [`vault/actions/${id}.toml`]: ops.action(id, { formula: 'release', lines: ['purpose = "more"'] }),
      }
      const parents = [head, await ops.main()]
      const updated = await ops.remote.merge({ branch: `vault/${id}`, parents, files, sign: ops.keys.alice })
      await ops.approve(updated, ops.keys.alice)
    },
    verdict: 'refuse',
    reason: 'self_approval',
  },
  {
    name: 'a key that is nobody',
    id: 'by-nobody',
    make: merged('mallory'),
    verdict: 'refuse',
    reason: 'approver_unknown',
  },
  {
    name: "3: an unsigned merge with an admin's name as author and committer",
    id: 'by-name',
    make: async (ops, id) => {
      const parents = [await ops.main(), await release(ops, id)]
      await ops.remote.merge({ parents, author: { name: 'alice', email: 'alice@example.org' } })
    },
    verdict: 'refuse',
    reason: 'merge_unsigned',
  },
  {
    name: '6: a subject and trailers that borrow the approval of another',
    id: 'by-subject',
    make: async (ops, id) => {
      const parents = [await ops.main(), await release(ops, id)]
      const message = `Merge pull request #1 from alice/x\n\nApproved-By: alice\nTier: low\nSigned-off-by: alice\n`
      await ops.remote.merge({ parents, message, sign: ops.keys.bob })
    },
    verdict: 'refuse',
    reason: 'approver_role',
  },
  {
    name: '17: the merge of an account that is never a second key',
    id: 'by-bot',
    make: merged('bot'),
    verdict: 'refuse',
    reason: 'approver_excluded',
  },
  {
    name: 'a PGP signature',
    id: 'pgp',
    make: (ops, id) => dressedMerge(ops, id, '-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----'),
    verdict: 'refuse',
    reason: 'signature_invalid',
  },
  {
    name: 'an SSH signature of noise',
    id: 'noise',
    make: (ops, id) =>
      dressedMerge(ops, id, `-----BEGIN SSH SIGNATURE-----\n ${'QUJD'.repeat(16)}\n -----END SSH SIGNATURE-----`),
    verdict: 'refuse',
    reason: 'signature_invalid',
  },
  {
    name: "an admin's signature from another commit",
    id: 'borrowed',
    make: async (ops, id) => {
      const other = await ops.remote.commit({ branch: 'other', sign: ops.keys.alice })
      const raw = await ops.remote.git(['cat-file', 'commit', other])
      return dressedMerge(ops, id, /gpgsig ([\s\S]*?END SSH SIGNATURE-----)/.exec(raw)?.[1] ?? 'none')
    },
    verdict: 'refuse',
    reason: 'signature_invalid',
  },
  {
    name: 'a request that nobody signed, merged by an admin',
    id: 'unsigned-request',
    make: async (ops, id) => ops.approve(await ops.request(id, { formula: 'release' }), ops.keys.alice),
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
  {
    name: '43: a request with a throw-away key, merged by an admin',
    id: 'throw-away',
    make: merged('alice', 'mallory'),
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
]
