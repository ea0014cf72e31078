/** The outside world of one dispatcher, simulated. */
import type { Adapters } from '../../../dispatcher/adapters.js'
import type { Config } from '../../../dispatcher/config.js'
import type { Host, Process } from '../host.js'
import { SECRET } from '../people/cast.js'
import { simulatedForge } from './forge.js'
import { simulatedPlace } from './place.js'
import { simulatedRepository } from './repository.js'
import { simulatedRunner } from './runner.js'
import { simulatedVerifier } from './signing.js'

/** Nothing of it is ever asked for. */
const AT_THE_FORGE = {
  ...{ url: 'https://forge.invalid', repo: 'acme/ops' },
  credential: { kind: 'app', appId: 1, installationId: 1, privateKeyPath: '/simulated/app.pem' },
} as const

export function configOf(host: Host): Config {
  return {
    path: '/simulated/countersign.toml',
    url: 'simulated',
    branch: 'main',
    name: host.name,
    keyPath: host.name,
    cron: '*/10 * * * * *',
    concurrency: host.world.settings.concurrency,
    stateDir: 'state',
    runPath: '/bin',
    root: host.world.root,
    trustedKeys: host.world.hosts.map(({ key }) => key.publicKey),
    agent: null,
    secretsDir: null,
    gitConfig: [],
    forge: host.world.site === null ? null : { kind: host.world.site.kind, ...AT_THE_FORGE },
    webhook: null,
  }
}

export function adaptersOf(process: Process): Adapters {
  const { host } = process
  const { world } = host
  const notHere = () => {
    throw new Error('not part of the simulation')
  }
  return {
    environment: {},
    openForge: async () => simulatedForge(process),
    openForgeAdmin: notHere,
    startWebhookServer: notHere,
    now: () => world.readClock(process),
    elapsed: () => world.time,
    sleep: (ms) => world.sleep(process, ms),
    newNonce: () => world.newNonce(),
    log: async () => process.log,
    openClone: async () => simulatedRepository(process),
    place: simulatedPlace(process),
    person: { signingKey: notHere, identity: notHere, signedCommit: notHere, confirm: notHere },
    localRepositories: { look: notHere, createBare: notHere, pointHead: notHere },
    makeSshKey: notHere,
    sshPublicKey: notHere,
    signer: async () => host.key,
    createSigner: notHere,
    verifier: simulatedVerifier,
    secrets: () => ({
      get: async (name) => (name === SECRET.name ? SECRET.value : null),
      list: async () => ({ usable: new Set([SECRET.name]), refused: new Map() }),
    }),
    runReader: () => simulatedRunner(process),
    runWriter: async () => simulatedRunner(process),
  }
}
