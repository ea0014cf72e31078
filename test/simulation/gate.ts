/**
 * Every effect of a dispatcher, and every question that it asks the world, waits here until the schedule lets it
 * happen: so dispatchers interleave, and one may die before, in the middle of, or after each effect.
 */
import type { Oid } from '../../vault/oid.js'
import type { Chance } from './chance.js'
import type { Coverage } from './coverage.js'
import type { Process } from './host.js'
import { NOBODY, type Tell } from './trace.js'

/**
 * fail: it does not happen, and says so. lost: it happens, and the answer is an error. late: the answer is an error, and
 * it happens some time after. crash_*: the process dies before it, after it, or it happens some time after the death.
 * refused, torn, partly, start_failed, supervisor_failed, stale, doubled: see the effects that have them.
 */
export type Fault =
  | 'fail'
  | 'lost'
  | 'late'
  | 'crash_before'
  | 'crash_after'
  | 'crash_late'
  | 'refused'
  | 'partly'
  | 'torn'
  | 'start_failed'
  | 'supervisor_failed'
  | 'stale'
  | 'doubled'

export interface Effect<T> {
  readonly name: string
  readonly faults: readonly Fault[]
  work(): T
  error(): Error
  /** What faults of its own do. Throwing is answering with an error. */
  readonly own?: Partial<Record<Fault, () => T>>
  /** It goes over the network, which may be cut. */
  readonly isRemote?: boolean
  /** How much more often than others it has a fault; default 1. */
  readonly proneness?: number
  /** Of a push, what is pushed. */
  readonly about?: Oid | undefined
}

interface Pending {
  /** Null: it is on its way already, whoever sent it. */
  readonly process: Process | null
  readonly name: string
  readonly faults: readonly Fault[]
  readonly isRemote: boolean
  readonly proneness: number
  readonly about?: Oid | undefined
  deliver(fault: Fault | null): void
}

const PUSH = 'git push main'

export class Gate {
  #pending: Pending[] = []
  /** What happens now was given up by its sender. */
  isLate = false
  /** What was given up stays on its way, for as long as this holds. */
  isSlow = false
  /** What was given up arrives just before such a push of main, and not earlier. Null: whenever it comes. */
  arrivesBefore: ((commit: Oid) => boolean) | null = null

  constructor(
    private readonly coverage: Coverage,
    private readonly tell: Tell = NOBODY,
  ) {}

  get size(): number {
    return this.#pending.length
  }

  /** A push is under way, or may still arrive. */
  hasPush(): boolean {
    return this.#pending.some(({ name }) => name.includes('push'))
  }

  /** Somebody waits for one of these effects. */
  waits(names: readonly string[], process: Process | null = null): boolean {
    return this.#waiting(names, process).length > 0
  }

  /** What those are about that wait for this effect. */
  waitsAbout(name: string): readonly Oid[] {
    return this.#waiting([name], null).flatMap(({ about }) => about ?? [])
  }

  /** Lets one of these happen, with one of the faults that it may have. @returns whose it was; null: nobody's */
  strike(chance: Chance, names: readonly string[], faults: readonly Fault[]): Process | null {
    const pending = chance.pick(this.#waiting(names, null))
    const fault = chance.pick(pending?.faults.filter((one) => faults.includes(one)) ?? [])
    if (pending === undefined || fault === undefined) return null
    this.#take(pending)
    this.coverage.count(pending.name, fault)
    this.tell(`  ${nameOf(pending)}: ${fault}, just then`)
    pending.deliver(fault)
    return pending.process
  }

  /** Nobody who lives does anything, or waits for an answer. */
  get isStill(): boolean {
    return this.#pending.every(({ process }) => process === null)
  }

  /** Something that its sender gave up is still on its way. */
  hasLate(name: string): boolean {
    return this.#late(name) !== undefined
  }

  /** It arrives now. */
  arrive(name: string): void {
    const pending = this.#late(name)
    if (pending === undefined) return
    this.#take(pending)
    this.isSlow = false
    this.tell(`  late ${name}, just then`)
    pending.deliver(null)
  }

  #late(name: string): Pending | undefined {
    return this.#pending.find((pending) => pending.process === null && pending.name === `late ${name}`)
  }

  #take(pending: Pending): void {
    this.#pending = this.#pending.filter((other) => other !== pending)
  }

  #waiting(names: readonly string[], by: Process | null): Pending[] {
    return this.#pending.filter(
      ({ process, name }) => process !== null && (by === null || by === process) && names.includes(name),
    )
  }

  /** Whoever is dead is never answered. */
  call<T>(process: Process, effect: Effect<T>): Promise<T> {
    if (!process.isAlive) return new Promise(() => undefined)
    return new Promise((resolve, reject) => {
      const { name, faults, proneness = 1, about } = effect
      const attempt = (work: () => T) => {
        try {
          resolve(work())
        } catch (error) {
          reject(error)
        }
      }
      const deliver = (fault: Fault | null) => this.#perform(process, effect, fault, attempt, reject)
      this.#pending.push({ process, name, faults, isRemote: effect.isRemote === true, proneness, about, deliver })
    })
  }

  /** Lets one thing happen. @returns false when nothing waits */
  deliverOne(chance: Chance, faultRate: number, enabled: ReadonlySet<Fault>): boolean {
    if (this.arrivesBefore !== null && this.waitsAbout(PUSH).some(this.arrivesBefore)) {
      this.arrivesBefore = null
      this.arrive(PUSH)
      return true
    }
    const moving =
      this.isSlow || this.arrivesBefore !== null
        ? this.#pending.filter(({ process }) => process !== null)
        : this.#pending
    const pending = moving[chance.below(moving.length)]
    if (pending === undefined) return false
    this.#take(pending)
    const possible = pending.faults.filter((fault) => enabled.has(fault))
    const drawn = chance.hit(faultRate * pending.proneness) ? (chance.pick(possible) ?? null) : null
    const isCut = pending.isRemote && pending.process?.host.isCut === true
    const fault = isCut ? 'fail' : drawn
    this.coverage.count(pending.name, fault)
    this.tell(`  ${nameOf(pending)}${fault === null ? '' : `: ${fault}`}`)
    // An answer is often lost because a cable broke: then what is asked next fails too.
    const isBroken = pending.isRemote && (fault === 'lost' || fault === 'late') && chance.hit(0.3)
    if (isBroken && pending.process !== null) pending.process.host.isCut = true
    pending.deliver(fault)
    return true
  }

  /** Lets the oldest thing happen, with the fault that is chosen for it by its name. @returns its name; null when nothing waits */
  deliverNext(choose: (name: string) => Fault | null): string | null {
    const pending = this.#pending.shift()
    if (pending === undefined) return null
    const fault = choose(pending.name)
    this.coverage.count(pending.name, fault)
    pending.deliver(fault)
    return pending.name
  }

  /** Whoever has died hears no answers; what was sent may still arrive. */
  bury(process: Process, chance: Chance): void {
    const left = this.#pending.filter((pending) => pending.process === process)
    this.#pending = this.#pending.filter((pending) => pending.process !== process)
    for (const pending of left) {
      if (!pending.faults.includes('crash_after') || !chance.hit(0.3)) continue
      const fault = pending.faults.includes('crash_late') && chance.hit(0.5) ? 'crash_late' : 'crash_after'
      this.coverage.count(pending.name, fault)
      this.tell(`  ${nameOf(pending)}: ${fault}`)
      pending.deliver(fault)
    }
  }

  #perform<T>(
    process: Process,
    effect: Effect<T>,
    fault: Fault | null,
    attempt: (work: () => T) => void,
    reject: (error: Error) => void,
  ) {
    const own = fault === null ? undefined : effect.own?.[fault]
    if (own !== undefined) return attempt(own)
    if (fault === null) return attempt(effect.work)
    if (fault === 'fail') return reject(effect.error())
    if (fault === 'late' || fault === 'crash_late') this.#later(effect)
    if (fault === 'lost' || fault === 'crash_after') quietly(effect.work)
    if (fault === 'lost' || fault === 'late') reject(effect.error())
    else process.crash()
  }

  #later<T>(effect: Effect<T>): void {
    const deliver = () => {
      this.isLate = true
      quietly(effect.work)
      this.isLate = false
    }
    this.#pending.push({
      process: null,
      name: `late ${effect.name}`,
      faults: [],
      isRemote: false,
      proneness: 1,
      deliver,
    })
  }
}

function nameOf({ process, name }: Pending): string {
  return process === null ? name : `${process.host.name}/${process.serial} ${name}`
}

function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // Nobody hears of it.
  }
}
