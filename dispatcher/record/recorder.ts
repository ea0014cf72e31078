/**
 * The one writer of main. It groups what arrives while a push is under way into the next commit, pushes with main as
 * compare-and-swap, and after a lost race or a lost answer looks before it does anything again.
 */
import type { FileEdit, Repository } from '../../lib/git/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { Oid } from '../../vault/oid.js'
import type { Entry, Recorded } from './entry.js'
import { renderMessage } from './message.js'

interface Pending {
  readonly entry: Entry
  readonly settle: (recorded: Recorded) => void
}

export interface RecorderParts {
  readonly repository: Repository
  readonly branch: string
  readonly name: string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** A commit of ours is on main: remembered before anybody goes by it. */
  readonly onRecorded: (commit: Oid) => Promise<void>
  /** Runs go on, so more outcomes are to come. */
  readonly expectsMore: () => boolean
}

export class Recorder {
  /** Our own commits, each with the main it was made on. */
  readonly #own = new Map<Oid, Oid>()
  #head: Oid | null = null
  #pending: Pending[] = []
  #isRunning = false

  constructor(private readonly parts: RecorderParts) {}

  /** Tells the recorder what main is, as a snapshot saw it. A push under way knows better. */
  startFrom(main: Oid): void {
    if (!this.#isRunning) this.#head = main
  }

  /** Resolves when it is known what became of it; never rejects for what the remote does. */
  record(entry: Entry): Promise<Recorded> {
    return new Promise((settle, reject) => {
      this.#pending.push({ entry, settle })
      if (!this.#isRunning) this.#run().catch(reject)
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#pending.length > 0) {
        // All that was asked for in the same turn belongs into the same group.
        await Promise.resolve()
        await this.#linger()
        await this.#push(this.#pending.splice(0, LIMITS.claimsPerCommit))
      }
    } finally {
      this.#isRunning = false
    }
  }

  /** Outcomes are safe on disk already: a burst of them shares a handful of pushes. */
  async #linger(): Promise<void> {
    const { expectsMore, sleep } = this.parts
    for (let waited = 0; waited < LIMITS.lingerMs && expectsMore(); waited += LIMITS.lingerStepMs) {
      if (this.#pending.some(({ entry }) => !entry.patient)) return
      await sleep(LIMITS.lingerStepMs)
    }
  }

  async #push(group: readonly Pending[]): Promise<void> {
    let open = group
    for (let attempt = 0; attempt < LIMITS.pushAttempts && open.length > 0; attempt++) {
      const base = this.#head
      if (base === null) throw new Error('the recorder was not told what main is')
      open = this.#dropStale(open, base)
      if (open.length > 0 && (await this.#attempt(open, base))) return
    }
    settleAll(open, { kind: 'lost_race' })
  }

  /** @returns true when the group is settled */
  async #attempt(group: readonly Pending[], base: Oid): Promise<boolean> {
    const { repository, branch } = this.parts
    const ref = `refs/heads/${branch}`
    let why: string
    let commit: Oid | null = null
    try {
      commit = await this.#commit(group, base)
      const [result] = await repository.remote.push([{ ref, expected: base, to: commit }])
      if (result?.kind === 'done') return await this.#settleDone(group, base, commit)
      why = result?.why ?? 'no answer'
    } catch (error) {
      why = error instanceof Error ? error.message : String(error)
    }
    return this.#look(group, base, commit, why)
  }

  /** After a push that did not simply succeed: the answer may have been lost, main may have moved, or it was refused. */
  async #look(group: readonly Pending[], base: Oid, commit: Oid | null, why: string): Promise<boolean> {
    try {
      const { repository, branch } = this.parts
      const { main } = await repository.remote.list()
      if (main === null) return settleAll(group, { kind: 'unknown', why })
      if (main === base) return settleAll(group, { kind: 'refused', why })
      if ((await repository.objects.commit(main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
      if (commit !== null && (await repository.history.isOnFirstParentLine(commit, main))) {
        await this.#settleDone(group, base, commit)
        this.#head = main
        return true
      }
      // A main that does not continue ours is the observer's to judge: nothing is written on it.
      if (!(await repository.history.isOnFirstParentLine(base, main))) return settleAll(group, { kind: 'lost_race' })
      this.#head = main
      return false
    } catch {
      return settleAll(group, { kind: 'unknown', why })
    }
  }

  async #settleDone(group: readonly Pending[], base: Oid, commit: Oid): Promise<true> {
    await this.parts.onRecorded(commit)
    this.#own.set(commit, base)
    this.#head = commit
    return settleAll(group, { kind: 'done', commit })
  }

  #dropStale(group: readonly Pending[], base: Oid): readonly Pending[] {
    const isFresh = ({ entry }: Pending) => entry.decidedOn === null || this.#onlyOwnBetween(entry.decidedOn, base)
    settleAll(
      group.filter((pending) => !isFresh(pending)),
      { kind: 'lost_race' },
    )
    return group.filter(isFresh)
  }

  #onlyOwnBetween(decidedOn: Oid, base: Oid): boolean {
    let commit: Oid | undefined = base
    while (commit !== undefined && commit !== decidedOn) commit = this.#own.get(commit)
    return commit === decidedOn
  }

  async #commit(group: readonly Pending[], base: Oid): Promise<Oid> {
    const entries = group.map(({ entry }) => entry)
    const edits: FileEdit[] = []
    for (const entry of entries) edits.push(...(await entry.edits(base)))
    const { repository, name, now } = this.parts
    const author = { name: `countersign ${name}`, email: 'countersign@invalid' }
    return repository.writer.commit({ parents: [base], message: renderMessage(entries), edits, author, at: now() })
  }
}

function settleAll(group: readonly Pending[], recorded: Recorded): true {
  for (const { settle } of group) settle(recorded)
  return true
}
