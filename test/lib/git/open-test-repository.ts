import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openRepository, type RepositoryOptions } from '../../../lib/git/open-repository.js'
import type { Repository } from '../../../lib/git/port.js'
import { checkSshSignature } from '../../../lib/signing/ssh-signature.js'
import { makeRemote, type RemoteSpec, type TestRemote } from '../../support/git-repo.js'

export const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/nonexistent' }

/** A remote for one test; gone when the test ends. */
export async function testRemote(spec: RemoteSpec = {}): Promise<TestRemote> {
  const remote = await makeRemote(spec)
  onTestFinished(() => remote.remove())
  return remote
}

/** Our clone of it; closed when the test ends. */
export async function openClone(remote: TestRemote, options: Partial<RepositoryOptions> = {}): Promise<Repository> {
  const repository = await openRepository({
    path: join(remote.folder, 'clone.git'),
    url: remote.url,
    branch: remote.branch,
    environment,
    checkSignature: (payload, armored) => checkSshSignature(payload, armored, { environment }),
    ...options,
  })
  onTestFinished(() => repository.close())
  return repository
}

/** Everything that the remote shows, fetched. */
export async function openFetched(remote: TestRemote, options: Partial<RepositoryOptions> = {}): Promise<Repository> {
  const repository = await openClone(remote, options)
  const { main, notes, requests } = await repository.remote.list()
  const failed = await repository.remote.fetch([
    ...(main === null ? [] : [`refs/heads/${remote.branch}`]),
    ...(notes === null ? [] : ['refs/notes/countersign']),
    ...[...requests.keys()].map((suffix) => `refs/heads/vault/${suffix}`),
  ])
  if (failed.size > 0) throw new Error([...failed.values()].join('; '))
  return repository
}
