/** Somebody at a terminal: with a home, a git configuration and perhaps a key of their own, running the real commands. */
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapters } from '../../dispatcher/adapters.js'
import { failureOf } from '../../dispatcher/cli/failure.js'
import type { ExitCode, Terminal } from '../../dispatcher/cli/terminal.js'
import { diskPlace } from '../../dispatcher/state/disk-place.js'
import { GitLocalRepositories } from '../../lib/git/local-repositories.js'
import { openRepository } from '../../lib/git/open-repository.js'
import { signedCommit, userIdentity, userSigningKey } from '../../lib/git/user-git.js'
import { openRunner } from '../../lib/runner/open-runner.js'
import { runReader } from '../../lib/runner/run-reader.js'
import { RUNNER_LIMITS } from '../../lib/runner/runner-limits.js'
import { secretStore } from '../../lib/secrets/secret-store.js'
import { createDispatcherKey, loadDispatcherKey } from '../../lib/signing/dispatcher-key.js'
import { makeSshKey } from '../../lib/signing/make-ssh-key.js'
import { recordVerifier } from '../../lib/signing/record-verifier.js'
import { readPublicKey } from '../../lib/signing/ssh-public-key.js'
import { checkSshSignature } from '../../lib/signing/ssh-signature.js'
import { personEnvironment, type TestKey } from './git-repo.js'
import { testSupervisor } from './test-adapters.js'

export interface Told {
  readonly code: ExitCode
  /** Text of stdout and stderr. */
  readonly out: string
  readonly err: string
  /** Stdout as JSON; throws where it is none. */
  readonly json: Readonly<Record<string, unknown>>
}

export interface PersonSpec {
  readonly now?: () => number
  /** What they answer when asked; without it nobody is at the terminal. */
  readonly answer?: 'yes' | 'no'
  readonly environment?: Readonly<Record<string, string>>
  /** Done between being asked and answering. */
  readonly whileAsked?: () => Promise<unknown>
  /** Put in the place of real ones. */
  readonly adapters?: Partial<Adapters>
}

export class Person {
  readonly questions: string[] = []

  private constructor(
    readonly environment: Readonly<Record<string, string>>,
    private readonly spec: PersonSpec,
  ) {}

  /** @param key null: their git knows a name, and no key */
  static async make(folder: string, key: TestKey | null, spec: PersonSpec = {}): Promise<Person> {
    const own = key === null ? await keyless(folder) : await personEnvironment(folder, key)
    return new Person({ ...own, ...spec.environment }, spec)
  }

  /** Runs a command as `main.ts` does, errors and all. */
  async run(command: (adapters: Adapters, terminal: Terminal) => Promise<ExitCode>): Promise<Told> {
    const [out, err]: [string[], string[]] = [[], []]
    const isInteractive = this.spec.answer !== undefined
    const terminal: Terminal = {
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      isHeard: () => true,
      isInteractive,
      hasColour: false,
    }
    let code: ExitCode
    try {
      code = await command(this.adapters(), terminal)
    } catch (error) {
      const failure = failureOf(error)
      err.push(failure.message)
      code = failure.exitCode
    }
    const text = out.join('\n')
    return {
      code,
      out: text,
      err: err.join('\n'),
      get json() {
        return JSON.parse(text) as Record<string, unknown>
      },
    }
  }

  adapters(): Adapters {
    const { environment, spec } = this
    return {
      environment,
      now: spec.now ?? (() => Date.now()),
      elapsed: spec.now ?? (() => performance.now()),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      newNonce: () => randomUUID(),
      log: async () => ({
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      }),
      openClone: ({ path, url, branch, as }) => {
        const checkSignature = (payload: Uint8Array, armored: string) =>
          checkSshSignature(payload, armored, { environment })
        return openRepository({ path, url, branch, environment, checkSignature, asPerson: as === 'person' })
      },
      place: diskPlace,
      openForge: () => {
        throw new Error('not part of this test')
      },
      openForgeAdmin: () => {
        throw new Error('not part of this test')
      },
      startWebhookServer: () => {
        throw new Error('not part of this test')
      },
      person: {
        signingKey: () => userSigningKey(environment),
        identity: () => userIdentity(environment),
        signedCommit: (commit) => signedCommit({ ...commit, environment }),
        confirm: async (question) => {
          this.questions.push(question)
          await spec.whileAsked?.()
          return spec.answer ?? 'nobody_to_ask'
        },
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
          supervisor: testSupervisor(),
          path: config.runPath,
          lang: 'C.UTF-8',
          endKey,
          limits: RUNNER_LIMITS,
        }),
      ...spec.adapters,
    }
  }
}

async function keyless(folder: string): Promise<Record<string, string>> {
  const home = join(folder, 'home-keyless')
  await mkdir(home, { recursive: true })
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Keyless\n\temail = keyless@example.org\n')
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
  }
}
