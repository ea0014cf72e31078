/**
 * Law 4, read anew: which policy is in force at a commit of main. Goes along the first-parent line; a change counts if an
 * admin of the set in force signed it, and if it stands on what was authorised. Knows nothing of how dispatchers do it.
 */
import type { Oid } from '../../../vault/oid.js'
import type { Site } from '../forge/site.js'
import type { ObjectStore } from '../git/object-store.js'
import type { PolicyModel, Truth } from '../truth.js'

export interface TrustState {
  /** The commit that brought the set in force. */
  readonly inForce: Oid
  /** The commit whose files are what was authorised last: that one, or a later one that cannot be used. */
  readonly authorised: Oid
  readonly policy: PolicyModel
  /** Fingerprint -> principal. */
  readonly signers: ReadonlyMap<string, string>
  /** What was authorised last cannot be used: nothing may fire. */
  readonly isBroken: boolean
}

export interface Ground {
  readonly truth: Truth
  readonly server: { readonly store: ObjectStore }
  readonly root: Oid
  /** Null: admins are those of the keys. */
  readonly site: Site | null
}

const known = new WeakMap<Ground, Map<Oid, TrustState>>()

export function trustOf(ground: Ground, commit: Oid): TrustState {
  const states = known.get(ground) ?? new Map<Oid, TrustState>()
  known.set(ground, states)
  const open: Oid[] = []
  let at = commit
  while (!states.has(at) && at !== ground.root) {
    open.push(at)
    at = ground.server.store.commit(at)!.parents[0]!
  }
  let state = states.get(at) ?? rootState(ground)
  states.set(at, state)
  for (const next of open.reverse()) {
    state = after(ground, state, next)
    states.set(next, state)
  }
  return state
}

function rootState(ground: Ground): TrustState {
  const set = read(ground, ground.root)!
  return { inForce: ground.root, authorised: ground.root, ...set, isBroken: false }
}

function after(ground: Ground, state: TrustState, commit: Oid): TrustState {
  const { store } = ground.server
  const { parents, signature } = store.commit(commit)!
  const [now, before, authorised] = [commit, parents[0]!, state.authorised].map((at) => content(store, at))
  if (now === before || now === authorised || before !== authorised || parents.length > 2) return state
  const isGiven =
    ground.site === null
      ? signature.kind === 'ssh' && isAdmin(state, signature.fingerprint)
      : isMergedByAdmin(ground, ground.site, state, commit)
  if (!isGiven) return state
  const set = read(ground, commit)
  if (set === null) return { ...state, authorised: commit, isBroken: true }
  return { inForce: commit, authorised: commit, ...set, isBroken: false }
}

/** The newest change of the set that took no force; null: since the root none was passed over. */
export function passedOver(ground: Ground, commit: Oid): Oid | null {
  const { store } = ground.server
  for (let at = commit; at !== ground.root; ) {
    const parent = store.commit(at)!.parents[0]!
    const isChange = content(store, at) !== content(store, parent)
    if (isChange && trustOf(ground, at).authorised === trustOf(ground, parent).authorised) return at
    at = parent
  }
  return null
}

/** The merge of a pull request by an admin, who saw exactly what of the set came to main. Only alice is one all the time. */
function isMergedByAdmin({ server }: Ground, site: Site, { policy }: TrustState, commit: Oid): boolean {
  const [, head] = server.store.commit(commit)!.parents
  const pulls = site.pulls.filter(({ events }) =>
    events.some((event) => event.kind === 'merged' && event.commit === commit),
  )
  const events = pulls.flatMap((pull) => pull.events)
  if (pulls.length === 0 || head === undefined) return false
  if (events.some(({ kind }) => kind === 'retargeted' || kind === 'scheduled')) return false
  if (events.some(({ kind, by }) => kind === 'merged' && by !== 'alice') || policy.never.includes('alice')) return false
  if (policy.pinnedAdmins !== null && !policy.pinnedAdmins.includes('alice')) return false
  return content(server.store, commit) === content(server.store, head)
}

function isAdmin({ signers, policy }: Pick<TrustState, 'signers' | 'policy'>, fingerprint: string): boolean {
  const name = signers.get(fingerprint)
  if (name === undefined || policy.roles[name] !== 'admin' || policy.never.includes(name)) return false
  return policy.pinnedAdmins === null || policy.pinnedAdmins.includes(name)
}

/** Null where a file of the set means nothing to anybody. */
function read({ truth, server, site }: Ground, commit: Oid): Pick<TrustState, 'policy' | 'signers'> | null {
  const files = server.store.files(commit)
  const policy = truth.policies.get(files.get('policy.toml')?.oid ?? ('' as Oid))
  const signers = truth.signers.get(files.get('allowed_signers')?.oid ?? ('' as Oid))
  if (policy === undefined || signers === undefined) return null
  if (site !== null) return { policy, signers }
  // Whoever has a role and no key makes the set unusable.
  const withKey = new Set(signers.values())
  return Object.keys(policy.roles).every((name) => withKey.has(name)) ? { policy, signers } : null
}

function content(store: ObjectStore, commit: Oid): string {
  const files = [...store.files(commit)].filter(([path]) => /^(policy\.toml$|allowed_signers$|formulas\/)/.test(path))
  return files.map(([path, { mode, oid }]) => `${path} ${mode} ${oid}`).join('\n')
}
