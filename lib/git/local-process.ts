/** Runs git on this machine's objects: child_process rather than simple-git, for what is streamed in or out. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { LIMITS } from '../../vault/limits.js'
import { checkCloneIsThere } from './clone-there.js'
import type { GitContext } from './context.js'
import { commandName, describeFailure, type GitOutput, namedFailure } from './describe-failure.js'
import { healLocks } from './heal-locks.js'
import { killGroup, Leash } from './leash.js'

export interface LocalOptions {
  readonly input?: Uint8Array | string
  /** Gets the output instead of the result; true means that it has seen enough, and ends the process. */
  readonly consume?: (chunk: Buffer) => boolean
  readonly okCodes?: readonly number[]
  readonly limitMs?: number
}

export async function runLocal(
  context: GitContext,
  args: readonly string[],
  options: LocalOptions = {},
): Promise<GitOutput> {
  const command = commandName(args)
  checkCloneIsThere(context, command)
  const started = performance.now()
  const child = startLocal(context, args)
  const leash = new Leash((name) => killGroup(child, name), options.limitMs ?? LIMITS.gitLocalMs, context.signal)
  try {
    const output = await Promise.race([collect(child, leash, options), leash.lost.then(() => null)])
    if (leash.pulled !== null && leash.pulled !== 'enough') {
      throw namedFailure(leash.pulled === 'timeout' ? 'timeout' : 'failed', command, `it was ended: ${leash.pulled}`)
    }
    if (output === null || leash.pulled === 'enough') return { exitCode: null, stdout: Buffer.alloc(0), stderr: '' }
    if (!(options.okCodes ?? [0]).includes(output.exitCode ?? -1)) {
      await healLocks(context, output.stderr)
      throw describeFailure(command, output, context.redact)
    }
    return output
  } finally {
    leash.release()
    context.log?.debug({ command, ms: Math.round(performance.now() - started) }, 'git')
  }
}

/** In a group of its own: a Ctrl-C at the terminal must not tear what the dispatcher is about to end in order. */
export function startLocal(context: GitContext, args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('git', [...args], {
    cwd: context.folder,
    env: context.environment,
    detached: !context.asksPerson,
    windowsHide: true,
  })
}

function collect(child: ChildProcessWithoutNullStreams, leash: Leash, options: LocalOptions): Promise<GitOutput> {
  const stdout: Buffer[] = []
  let size = 0
  let stderr = ''
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (leash.pulled !== null) return
      try {
        if (options.consume?.(chunk) === true) leash.pull('enough')
      } catch (error) {
        leash.pull('enough')
        reject(error)
      }
      if (options.consume !== undefined) return
      size += chunk.length
      if (size > LIMITS.gitOutputBytes) leash.pull('flood')
      else stdout.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-LIMITS.gitStderrBytes)
    })
    // It may end before it has read all: what it says of that is on stderr.
    child.stdin.on('error', () => {})
    child.on('error', (error) => {
      stderr += `${error.message}\n`
    })
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout: Buffer.concat(stdout), stderr }))
    child.stdin.end(options.input ?? '')
  })
}
