/**
 * What truly happened in a simulated world, written down by the world itself, as plain data: who pressed approve on what,
 * who moved which ref, which run was started and how it went. The judge goes by this, and by what lies on main.
 */
import type { Oid } from '../../vault/oid.js'

export type Tier = 'low' | 'medium' | 'high'
export type Role = 'admin' | 'write' | 'request'

export type Actor =
  | { readonly kind: 'dispatcher'; readonly host: string; readonly instance: string; readonly process: number }
  | { readonly kind: 'person'; readonly name: string }

/** What a policy file says, for those who do not read TOML. */
export interface PolicyModel {
  readonly writeEnabled: boolean
  readonly tiers: Readonly<Record<string, Tier>>
  readonly roles: Readonly<Record<string, Role>>
  readonly never: readonly string[]
  readonly pinnedAdmins: readonly string[] | null
  readonly allowSelfMedium: boolean
  /** Medium fires unopposed after so many minutes; null: never. Only where there is a forge. */
  readonly windowMinutes: number | null
}

export interface FormulaModel {
  readonly name: string
  readonly idempotent: boolean
  /** What its one step runs. */
  readonly run: string
  /** What it runs where nothing is to be done in earnest; null: nothing. */
  readonly dryRun: string | null
  readonly timeoutMinutes: number
  /** Value of its one variable, where an action gives none. */
  readonly what: string
}

export interface ActionModel {
  readonly id: string
  readonly formula: string
  readonly declared: Tier | null
  /** Epoch milliseconds. */
  readonly expiresAt: number | null
  readonly isDryRun: boolean
  readonly secrets: readonly string[]
  /** Null: it says nothing, and the formula's counts. */
  readonly timeoutMinutes: number | null
  readonly what: string | null
  /** The file is well-formed, its id is its name, and all that it asks for is allowed. */
  readonly isValid: boolean
}

/** A request as somebody pushed it: one for each head. */
export interface HeadTruth {
  readonly suffix: string
  readonly blob: Oid
  /** It adds exactly the one file that a request may add. */
  readonly isExact: boolean
  /** Fingerprints of all who signed a commit of it that brings anything; null: one is unsigned. */
  readonly signers: readonly string[] | null
}

/** Somebody brought an action to main. */
export interface ApprovalTruth {
  readonly merge: Oid
  readonly id: string
  readonly blob: Oid
  readonly head: Oid
  /** Fingerprint of the key that signed; null: none. */
  readonly by: string | null
  /** A merge of exactly this one file, the same as in the request. */
  readonly isExact: boolean
}

export interface HonestRequest {
  readonly id: string
  head: Oid
  blob: Oid
  /** Its requester took it back, or somebody interfered with its id: nothing is owed to it. */
  isOff: boolean
}

export interface MainMove {
  /** Position among all events of the world. */
  readonly seq: number
  readonly before: Oid | null
  readonly after: Oid
  readonly by: Actor
}

/** A push of main as a dispatcher sent it, whatever became of it. */
export interface SentPush {
  readonly seq: number
  readonly by: Actor
  /** What it was made on. */
  readonly base: Oid | null
  /** The main that the process knew it had written down as seen, by then; null: none. */
  readonly seen: Oid | null
}

export interface BranchDeletion {
  readonly seq: number
  readonly suffix: string
  readonly head: Oid
  readonly main: Oid
  readonly by: Actor
}

/** What the runner was given to run it with. */
export interface Equipment {
  readonly steps: readonly string[]
  readonly onFailure: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly secretValues: readonly string[]
  readonly timeoutMs: number
  readonly agent: readonly string[] | null
}

export interface RunStart {
  readonly seq: number
  readonly nonce: string
  readonly host: string
  readonly instance: string
  readonly process: number
  readonly id: string
  readonly formula: string
  readonly equipment: Equipment
  /** The host's clock when the runner was asked to start it, and the number of the sequence then. */
  readonly askedAt: number
  readonly askedSeq: number
  /** When its process had been woken for the last tick that had succeeded when it asked; null: none had. */
  readonly tickedSince: number | null
  /** Main's tip then. */
  readonly main: Oid
  /** The main that its state folder said was seen, just then; null: none. */
  readonly seen: Oid | null
  /** Its state folder said that its id is used, just then. */
  readonly isUsed: boolean
  /** The ops repo that it may read had been laid out up to its commit, by then. */
  readonly isShown: boolean
  /** The host's clock when it began, and when it ended. */
  readonly startedAt: number
  endedAt: number | null
  end: 'succeeded' | 'failed' | 'timed_out' | 'vanished' | null
  /** Number of the sequence at which it ended. */
  endSeq: number | null
}

export interface DoubledRun {
  readonly seq: number
  readonly nonce: string
  readonly host: string
  readonly process: number
}

/** The freeze switch of a host was thrown by its operator. */
export interface FreezeTruth {
  readonly host: string
  readonly from: number
  to: number | null
}

/** A freeze or its end that the daemon of a host was left to record. */
export interface SwitchTruth {
  readonly host: string
  /** Whose state folder it was left in. */
  readonly instance: string
  readonly event: 'freeze' | 'unfreeze'
  /** No other one has it. */
  readonly reason: string
}

/** A process of a dispatcher read the clock. */
export interface ClockRead {
  readonly seq: number
  readonly value: number
  /** True time. */
  readonly time: number
}

export class Truth {
  #seq = 0
  readonly policies = new Map<Oid, PolicyModel>()
  /** `allowed_signers`: blob -> principal of each fingerprint. */
  readonly signers = new Map<Oid, ReadonlyMap<string, string>>()
  readonly formulas = new Map<Oid, FormulaModel>()
  readonly actions = new Map<Oid, ActionModel>()
  readonly heads = new Map<Oid, HeadTruth>()
  readonly approvals = new Map<Oid, ApprovalTruth>()
  readonly honest = new Map<string, HonestRequest>()
  readonly mainMoves: MainMove[] = []
  readonly sent: SentPush[] = []
  /** By process: the main that it read or wrote last as seen, as far as it was told so. */
  readonly seenBy = new Map<number, Oid>()
  readonly deletions: BranchDeletion[] = []
  readonly starts: RunStart[] = []
  readonly freezes: FreezeTruth[] = []
  readonly switches: SwitchTruth[] = []
  /** Nonces that a runner ever noted durably, and that were kept as about to be claimed before that, with the instance. */
  readonly noted = new Set<string>()
  /** Nonces that a runner was asked to start, and could not. */
  readonly unstartable = new Set<string>()
  /** Runs that a process took up while it was following them already, and when. */
  readonly doubled: DoubledRun[] = []
  /** By nonce: who was the last to begin a second run, and when. */
  readonly secondRuns = new Map<string, { readonly process: number; readonly seq: number }>()
  /** When a dispatcher let its runner forget a nonce. */
  readonly forgotten = new Map<string, number>()
  /** By process. */
  readonly clockReads = new Map<number, ClockRead[]>()
  /** Greatest clock value that an instance was ever shown. */
  readonly greatestClock = new Map<string, number>()
  /** By process: the time that its disk knew when it was born; 0: none. */
  readonly knewTime = new Map<number, number>()
  /** When a process was born, and when it was told to end. */
  readonly born = new Map<number, number>()
  readonly drained = new Map<number, number>()
  /** By process: when it was woken last, and when it asked last what is on the remote. */
  readonly woken = new Map<number, number>()
  readonly looked = new Map<number, number>()
  /** By instance: the sequence number from which it has watched main; its folder was new then. */
  readonly watchesSince = new Map<string, number>()
  /** Instances whose state folder was lost. */
  readonly lostInstances = new Set<string>()
  /** Whose records count: ids of the keys of dispatchers. */
  readonly dispatcherKeys = new Set<string>()
  /** Ids that somebody claimed by a record of their own making. */
  readonly forgedClaims = new Set<string>()
  /** Folders of claims that never came to main by their dispatchers, and were brought there by somebody; whose they are. */
  readonly strayClaims = new Map<string, string>()
  /** Rejections that nobody handled: a daemon would die of them. */
  readonly unhandled: string[] = []

  /** The number of the next event. */
  tick(): number {
    return ++this.#seq
  }

  get now(): number {
    return this.#seq
  }
}
