/**
 * Runs the commands that speak to a remote, by simple-git: its guard refuses options such as `--upload-pack` and
 * configuration that runs programs, a second fence around what carries names chosen by others.
 */
import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type SimpleGitOptions, simpleGit } from 'simple-git'
import { LIMITS } from '../../vault/limits.js'
import { checkCloneIsThere } from './clone-there.js'
import type { GitContext } from './context.js'
import { commandName, describeFailure, type GitOutput, namedFailure } from './describe-failure.js'
import { healLocks } from './heal-locks.js'
import { findLauncher, type Launcher } from './launcher.js'
import { killGroup, Leash } from './leash.js'

/** What our own environment and the operator's configuration may set. Options on a command line stay refused. */
const ALLOWED: NonNullable<SimpleGitOptions['unsafe']> = {
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeAskPass: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeGitProxy: true,
  allowUnsafeUrlRewrite: true,
  // `git init --template=` names none.
  allowUnsafeTemplateDir: true,
}

/** @returns what the command said, with any exit code of `okCodes`; everything else rejects with GitError */
export async function runRemote(
  context: GitContext,
  args: readonly string[],
  okCodes: readonly number[] = [0],
  limitMs: number = LIMITS.gitNetworkMs,
): Promise<GitOutput> {
  const command = commandName(args)
  checkCloneIsThere(context, command)
  const started = performance.now()
  const run = new RemoteRun(context, limitMs)
  try {
    const output = await run.output(args)
    if (run.leash.pulled !== null || output === null) {
      const why = run.leash.pulled ?? 'stopped'
      throw namedFailure(why === 'timeout' ? 'timeout' : 'failed', command, `it was ended: ${why}`)
    }
    if (output.exitCode !== 0) await healLocks(context, output.stderr)
    if (!okCodes.includes(output.exitCode ?? -1)) throw describeFailure(command, output, context.redact)
    return output
  } finally {
    run.close()
    context.log?.debug({ command, ms: Math.round(performance.now() - started) }, 'git')
  }
}

class RemoteRun {
  readonly leash: Leash
  readonly #abort = new AbortController()
  readonly #born: ChildProcess[] = []
  readonly #launcher: Launcher
  #child: ChildProcess | null = null
  #output: GitOutput | null = null

  constructor(
    private readonly context: GitContext,
    limitMs: number,
  ) {
    // A person at the terminal may be asked by ssh; in a session of its own it has no terminal.
    this.#launcher = context.asksPerson ? 'git' : findLauncher(context.environment['PATH'])
    subscribe('child_process', this.#onBirth)
    this.leash = new Leash((signal) => this.#kill(signal), limitMs, context.signal)
  }

  async output(args: readonly string[]): Promise<GitOutput | null> {
    const git = simpleGit({
      baseDir: this.context.folder,
      binary: this.#launcher,
      allowEnvironment: Object.keys(this.context.environment),
      unsafe: ALLOWED,
      abort: this.#abort.signal,
      // Without the end of its output a listing might be cut, and a cut listing looks like deleted branches.
      completion: { onClose: true, onExit: false },
      // Judged here: to simple-git a failure without words is a success.
      errors: (_error, ended) => this.#end(ended),
    }).env({ ...this.context.environment })
    git.outputHandler((_binary, stdout, stderr) => this.#adopt(stdout, stderr))
    try {
      await Promise.race([git.raw([...args]), this.leash.lost])
    } catch (error) {
      throw namedFailure('failed', commandName(args), this.context.redact(String(error)))
    }
    return this.#output
  }

  close(): void {
    unsubscribe('child_process', this.#onBirth)
    this.leash.release()
  }

  readonly #onBirth = (message: unknown): void => {
    this.#born.push((message as { process: ChildProcess }).process)
  }

  /** simple-git does not tell the process that it started; it is the one with this output. */
  #adopt(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream): void {
    unsubscribe('child_process', this.#onBirth)
    this.#child = this.#born.find((child) => child.stdout === stdout) ?? null
    this.#limit(stdout, LIMITS.gitOutputBytes)
    this.#limit(stderr, LIMITS.gitOutputBytes)
  }

  #limit(stream: NodeJS.ReadableStream, bytes: number): void {
    let size = 0
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bytes) this.leash.pull('flood')
    })
  }

  #kill(signal: NodeJS.Signals): void {
    if (this.#child === null) this.#abort.abort()
    else if (this.#launcher === 'git') this.#child.kill(signal)
    else killGroup(this.#child, signal)
  }

  #end(ended: { exitCode: number; stdOut: Buffer[]; stdErr: Buffer[] }): undefined {
    const stderr = Buffer.concat(ended.stdErr).subarray(-LIMITS.gitStderrBytes)
    const signal = this.#child?.signalCode ?? null
    const { exitCode, stdOut } = ended
    this.#output = { exitCode, signal, stdout: Buffer.concat(stdOut), stderr: stderr.toString() }
  }
}
