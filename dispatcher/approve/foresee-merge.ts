/** What the dispatcher will say of the merge: asked before anybody signs, and once more of the merge that was made. */
import type { Repository } from '../../lib/git/port.js'
import { type Oid, oid } from '../../vault/oid.js'
import type { Snapshot, WaitingFact } from '../../vault/plan/snapshot.js'
import { requestPath } from '../../vault/record/subject.js'
import { judgeWaiting } from '../../vault/verdict/judge-waiting.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import { readWaiting } from '../observe/waiting-reader.js'
import type { OpenRequest } from './subject.js'

/** Stands for the merge that is not made yet. */
const NOT_MADE = oid('0'.repeat(40))

/** An exact merge of the request into the main of the snapshot, signed with this key. */
export function foreseeMerge(request: OpenRequest, fingerprint: string, snapshot: Snapshot): Judgement {
  const { id, head, asked, content } = request
  const entry = { mode: '100644', oid: asked.blob }
  const path = requestPath(id)
  const waiting: WaitingFact = {
    path,
    stem: id,
    entry,
    file: content.file,
    merge: {
      commit: NOT_MADE,
      parents: [snapshot.main, head],
      signature: { kind: 'ssh', fingerprint },
      changes: { changes: [{ path, before: null, after: entry }], truncated: false },
      inSecondParent: entry,
      commits: content.commits,
      tooManyCommits: content.tooManyCommits,
    },
    pull: null,
  }
  return judgeWaiting(waiting, snapshot)
}

/** The merge as git has it now. */
export async function judgeMerge(
  request: OpenRequest,
  merge: Oid,
  repository: Repository,
  snapshot: Snapshot,
): Promise<Judgement> {
  const path = requestPath(request.id)
  const { waiting } = await readWaiting(repository, merge, new Map([[path, merge]]))
  const merged = waiting.find((item) => item.path === path)
  if (merged === undefined) throw new Error(`the merge that was just made has ${path}`)
  return judgeWaiting(merged, { ...snapshot, main: merge })
}
