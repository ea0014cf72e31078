import { type Oid, parseOid } from '../../vault/oid.js'
import type { GitContext } from './context.js'
import { GitError } from './git-error.js'
import { pathFromBytes } from './path-text.js'
import type { RemoteRefs } from './port.js'
import { NOTES_REF, REMOTE_NAME, REQUESTS_PREFIX } from './ref-names.js'
import { runRemote } from './remote-command.js'
import { isSafeRef } from './safe-ref.js'

export async function listRemote(context: GitContext, main: string): Promise<RemoteRefs> {
  return selectRefs(await listMatching(context, [main, `${REQUESTS_PREFIX}*`, NOTES_REF]), main)
}

/** @returns more than was asked for: see `selectRefs` */
export async function listMatching(
  context: GitContext,
  patterns: readonly string[],
): Promise<ReadonlyMap<string, Oid>> {
  const { stdout } = await runRemote(context, ['ls-remote', '--quiet', '--', REMOTE_NAME, ...patterns])
  return parseListing(stdout.toString('latin1'))
}

/**
 * Exact names only. A pattern of ls-remote matches the end of a name too: a branch `x/refs/heads/main` or a tag
 * `refs/tags/refs/heads/main` comes along, and must not be taken for main (CVE-2023-2576).
 */
function selectRefs(refs: ReadonlyMap<string, Oid>, main: string): RemoteRefs {
  const requests = new Map<string, Oid>()
  for (const [ref, oid] of refs) {
    if (ref.startsWith(REQUESTS_PREFIX) && isSafeRef(ref)) requests.set(ref.slice(REQUESTS_PREFIX.length), oid)
  }
  return { main: refs.get(main) ?? null, requests, notes: refs.get(NOTES_REF) ?? null }
}

/** @param text as latin1: names of refs are bytes, and two of them must not become one */
function parseListing(text: string): ReadonlyMap<string, Oid> {
  const refs = new Map<string, Oid>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const tab = line.indexOf('\t')
    const oid = parseOid(line.slice(0, Math.max(tab, 0)))
    if (oid === null)
      throw new GitError('failed', 'git ls-remote: its output could not be read', { command: 'git ls-remote' })
    refs.set(pathFromBytes(Buffer.from(line.slice(tab + 1), 'latin1')), oid)
  }
  return refs
}
