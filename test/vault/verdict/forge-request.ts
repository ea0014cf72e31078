/** One request in a forge, and the verdict on it. */
import type { Learned, MergeDossier, PullDossier } from '../../../vault/forge/fact.js'
import type { ForgeSight } from '../../../vault/forge/sight.js'
import type { Snapshot, WaitingFact } from '../../../vault/plan/snapshot.js'
import type { TrustSet } from '../../../vault/policy/trust-set.js'
import type { RequestFact } from '../../../vault/request/fact.js'
import { judgeRequest } from '../../../vault/verdict/judge-request.js'
import { judgeWaiting } from '../../../vault/verdict/judge-waiting.js'
import { HEAD, SIGHT } from '../forge/pulls.js'
import { FORGE_SETS } from '../plan/forge-world.js'
import { fileOf, honestMerge, NOW, OIDS, pathOf, trustOf } from '../plan/world.js'

const BLOB = OIDS[3]!
const ENTRY = { mode: '100644', oid: BLOB }
const actionFile = (formula: string, more = '') =>
  fileOf(`id = "a"\nformula = "${formula}"\ncontext = "x"\nsecrets = []\n${more}`, 'a', BLOB)

interface World {
  readonly set?: TrustSet
  readonly sight?: Partial<ForgeSight>
  readonly requests?: readonly RequestFact[]
  readonly more?: Partial<Snapshot>
}

export function forgeSnapshot({ set = FORGE_SETS.plain, sight = {}, requests = [], more = {} }: World = {}): Snapshot {
  return {
    now: NOW,
    main: OIDS[1]!,
    trust: { ...trustOf(set), adminsFrom: 'forge' },
    freeze: null,
    requests,
    waiting: [],
    claims: [],
    used: new Map(),
    foreign: [],
    unknownKeys: [],
    branches: new Map(),
    comments: new Map(),
    forge: { ...SIGHT, ...sight },
    dispatcher: { instance: 'i', stock: null, hasActionsReadme: true },
    ...more,
  }
}

/** `tidy` is low, `dev` medium, `release` high. */
export function requestOf(
  formula: string,
  pulls: readonly PullDossier[],
  { isBranch = true, more = '', commits }: { isBranch?: boolean; more?: string; commits?: readonly [] } = {},
): RequestFact {
  return {
    suffix: 'a',
    head: HEAD,
    isBranch,
    pulls,
    content: {
      kind: 'change',
      base: OIDS[1]!,
      changes: { changes: [{ path: pathOf('a'), before: null, after: ENTRY }], truncated: false },
      commits: commits ?? [{ oid: HEAD, parents: [OIDS[1]!], exactMainMerge: false, signature: null }],
      tooManyCommits: false,
      file: actionFile(formula, more),
    },
  }
}

/** `tier verdict reason`; null: there is no request. */
export function saidOf(request: RequestFact, world: World = {}): string | null {
  const judgement = judgeRequest(request, forgeSnapshot({ requests: [request], ...world }))
  return judgement === null ? null : `${judgement.tier} ${judgement.verdict.kind} ${judgement.verdict.reason}`
}

export function waitingOf(formula: string, pull: Learned<MergeDossier | null> | null): WaitingFact {
  const merge = {
    ...honestMerge(pathOf('a'), ENTRY),
    signature: { kind: 'unsigned' as const },
    commits: [{ oid: HEAD, parents: [OIDS[1]!], exactMainMerge: false, signature: null }],
  }
  return { path: pathOf('a'), stem: 'a', entry: ENTRY, file: actionFile(formula), merge, pull }
}

export function saidOnMain(waiting: WaitingFact, world: World = {}): string {
  const { tier, verdict } = judgeWaiting(waiting, forgeSnapshot({ more: { waiting: [waiting] }, ...world }))
  return `${tier} ${verdict.kind} ${verdict.reason}`
}
