/** Where forge tests run: the test forge in both dialects, and a real server where the environment names one. */
import type { ForgeWorld } from './forge/world/forge-world.js'
import { realForgejo, startForge } from './forge/world/start-forge.js'

const { COUNTERSIGN_TEST_FORGE_URL: url, COUNTERSIGN_TEST_FORGE_TOKEN: token } = process.env

export const FORGE_WORLDS: readonly (readonly [string, () => Promise<ForgeWorld>])[] = [
  ['the test forge as Forgejo', () => startForge('forgejo')],
  ['the test forge as GitHub', () => startForge('github')],
  ...(url === undefined || token === undefined
    ? []
    : [['a real Forgejo', async () => realForgejo(url, token)] as const]),
]
