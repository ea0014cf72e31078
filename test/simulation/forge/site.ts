/**
 * The forge of a simulated world: who opened, pushed, reviewed, merged and said what, and when. Nothing is ever taken
 * out of it, so that any older picture of it can be drawn.
 */
import type { Oid } from '../../../vault/oid.js'
import type { Graph } from '../git/graph.js'
import type { Person } from '../people/cast.js'

/** The one account of all dispatchers. */
export const SELF = 'countersign'
export type Who = Person | typeof SELF
export type Permission = 'none' | 'read' | 'write' | 'admin'

export interface Stamp {
  /** Position among all events of the world. */
  readonly seq: number
  /** Epoch milliseconds. */
  readonly at: number
}

export type Happening =
  | { readonly kind: 'drafted'; readonly isDraft: boolean }
  | { readonly kind: 'retargeted'; readonly base: string }
  | { readonly kind: 'reopened' | 'scheduled' }
  /** `withBranch`: because its branch was deleted. */
  | { readonly kind: 'closed'; readonly withBranch?: true }
  | { readonly kind: 'merged'; readonly commit: Oid; readonly head: Oid }
  | {
      readonly kind: 'reviewed'
      readonly id: number
      readonly state: 'approved' | 'changes_requested'
      /** Chosen by the one who reviews; null: the forge lost it. */
      readonly commit: Oid | null
    }
  | { readonly kind: 'dismissed'; readonly review: number }
  | { readonly kind: 'commented' | 'edited'; readonly comment: number; readonly body: string }
  | { readonly kind: 'deleted'; readonly comment: number }
  | { readonly kind: 'labelled' | 'unlabelled'; readonly label: string }

/** `isLate`: its sender had given it up. */
export type PullEvent = Stamp & Happening & { readonly by: Who; readonly isLate?: boolean }

export interface Pull {
  readonly number: number
  readonly author: Person
  readonly opened: Stamp
  /** In the ops repo itself; else in a fork of its author's. */
  readonly isOurs: boolean
  /** Full name of the ref on the world's server that its head branch is. */
  readonly ref: string
  readonly branch: string
  readonly events: PullEvent[]
}

/** Somebody moved a branch. */
export interface Push extends Stamp {
  readonly ref: string
  readonly by: Who
  /** The forge says who it was. */
  readonly isNamed: boolean
  readonly before: Oid | null
  /** Null: the branch was deleted. */
  readonly after: Oid | null
  readonly isForced: boolean
  /** What it brought that main lacked. */
  readonly brought: readonly Oid[]
  /** The forge says what it brought. */
  readonly isListed: boolean
}

/** A commit status of ours. */
export interface Status extends Stamp {
  readonly commit: Oid
  readonly state: 'pending' | 'success' | 'failure'
  /** Its sender had given it up. */
  readonly isLate: boolean
}

/** A dispatcher was shown the forge as it was at `asOf`. */
export interface Look {
  readonly process: number
  readonly seq: number
  readonly asOf: number
  /** Whose comments it was; null: something else. */
  readonly pull: number | null
}

/** A comment that a dispatcher made. */
export interface Created {
  readonly process: number
  readonly pull: number
  readonly comment: number
  /** When the dispatcher sent it. */
  readonly asked: number
}

interface RoleChange extends Stamp {
  readonly who: Person
  readonly permission: Permission | 'deleted'
}

export class Site {
  readonly pulls: Pull[] = []
  readonly statuses: Status[] = []
  readonly looks: Look[] = []
  readonly created: Created[] = []
  readonly #pushes = new Map<string, Push[]>()
  readonly #roles: RoleChange[] = []
  readonly #stamps: Stamp[] = []
  #ids = 0

  constructor(
    private readonly now: () => Stamp,
    private readonly graph: Graph,
    readonly kind: 'forgejo' | 'github',
  ) {}

  #stamp(): Stamp {
    const stamp = this.now()
    this.#stamps.push(stamp)
    return stamp
  }

  nextId(): number {
    return ++this.#ids
  }

  /** How often a dispatcher wrote something. */
  get writes(): number {
    return this.statuses.length + this.pulls.flatMap(({ events }) => events).filter(({ by }) => by === SELF).length
  }

  pull(number: number): Pull | null {
    return this.pulls[number - 1] ?? null
  }

  /** Of one ref, oldest first. */
  pushesTo(ref: string): Push[] {
    const pushes = this.#pushes.get(ref) ?? []
    this.#pushes.set(ref, pushes)
    return pushes
  }

  /** Its branch is there already. */
  open(spec: Pick<Pull, 'author' | 'isOurs' | 'branch' | 'ref'>): Pull {
    const pull: Pull = { ...spec, number: this.pulls.length + 1, opened: this.#stamp(), events: [] }
    this.pulls.push(pull)
    return pull
  }

  note(pull: Pull, by: Who, happening: Happening, isLate = false): void {
    pull.events.push({ ...this.#stamp(), by, isLate, ...happening })
  }

  setStatus(commit: Oid, state: Status['state'], isLate: boolean): void {
    this.statuses.push({ ...this.#stamp(), commit, state, isLate })
  }

  setRole(who: Person, permission: RoleChange['permission']): void {
    this.#roles.push({ ...this.#stamp(), who, permission })
  }

  /** `deleted`: the account is gone, and whatever it did was nobody's. */
  roleOf(who: Who, asOf: number): RoleChange['permission'] {
    if (who === SELF) return 'write'
    return this.#roles.findLast((change) => change.who === who && change.seq <= asOf)?.permission ?? FIRST_ROLES[who]
  }

  pushed(push: Pick<Push, 'ref' | 'by' | 'isNamed' | 'isListed' | 'before' | 'after'>, main: Oid): void {
    const { before, after } = push
    const behind = before === null ? null : this.graph.ancestors(before)
    const brought =
      after === null
        ? []
        : [...this.graph.fresh(after, this.graph.ancestors(main))].filter((commit) => behind?.has(commit) !== true)
    const isForced = before !== null && after !== null && !this.graph.ancestors(after).has(before)
    this.pushesTo(push.ref).push({ ...this.#stamp(), ...push, isForced, brought })
  }

  /** Sequence numbers at which something changed after `from`, up to `to`; both are among them. */
  momentsBetween(from: number, to: number): number[] {
    return [from, ...this.#stamps.map(({ seq }) => seq).filter((seq) => seq > from && seq < to), to]
  }

  /** The last sequence number before anything that happened after a time; null: nothing did. */
  seqAt(time: number): number | null {
    const later = this.#stamps.find(({ at }) => at > time)
    return later === undefined ? null : later.seq - 1
  }
}

const FIRST_ROLES: Readonly<Record<Person, Permission>> = {
  alice: 'admin',
  amy: 'admin',
  bob: 'write',
  wendy: 'write',
  bot: 'write',
  agent: 'write',
  other: 'write',
  mallory: 'none',
}
