import { describe, expect, it } from 'vitest'
import { checkToken, type ForgeTools } from '../../../dispatcher/doctor/check-forge.js'
import type { ForgeAdmin } from '../../../lib/forge/admin/port.js'

const NOW = 1_800_000_000_000

/** A forge that knows the repository of the configuration as this. */
function toolsAt(fullName: string): ForgeTools {
  const own = { ownPermission: async () => 'admin', readsIssues: async () => true, clock: async () => NOW }
  return {
    config: {
      kind: 'forgejo',
      url: 'https://forge.example',
      repo: 'acme/ops',
      credential: { kind: 'token', variable: 'T', token: { kind: 'found', value: 'x' } },
    },
    reader: {
      self: async () => ({ id: 7, login: 'robot', kind: 'person' }),
      permission: async () => 'admin',
      repository: async () => ({ id: 1, fullName, url: '', cloneUrl: '', defaultBranch: 'main' }),
    },
    own: own as unknown as ForgeAdmin,
    admin: own as unknown as ForgeAdmin,
  }
}

const repoFinding = async (fullName: string) =>
  (await checkToken(toolsAt(fullName), NOW)).find(({ id }) => id === 'forge_repo')

describe('doctor at a forge', () => {
  it('says when the configuration has an old name of the repository, and what it is called now', async () => {
    expect(await repoFinding('acme/vault')).toMatchObject({
      severity: 'warning',
      what: expect.stringContaining('"acme/ops" is an old name of acme/vault'),
      remedy: expect.stringContaining('under [forge] repo'),
    })
  })

  it.each(['acme/ops', 'Acme/Ops'])('finds nothing wrong with %s: names of forges have no case', async (fullName) => {
    expect(await repoFinding(fullName)).toMatchObject({ severity: 'ok' })
  })
})
