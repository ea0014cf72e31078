/** A project with one commit, for the release and the upgrade to work on. */
import { join } from 'node:path'
import type { Oid } from '../../vault/oid.js'
import type { Adapters } from '../adapters.js'

const AUTHOR = { name: 'Toy project', email: 'toy@localhost' }
const MANIFEST = { name: 'toy', version: '1.0.0', dependencies: { zod: '^4.5.0' } }

/** @param path of its bare repository @param folder where its clone goes */
export async function makeToyProject(path: string, folder: string, adapters: Adapters): Promise<Oid> {
  await adapters.localRepositories.createBare(path, 'main')
  const project = await adapters.openClone({
    path: join(folder, 'toy-project-clone.git'),
    url: path,
    branch: 'main',
    as: 'dispatcher',
    gitConfig: [],
  })
  const bytes = new TextEncoder().encode(`${JSON.stringify(MANIFEST, null, 2)}\n`)
  const commit = await project.writer.commit({
    parents: [],
    message: 'A toy project\n',
    edits: [{ kind: 'write', path: 'package.json', bytes }],
    author: AUTHOR,
    at: adapters.now(),
  })
  await project.remote.push([{ ref: 'refs/heads/main', expected: null, to: commit }])
  await project.close()
  return commit
}
