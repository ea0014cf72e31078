/** The real adapters of a dispatcher, with a clock that can be set and without what only people's commands need. */
import { randomUUID } from 'node:crypto'
import type { Adapters } from '../../dispatcher/adapters.js'
import { diskPlace } from '../../dispatcher/state/disk-place.js'
import { openRepository } from '../../lib/git/open-repository.js'
import { removeStaleLocks } from '../../lib/git/stale-locks.js'
import { openRunner } from '../../lib/runner/open-runner.js'
import { runReader } from '../../lib/runner/run-reader.js'
import { RUNNER_LIMITS } from '../../lib/runner/runner-limits.js'
import { secretStore } from '../../lib/secrets/secret-store.js'
import { loadDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import { recordVerifier } from '../../lib/signing/record-verifier.js'
import { checkSshSignature } from '../../lib/signing/ssh-signature.js'
import { builtSupervisor } from '../lib/runner/supervisor-build.js'

export const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

export function testSupervisor(): readonly string[] {
  return [process.execPath, builtSupervisor()]
}

export interface TestAdapterSpec {
  readonly environment: Readonly<Record<string, string>>
  readonly now: () => number
  readonly supervisor: readonly string[]
  readonly openForge?: Adapters['openForge']
}

export function testAdapters({ environment, now, supervisor, openForge }: TestAdapterSpec): Adapters {
  return {
    environment,
    now,
    elapsed: now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newNonce: () => randomUUID(),
    log: async () => SILENT,
    openClone: async ({ path, url, branch, as, signal }) => {
      if (as === 'dispatcher') await removeStaleLocks(path)
      const checkSignature = (payload: Uint8Array, armored: string) =>
        checkSshSignature(payload, armored, { environment })
      return openRepository({ path, url, branch, environment, checkSignature, signal })
    },
    place: diskPlace,
    openForge: openForge ?? notHere,
    openForgeAdmin: notHere,
    startWebhookServer: notHere,
    person: { signingKey: notHere, identity: notHere, signedCommit: notHere, confirm: notHere },
    localRepositories: { look: notHere, createBare: notHere, pointHead: notHere },
    makeSshKey: notHere,
    sshPublicKey: notHere,
    createSigner: notHere,
    signer: async (path) => loadDispatcherKey(path),
    verifier: recordVerifier,
    secrets: (config) => secretStore({ dir: config.secretsDir, environment }),
    runReader,
    runWriter: (config, endKey) =>
      openRunner({
        stateDir: config.stateDir,
        supervisor,
        path: config.runPath,
        lang: 'C.UTF-8',
        endKey,
        limits: RUNNER_LIMITS,
      }),
  }
}

function notHere(): never {
  throw new Error('not part of this test')
}
