/** The verdict that a dispatcher would give on one request, by the same pure judge: before it is pushed, and while it waits. */
import type { Repository } from '../../lib/git/port.js'
import type { ActionId } from '../../vault/action/id.js'
import { parseAction } from '../../vault/action/parse.js'
import type { SignatureFact } from '../../vault/git-facts.js'
import { type Oid, oid } from '../../vault/oid.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { requestPath } from '../../vault/record/subject.js'
import type { RequestFact } from '../../vault/request/fact.js'
import { judgeRequest } from '../../vault/verdict/judge-request.js'
import type { Judgement } from '../../vault/verdict/verdict.js'
import type { TrustedMain } from '../cli/trusted-main.js'
import { RequestReader } from '../observe/request-reader.js'
import { branchRefs } from '../observe/request-refs.js'
import { type Asker, expectedPull, sightOf } from './asker.js'

/** Stands for objects that are not made yet. */
const NOT_MADE = oid('0'.repeat(40))

/**
 * One commit on main that adds the file, signed like this.
 * @param head that commit, once it is made: the words of the judgement name it
 */
export function foresee(
  id: string,
  bytes: Uint8Array,
  signature: SignatureFact,
  at: TrustedMain,
  asker: Asker | null,
  now: number,
  head = NOT_MADE,
): Judgement {
  const after = { mode: '100644', oid: NOT_MADE }
  const fact: RequestFact = {
    suffix: id,
    head,
    content: {
      kind: 'change',
      base: at.main,
      changes: { changes: [{ path: requestPath(id), before: null, after }], truncated: false },
      commits: [{ oid: head, parents: [at.main], exactMainMerge: false, signature }],
      tooManyCommits: false,
      file: { kind: 'parsed', blob: NOT_MADE, bytes, action: parseAction(bytes, id) },
    },
    isBranch: true,
    pulls: expectedPull(asker, id, head, now),
  }
  const judgement = judgeRequest(fact, snapshotAround(fact, at, asker, now))
  if (judgement === null) throw new Error('a request that adds a file is judged')
  return judgement
}

/** A branch that is there. Null: nothing in it that main lacks. */
export async function judgeBranch(
  repository: Repository,
  id: ActionId,
  head: Oid,
  at: TrustedMain,
  asker: Asker | null,
  now: number,
): Promise<Judgement | null> {
  const [fact] = await new RequestReader(repository).read(
    branchRefs(new Map([[id, head]])),
    at.main,
    at.trust.inForce.set,
  )
  if (fact === undefined) return null
  const expected = { ...fact, pulls: expectedPull(asker, id, head, now) }
  return judgeRequest(expected, snapshotAround(expected, at, asker, now))
}

/** Where else the id was used is the caller's to look up; what a dispatcher has, nobody but itself knows. */
function snapshotAround(fact: RequestFact, { main, trust }: TrustedMain, asker: Asker | null, now: number): Snapshot {
  return {
    now,
    main,
    trust,
    freeze: null,
    requests: [fact],
    waiting: [],
    claims: [],
    used: new Map(),
    foreign: [],
    unknownKeys: [],
    branches: new Map([[fact.suffix, fact.head]]),
    comments: new Map(),
    forge: sightOf(asker),
    dispatcher: { instance: '', stock: null, hasActionsReadme: true },
  }
}
