/** Who asks (law 6). */
import type { OpsRepo } from '../../support/ops-repo.js'
import { path, type RequestCase } from './case.js'

export const PEOPLE: readonly RequestCase[] = [
  {
    name: '43: a medium request without signature, in the name of a principal',
    id: 'unsigned',
    make: (ops, id) =>
      ops.remote.commit({
        branch: `vault/${id}`,
        files: { [path(id)]: ops.action(id, { formula: 'dev' }) },
        author: { name: 'agent', email: 'agent@example.org' },
      }),
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
  {
    name: '43: a throw-away key for the request',
    id: 'throw-away',
    make: (ops, id) => ops.request(id, { formula: 'release' }, ops.keys.mallory),
    verdict: 'refuse',
    reason: 'requester_unknown',
    tier: 'high',
  },
  {
    name: '43: one unsigned commit below a signed one',
    id: 'half-signed',
    make: async (ops, id) => {
      const draft = await ops.request(id, { formula: 'dev' })
      return ops.remote.commit({ branch: `vault/${id}`, parent: draft, sign: ops.keys.agent })
    },
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
  {
    name: 'a signature that looks like one of GPG',
    id: 'gpg-like',
    make: (ops, id) => dressed(ops, id, '-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----'),
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
  {
    name: 'a signature that was taken from another commit',
    id: 'borrowed',
    make: async (ops, id) => {
      const other = await ops.file('honest', { x: 'x' }, ops.keys.agent)
      const raw = await ops.remote.git(['cat-file', 'commit', other])
      return dressed(ops, id, /gpgsig ([\s\S]*?END SSH SIGNATURE-----)/.exec(raw)?.[1] ?? 'none')
    },
    verdict: 'refuse',
    reason: 'requester_unknown',
  },
]

/** A medium request whose commit carries this as its signature. */
async function dressed(ops: OpsRepo, id: string, signature: string): Promise<void> {
  const plain = await ops.request(id, { formula: 'dev' })
  const raw = await ops.remote.git(['cat-file', 'commit', plain])
  const end = raw.indexOf('\n\n')
  const commit = `${raw.slice(0, end)}\ngpgsig ${signature}${raw.slice(end)}`
  await ops.remote.setRef(`vault/${id}`, await ops.remote.object('commit', commit))
}
