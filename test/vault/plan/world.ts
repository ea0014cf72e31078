/** A small world of values, so that whatever chance puts together often fits almost, and sometimes wholly. */
import * as fc from 'fast-check'
import { parseActionId } from '../../../vault/action/id.js'
import { parseAction } from '../../../vault/action/parse.js'
import type { MergeFact } from '../../../vault/countersignature/fact.js'
import type { Change, ChangeSet, EntryFact, SignatureFact } from '../../../vault/git-facts.js'
import { type Oid, oid } from '../../../vault/oid.js'
import type { ClaimFact, Freeze, Snapshot, WaitingFact } from '../../../vault/plan/snapshot.js'
import type { TrustSet } from '../../../vault/policy/trust-set.js'
import type { ActionFile, RequestCommit, RequestContent, RequestFact } from '../../../vault/request/fact.js'
import type { Trust } from '../../../vault/trust/trust.js'
import { FORMULA, keyOf, setOf } from '../policy/trust-files.js'
import { intent } from '../record/sample.js'
import { bytes } from '../told.js'

export const NOW = Date.UTC(2026, 10, 22, 8)

const ROLES = 'alice = "admin"\namy = "admin"\nbob = "write"\nagent = "request"\n'
const TIERS = '[tiers]\ntidy = "low"\ndev = "medium"\nrelease = "high"\nprompt = "low"\n'
const POLICIES = {
  plain: '',
  off: '',
  self: '[approval.medium]\nallow_self = true\n[approval.high]\nallow_self = true\n',
  never: '[approval]\nnever = [{ login = "amy", id = 1 }, { login = "bob", id = 2 }]\n',
  pinned: '[approval.medium]\nreviewed_by = "admin"\n[approval.high]\nadmins = [{ login = "alice", id = 1 }]\n',
} as const

/** Carol has a key and no role; the last one has neither. */
const PEOPLE = ['alice', 'amy', 'bob', 'agent', 'carol']

function setWith(name: keyof typeof POLICIES): TrustSet {
  const write = `[write]\nenabled = ${name !== 'off'}\n`
  const formulas = ['tidy', 'dev', 'release', 'untiered'].map((each) => [`formulas/${each}.toml`, FORMULA(each)])
  return setOf({
    'policy.toml': `version = 1\n${write}${TIERS}${POLICIES[name]}[signers]\n${ROLES}`,
    allowed_signers: PEOPLE.map((person) => `${person} ${keyOf(person)}\n`).join(''),
    'formulas/prompt.toml': FORMULA('prompt').replace('run = ', 'description = '),
    ...Object.fromEntries(formulas),
  })
}

export const SETS = Object.fromEntries(Object.keys(POLICIES).map((name) => [name, setWith(name as 'plain')])) as Record<
  keyof typeof POLICIES,
  TrustSet
>
export const anySet = fc.constantFrom(...Object.values(SETS))

const FINGERPRINTS = [...SETS.plain.signers.principalOf.keys(), `SHA256:${'N'.repeat(43)}`]
/** The key of a person, by name. */
function keyOfPerson(name: string): string {
  const found = [...SETS.plain.signers.principalOf].find(([, principal]) => principal === name)
  return found?.[0] ?? FINGERPRINTS.at(-1)!
}

/** Mostly the first, at times the other. */
const mostly = <A, B>(usual: fc.Arbitrary<A>, other: fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other })
const seldomTrue = fc.integer({ min: 0, max: 9 }).map((value) => value === 9)
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => mostly(fc.constant(null), value)

export const signedBy = (name: string): SignatureFact => ({ kind: 'ssh', fingerprint: keyOfPerson(name) })

export const OIDS = ['1', '2', '3', '4'].map((digit) => oid(digit.repeat(40)))
const anyOid = fc.constantFrom(...OIDS)

export const anySignature: fc.Arbitrary<SignatureFact> = fc.oneof(
  fc.constant<SignatureFact>({ kind: 'unsigned' }),
  fc.constant<SignatureFact>({ kind: 'invalid', why: 'noise' }),
  fc.constantFrom(...FINGERPRINTS).map((fingerprint): SignatureFact => ({ kind: 'ssh', fingerprint })),
)

const anyStem = mostly(fc.constantFrom('a', 'b'), fc.constantFrom('UP', 'x.lock', '\u001b[2J'))
export const pathOf = (stem: string) => `vault/actions/${stem}.toml`
const anyEntry: fc.Arbitrary<EntryFact> = fc.record({
  mode: mostly(fc.constant('100644'), fc.constantFrom('100755', '120000', '160000', '040000')),
  oid: anyOid,
})
const anyChange: fc.Arbitrary<Change> = fc.record({
  path: fc.constantFrom(pathOf('a'), pathOf('b'), 'policy.toml', 'vault/actions/', 'vault/actions/.toml'),
  before: seldom(anyEntry),
  after: fc.option(anyEntry, { freq: 8 }),
})
const anyChanges: fc.Arbitrary<ChangeSet> = fc.record({
  changes: fc.array(anyChange, { maxLength: 2 }),
  truncated: seldomTrue,
})

const anyCommits: fc.Arbitrary<readonly RequestCommit[]> = fc.array(
  fc.record({
    oid: anyOid,
    parents: fc.array(anyOid, { maxLength: 2 }),
    exactMainMerge: seldomTrue,
    signature: mostly(fc.constant(signedBy('agent')), fc.option(anySignature)),
  }),
  { maxLength: 3 },
)

const LATER = 'expires_at = 2026-11-23T07:00:00Z'
const anyText = (stem: string) =>
  fc
    .record({
      id: mostly(fc.constant(stem), fc.constant('b')),
      formula: mostly(
        fc.constantFrom('tidy', 'dev', 'release', 'untiered'),
        fc.constantFrom('prompt', 'unknown', '../x'),
      ),
      more: mostly(
        fc.constantFrom('', 'blast_radius = "low"', 'blast_radius = "high"', 'dry_run = true', LATER),
        fc.constantFrom('expires_at = 2026-11-22T07:00:00Z', 'dispatch_mode = "direct"'),
      ),
    })
    .map(({ id, formula, more }) => `id = "${id}"\nformula = "${formula}"\ncontext = "x"\nsecrets = []\n${more}\n`)

/** Made once for each key: to make it again for each run took most of the time of these properties. */
function madeOnce<T>(make: (key: string) => T): (key: string) => T {
  const made = new Map<string, T>()
  return (key) => {
    const value = made.get(key) ?? make(key)
    made.set(key, value)
    return value
  }
}

const parsedWith = madeOnce((stem) => madeOnce((text) => parseAction(bytes(text), stem)))
/** As it would be read of a file with this stem. */
export const fileOf = (text: string, stem: string, blob: Oid): ActionFile => ({
  kind: 'parsed',
  blob,
  bytes: bytes(text),
  action: parsedWith(stem)(text),
})
const anyFile = madeOnce(
  (stem): fc.Arbitrary<ActionFile> =>
    fc.oneof(
      { weight: 30, arbitrary: fc.tuple(anyText(stem), anyOid).map(([text, blob]) => fileOf(text, stem, blob)) },
      fc.constant<ActionFile>({ kind: 'none' }),
      anyOid.map((blob): ActionFile => ({ kind: 'missing', blob })),
      anyOid.map((blob): ActionFile => ({ kind: 'too_large', blob, size: 1e7 })),
    ),
)

/** What an honest admin's merge of the agent's request looks like. */
export function honestMerge(path: string, entry: EntryFact, merger = 'alice', requester = 'agent'): MergeFact {
  return {
    commit: OIDS[0]!,
    parents: [OIDS[1]!, OIDS[2]!],
    signature: signedBy(merger),
    changes: { changes: [{ path, before: null, after: entry }], truncated: false },
    inSecondParent: entry,
    commits: [{ oid: OIDS[2]!, parents: [OIDS[1]!], exactMainMerge: false, signature: signedBy(requester) }],
    tooManyCommits: false,
  }
}

const anyMergeFields = (): { [Key in keyof MergeFact]: fc.Arbitrary<MergeFact[Key]> } => ({
  commit: anyOid,
  parents: fc.array(anyOid, { maxLength: 3 }),
  signature: anySignature,
  changes: anyChanges,
  inSecondParent: fc.option(anyEntry),
  commits: anyCommits,
  tooManyCommits: seldomTrue,
})

/** An honest merge in which chance has replaced some parts: mostly one or none, so that each check stands alone at times. */
export function almostHonestMerge(path: string, entry: EntryFact): fc.Arbitrary<MergeFact> {
  const replaced = fc.record(anyMergeFields(), { requiredKeys: [] })
  const some = fc.subarray(Object.keys(anyMergeFields()), { maxLength: 2 })
  return fc
    .tuple(replaced, some, fc.constantFrom('alice', 'amy', 'bob'), fc.constantFrom('agent', 'alice', 'bob'))
    .map(([parts, names, merger, requester]) => {
      const chosen = Object.fromEntries(Object.entries(parts).filter(([name]) => names.includes(name)))
      return { ...honestMerge(path, entry, merger, requester), ...chosen }
    })
}

const anyWaiting: fc.Arbitrary<WaitingFact> = fc.tuple(anyStem, anyEntry).chain(([stem, entry]) =>
  fc.record({
    path: fc.constant(pathOf(stem)),
    stem: fc.constant(stem),
    entry: fc.constant(entry),
    file: anyFile(stem),
    merge: fc.option(almostHonestMerge(pathOf(stem), entry), { freq: 8 }),
    pull: fc.constant(null),
  }),
)

const anyContent = madeOnce(
  (stem): fc.Arbitrary<RequestContent> =>
    fc.oneof(
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('object_missing', 'git_failed', 'tick_limit')
          .map((why) => ({ kind: 'unread' as const, why: why as 'git_failed' })),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('contained', 'unrelated', 'ambiguous')
          .map((kind) => ({ kind: kind as 'contained' })),
      },
      {
        weight: 12,
        arbitrary: fc.record({
          kind: fc.constant('change' as const),
          base: anyOid,
          changes: mostly(
            anyEntry.map((after) => ({ changes: [{ path: pathOf(stem), before: null, after }], truncated: false })),
            anyChanges,
          ),
          commits: anyCommits,
          tooManyCommits: seldomTrue,
          file: anyFile(stem),
        }),
      },
    ),
)

const anyRequest: fc.Arbitrary<RequestFact> = anyStem.chain((stem) =>
  fc.record({
    suffix: fc.oneof(
      { weight: 5, arbitrary: fc.constant(stem) },
      { weight: 1, arbitrary: fc.constantFrom('deep/er', '-x', 'b') },
    ),
    head: anyOid,
    content: anyContent(stem),
    isBranch: fc.constant(true),
    pulls: fc.constant([]),
  }),
)

const anyClaim: fc.Arbitrary<ClaimFact> = fc
  .record({
    id: fc.constantFrom('c', 'd'),
    startInMs: fc.integer({ min: -1e9, max: 1e8 }),
    state: fc.constantFrom('unknown', 'noted', 'running', 'finished', 'lost', 'foreign'),
    idempotent: fc.boolean(),
  })
  .map(({ id, startInMs, state, idempotent }) => ({
    id: parseActionId(id)!,
    day: '2026-11-22',
    intent: intent('a'.repeat(64), { id, start_by: new Date(NOW + startInMs).toISOString() }),
    blob: OIDS[0]!,
    intentSha256: 'b'.repeat(64),
    state: state as ClaimFact['state'],
    idempotent,
  }))

export const trustOf = (set: TrustSet): Trust => ({
  root: OIDS[0]!,
  adminsFrom: 'signers',
  inForce: { commit: OIDS[0]!, set },
  broken: null,
  offending: null,
  unverified: null,
})
const anyTrust: fc.Arbitrary<Trust> = fc
  .tuple(anySet, seldom(anyOid), seldom(anyOid))
  .map(([set, broken, offending]) => ({
    ...trustOf(set),
    broken:
      broken === null ? null : { commit: broken, ids: { policy: broken, formulas: null, signers: null }, files: [] },
    offending: offending === null ? null : { commit: offending, reason: 'trust_change_unauthorised', detail: 'x' },
  }))

const anyFreeze: fc.Arbitrary<Freeze> = fc.record({
  reason: fc.string(),
  cause: fc.constantFrom('operator', 'main_rewritten', 'root_missing'),
  since: fc.constant(NOW),
})

export const anySnapshot: fc.Arbitrary<Snapshot> = fc.record({
  now: fc.constant(NOW),
  main: anyOid,
  trust: anyTrust,
  freeze: seldom(anyFreeze),
  requests: fc.uniqueArray(anyRequest, { selector: ({ suffix }) => suffix, maxLength: 4 }),
  waiting: fc.uniqueArray(anyWaiting, { selector: ({ path }) => path, maxLength: 3 }),
  claims: fc.uniqueArray(anyClaim, { selector: ({ id }) => id, maxLength: 2 }),
  used: seldom(fc.constant('a')).map((id) => new Map(id === null ? [] : [[id, { day: '2026-11-21' }]])),
  foreign: fc.array(
    anyChange.map((change) => ({ change, code: 'record_foreign' as const })),
    { maxLength: 1 },
  ),
  unknownKeys: fc.constant([]),
  branches: fc.constant(new Map()),
  comments: fc.constant(new Map()),
  forge: fc.constant(null),
  dispatcher: fc.record({
    instance: fc.constant('i'),
    stock: fc.constantFrom(null, { agent: null, secrets: new Set<string>() }),
    hasActionsReadme: fc.boolean(),
  }),
})
