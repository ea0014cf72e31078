import { GitError, type GitFailure } from './git-error.js'
import type { Redact } from './redact.js'

/** How a command ended. `exitCode` null: by `signal`, or it never started. */
export interface GitOutput {
  readonly exitCode: number | null
  readonly stdout: Buffer
  readonly stderr: string
  readonly signal?: NodeJS.Signals | null
}

/** Of our own clone: what ssh says of keys reads alike. */
const LOCAL_DENIED =
  /unable to (?:create|write|access|open|unlink|append).*: (?:Permission denied|Read-only file system)|insufficient permission for adding an object|Read-only file system/i

/** The first that matches. git ends with "Could not read from remote repository" for wrong keys too, so denied is before it. */
const SIGNS: readonly (readonly [GitFailure, RegExp])[] = [
  ['missing_git', /spawn \S+ ENOENT|failed to execute git: No such file/],
  ['no_space', /No space left on device|Disk quota exceeded|out of disk ?space/i],
  ['local_denied', LOCAL_DENIED],
  // Of the folder that GIT_DIR names. Of a remote git says that it does not appear to be one.
  ['wrong_clone', /not a git repository: /],
  [
    'denied',
    /Authentication failed|could not read (?:Username|Password)|terminal prompts disabled|Permission denied|Host key verification failed|returned error: 40[13]|access denied|not allowed to push/i,
  ],
  [
    'corrupt',
    /is corrupt|bad object|bad tree|missing (?:blob|tree|commit)|did not send all necessary objects|not a valid (?:object|pack)|unable to (?:read tree|parse|unpack)|malformed|could not parse|inflate|no such object/i,
  ],
  [
    'unreachable',
    /Could not resolve|unable to (?:access|connect|look up)|Connection (?:refused|reset|timed out|closed)|Operation timed out|No route to host|does not (?:appear to be a git repository|exist)|is this a git repository|repository .* not found|Could not read from remote repository|No such device or address|returned error: [0-9]{3}|hung up unexpectedly|early EOF|unexpected disconnect|RPC failed/i,
  ],
]

const WORDS: Record<GitFailure, string> = {
  unreachable: 'the remote could not be reached',
  denied: 'the remote refused access',
  timeout: 'it took too long and was ended',
  missing_git: 'git could not be started',
  no_space: 'the disk is full',
  local_denied: 'this user may not write the clone',
  corrupt: 'objects are missing or damaged',
  wrong_clone: 'the folder is not the clone that was asked for',
  clone_gone: 'the clone is gone',
  failed: 'it failed',
}

const REMEDIES: Partial<Record<GitFailure, string>> = {
  unreachable: 'check the URL of the ops repo and the network',
  denied: 'check the key or token (whether one is given, and taken there), and what it may do',
  timeout: 'look at the network, and at the load of both machines',
  missing_git: 'install git 2.38 or later, and have it on the PATH',
  no_space: 'make room where the clone is',
  local_denied: 'give its folder to the user that runs this, on a file system that can be written',
  wrong_clone: 'it is damaged: remove it, and it is fetched anew',
  corrupt: 'if they are missing in the clone, remove the clone: it is fetched anew',
}

/** What a server that was reached said of the repository. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  // git follows nobody elsewhere with our token in its hands.
  [/returned error: 30[12378]/, 'it was renamed or moved: name its new URL, in `[repo] url` or `--repo`'],
  [/repository .* not found/, `${REMEDIES.unreachable}, and whether this user or token may see it`],
]

const STDERR_CHARS = 4_000
/** After what ssh said: why is in the line before. */
const SAYS_NOTHING = /^fatal: (?:Could not read from remote repository|the remote end hung up unexpectedly)/

/** What a command's end means. What the remote says of itself (`remote: …`) is quoted, never believed. */
export function describeFailure(command: string, output: GitOutput, redact: Redact): GitError {
  const own = output.stderr
    .split('\n')
    .filter((line) => !line.startsWith('remote:'))
    .join('\n')
  const code = SIGNS.find(([, sign]) => sign.test(own))?.[0] ?? 'failed'
  const killed = typeof output.signal === 'string' ? `error: it was killed by ${output.signal}\n` : ''
  return namedFailure(code, command, redact(killed + output.stderr))
}

/** @param stderr already redacted */
export function namedFailure(code: GitFailure, command: string, stderr: string, cause?: unknown): GitError {
  const said = stderr.trim().slice(-STDERR_CHARS)
  const line = firstTelling(said)
  const remedy = ANSWERS.find(([answer]) => answer.test(line))?.[1] ?? REMEDIES[code]
  const message = `${command}: ${WORDS[code]}${line === '' ? '' : ` (${line})`}${remedy === undefined ? '' : `; ${remedy}`}`
  return new GitError(code, message, { command, stderr: said, cause })
}

function firstTelling(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => /^(?:fatal|error|ssh):/.test(line) && !SAYS_NOTHING.test(line))
  return (telling[0] ?? lines[0] ?? '').slice(0, 300)
}

/** Options and data stay out: only what the command is. */
export function commandName(args: readonly string[]): string {
  return `git ${args[0] ?? ''}`.trim()
}
