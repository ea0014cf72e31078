import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import { chunksOf } from './chunks.js'
import type { GitContext } from './context.js'
import { GitError } from './git-error.js'
import { parsePushReport } from './parse-push-report.js'
import type { RefResult, RefUpdate } from './port.js'
import { NOTES_REF, REMOTE_NAME, REQUESTS_PREFIX } from './ref-names.js'
import { runRemote } from './remote-command.js'
import { isSafeRef } from './safe-ref.js'

const OPTIONS = [
  '--porcelain',
  '--no-verify',
  '--no-signed',
  '--no-follow-tags',
  '--recurse-submodules=no',
  '--no-atomic',
]

export type IsAncestor = (ancestor: Oid, descendant: Oid) => Promise<boolean>

/** A server says why it refuses in its own words, and they may be many. */
const WHY_CHARS = 300

/** Some refs were rejected; the report says which. */
const REJECTED = 1

/**
 * Moves refs by compare-and-swap. A lease overrides git's own check for fast-forwards, so that check is made before
 * (law 9): `isAncestor` is asked for each ref that moves.
 */
export async function pushRefs(
  context: GitContext,
  main: string,
  updates: readonly RefUpdate[],
  isAncestor: IsAncestor,
): Promise<readonly RefResult[]> {
  for (const update of updates) await assertAllowed(update, main, isAncestor)
  if (new Set(updates.map(({ ref }) => ref)).size < updates.length)
    throw new GitError('failed', 'git push: one ref twice')
  const results: RefResult[] = []
  for (const group of chunksOf(updates, LIMITS.refsPerCommand)) results.push(...(await pushGroup(context, group)))
  return results
}

async function pushGroup(context: GitContext, updates: readonly RefUpdate[]): Promise<readonly RefResult[]> {
  const leases = updates.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ''}`)
  const refspecs = updates.map(({ ref, to }) => `${to ?? ''}:${ref}`)
  const args = ['push', ...OPTIONS, ...leases, '--', REMOTE_NAME, ...refspecs]
  const { stdout, stderr } = await runRemote(context, args, [0, REJECTED])
  const report = parsePushReport(stdout.toString('utf8'))
  return updates.map(({ ref }) => {
    const result = report.get(ref)
    // The answer of the remote was lost: it may have moved the ref or not (field failure 52). Only a look tells.
    if (result === undefined) throw lostAnswer(context.redact(stderr))
    if (result.kind === 'done') return result
    return { ...result, why: context.redact(result.why + serverWords(stderr)).slice(0, WHY_CHARS) }
  })
}

/** What the server says of itself is quoted, never believed: of a full disk it is all that anybody hears. */
function serverWords(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => (line.startsWith('remote:') ? [line.slice(7).trim()] : []))
  const telling = lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.find((line) => line !== '')
  return telling === undefined ? '' : `; the server says: ${telling}`
}

function lostAnswer(stderr: string): GitError {
  return new GitError('unreachable', 'git push: the remote did not say what became of it', {
    command: 'git push',
    stderr,
  })
}

async function assertAllowed({ ref, expected, to }: RefUpdate, main: string, isAncestor: IsAncestor): Promise<void> {
  const isRequest = ref.startsWith(REQUESTS_PREFIX)
  if (!isSafeRef(ref) || !(isRequest || ref === main || ref === NOTES_REF)) throw forbidden(ref, 'is no ref of ours')
  if (to === null && (!isRequest || expected === null)) throw forbidden(ref, 'is never deleted')
  if (expected !== null && to !== null && !(await isAncestor(expected, to))) throw forbidden(ref, 'is never rewound')
}

function forbidden(ref: string, why: string): GitError {
  return new GitError('failed', `git push: refused here, ${JSON.stringify(ref.slice(0, 200))} ${why}`, {
    command: 'git push',
  })
}
