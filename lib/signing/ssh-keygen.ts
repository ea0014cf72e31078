/** Runs ssh-keygen: without a shell, without the dispatcher's environment, with limits on time and output. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { systemWords } from '../system-fault.js'
import { SigningError } from './signing-error.js'

export type Environment = Readonly<Record<string, string | undefined>>

export interface KeygenEnd {
  /** Null: it was killed. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** It answers in one line. */
const MAX_OUTPUT_BYTES = 16 * 1024

/** Rejects with SigningError where it could not be run; how it ended is for the caller to judge. */
export function runSshKeygen(
  args: readonly string[],
  input: Uint8Array,
  place: { readonly cwd: string; readonly environment: Environment; readonly timeLimitMs: number },
): Promise<KeygenEnd> {
  return new Promise((resolve, reject) => {
    const env = { PATH: place.environment['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' }
    const child = spawn('ssh-keygen', args, { cwd: place.cwd, env, timeout: place.timeLimitMs, killSignal: 'SIGKILL' })
    const stdout = collect(child, child.stdout)
    const stderr = collect(child, child.stderr)
    // Whoever else holds its output (a wrapper's child) must not hold us up too.
    child.once('exit', (_, signal) => {
      if (signal === null) return
      child.stdout.destroy()
      child.stderr.destroy()
    })
    child.once('error', (cause) => reject(startError(cause)))
    child.once('close', (exitCode) => resolve({ exitCode, stdout: stdout(), stderr: stderr() }))
    // It may end before it has read all of its input; how it ended says why.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function collect(child: ChildProcessWithoutNullStreams, stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_OUTPUT_BYTES) child.kill('SIGKILL')
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function startError(cause: NodeJS.ErrnoException): SigningError {
  if (cause.code === 'ENOENT') return missing(cause)
  return new SigningError('ssh_keygen_failed', `ssh-keygen could not be started: ${systemWords(cause)}`, { cause })
}

/** Without starting it. Rejects with `missing_ssh_keygen`. */
export async function checkSshKeygen(environment: Environment): Promise<void> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const found = folders.map((folder) => access(join(folder, 'ssh-keygen'), constants.X_OK))
  await Promise.any(found).catch((cause: unknown) => {
    throw missing(cause)
  })
}

function missing(cause: unknown): SigningError {
  const words =
    'ssh-keygen is not on the PATH; install OpenSSH (openssh-client): without it no signature can be checked'
  return new SigningError('missing_ssh_keygen', words, { cause })
}
