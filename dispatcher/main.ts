#!/usr/bin/env node
/** The one place that names concrete adapters. */
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkGitVersion } from '../lib/git/git-version.js'
import { GitLocalRepositories } from '../lib/git/local-repositories.js'
import { openRepository } from '../lib/git/open-repository.js'
import { removeStaleLocks } from '../lib/git/stale-locks.js'
import { signedCommit, userIdentity, userSigningKey } from '../lib/git/user-git.js'
import { startWebhookServer } from '../lib/http/webhook-server.js'
import { packageVersion } from '../lib/package-version.js'
import { openRunner } from '../lib/runner/open-runner.js'
import { runReader } from '../lib/runner/run-reader.js'
import { RUNNER_LIMITS } from '../lib/runner/runner-limits.js'
import { secretStore } from '../lib/secrets/secret-store.js'
import { createDispatcherKey, loadDispatcherKey } from '../lib/signing/dispatcher-key.js'
import { makeSshKey } from '../lib/signing/make-ssh-key.js'
import { recordVerifier } from '../lib/signing/record-verifier.js'
import { checkSshKeygen } from '../lib/signing/ssh-keygen.js'
import { readPublicKey } from '../lib/signing/ssh-public-key.js'
import { checkSshSignature } from '../lib/signing/ssh-signature.js'
import { confirm } from '../lib/terminal/confirm.js'
import { outputTo } from '../lib/terminal/output.js'
import type { Adapters } from './adapters.js'
import { expectedWords, failureOf } from './cli/failure.js'
import { buildProgram, exitCodeOfCommander } from './cli/program.js'
import type { Signals } from './cli/serve-command.js'
import { EXIT, type Terminal } from './cli/terminal.js'
import { forgeOptions } from './config/forge-options.js'
import { type Environment, readEnvironment } from './config.js'
import { diskPlace } from './state/disk-place.js'

/** A program of its own, which is built beside this one. */
const SUPERVISOR = fileURLToPath(new URL('../lib/runner/supervisor.js', import.meta.url))

function adaptersOf(environment: Environment): Adapters {
  return {
    environment,
    now: () => Date.now(),
    elapsed: () => performance.now(),
    sleep: (ms) => setTimeout(ms),
    newNonce: () => randomUUID(),
    // Loaded when it is needed, as are the forges below: only ticks log, and plain git has no forge. Both are slow to load.
    log: async ({ pretty, level }) =>
      (await import('../lib/log/pino-log.js')).pinoLog({
        pretty,
        level: environment['COUNTERSIGN_LOG_LEVEL'] ?? level,
        expectedWords,
      }),
    openClone: async ({ path, url, branch, as, gitConfig, signal }) => {
      await checkGitVersion(environment)
      const checkSignature = (payload: Uint8Array, armored: string) =>
        checkSshSignature(payload, armored, { environment })
      // Without it no signature counts: better to learn that at the start than from the first approval.
      // Whoever opens it as the dispatcher holds the lock of its state folder: what locks it has are a dead process's.
      if (as === 'dispatcher') {
        await checkSshKeygen(environment)
        await removeStaleLocks(path)
      }
      const asPerson = as === 'person'
      return openRepository({ path, url, branch, environment, checkSignature, gitConfig, asPerson, signal })
    },
    startWebhookServer: (options) => startWebhookServer(options),
    openForgeAdmin: async (forge) =>
      (await import('../lib/forge/admin/open-admin.js')).openForgeAdmin(await forgeOptions(forge)),
    openForge: async (forge, stop) =>
      (await import('../lib/forge/open-forge.js')).openForge({ ...(await forgeOptions(forge)), stop }),
    place: diskPlace,
    person: {
      signingKey: () => userSigningKey(environment),
      identity: () => userIdentity(environment),
      signedCommit: (commit) => signedCommit({ ...commit, environment }),
      confirm,
    },
    localRepositories: new GitLocalRepositories(environment),
    makeSshKey: (path, comment) => makeSshKey(path, comment, environment),
    sshPublicKey: readPublicKey,
    signer: async (keyPath) => loadDispatcherKey(keyPath),
    createSigner: async (keyPath) => createDispatcherKey(keyPath),
    verifier: recordVerifier,
    secrets: (config) => secretStore({ dir: config.secretsDir, environment }),
    runReader,
    runWriter: (config, endKey) =>
      openRunner({
        stateDir: config.stateDir,
        supervisor: [process.execPath, SUPERVISOR],
        path: config.runPath,
        lang: environment['LANG'] ?? 'C.UTF-8',
        endKey,
        limits: RUNNER_LIMITS,
      }),
  }
}

function terminalOf(environment: Environment): Terminal {
  const isInteractive = process.stderr.isTTY === true
  const [out, err] = [outputTo(process.stdout), outputTo(process.stderr)]
  // Only now all of it was written: half an answer must not look like one.
  process.once('exit', () => {
    const failure = out.failure()
    if (failure === null) return
    err.line(`error: a part of the answer is missing: stdout could not be written (${failure.message})`)
    process.exitCode = EXIT.unverified
  })
  return {
    out: out.line,
    err: err.line,
    isHeard: out.isHeard,
    isInteractive,
    hasColour: process.stdout.isTTY === true && (environment['NO_COLOR'] ?? '') === '',
  }
}

/** Signals that came before anybody asked are kept: a daemon that is starting must not miss its SIGTERM. */
function processSignals(): Signals {
  const seen: ('stop' | 'reload')[] = []
  const stopped = new AbortController()
  let tell: (() => void) | null = null
  const take = (signal: 'stop' | 'reload') => () => {
    seen.push(signal)
    tell?.()
    if (signal === 'stop') stopped.abort()
  }
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, take('stop'))
  process.on('SIGHUP', take('reload'))
  return {
    stopped: stopped.signal,
    next: async () => {
      for (;;) {
        const signal = seen.shift()
        if (signal !== undefined) return signal
        await new Promise<void>((resolve) => {
          tell = resolve
        })
      }
    },
  }
}

const environment = readEnvironment()
const terminal = terminalOf(environment)
try {
  const program = buildProgram(await packageVersion(), adaptersOf(environment), terminal, processSignals, (code) => {
    process.exitCode = code
  })
  await program.parseAsync(process.argv)
} catch (error) {
  const commander = exitCodeOfCommander(error)
  const failure = commander === null ? failureOf(error) : { exitCode: commander, message: '' }
  if (failure.message !== '') terminal.err(failure.message)
  process.exitCode = failure.exitCode
}
