/**
 * The one writer of main. It groups what arrives while a push is under way into the next commit, pushes with main as
 * compare-and-swap, and after a lost race or a lost answer looks before it does anything again.
 */
import type { FileEdit, Repository } from '../../lib/git/port.js'
import { inBatches } from '../../lib/in-batches.js'
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
  /** The main that was seen last, by whatever part of this dispatcher; null: none. */
  readonly seen: () => Promise<Oid | null>
  /** A commit of ours is on main: remembered before anybody goes by it. */
  readonly onRecorded: (commit: Oid, isNews: (seen: Oid | null) => Promise<boolean>) => Promise<void>
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

  /** Tells the recorder what main is, as a snapshot saw it. What was seen since counts for more. */
  startFrom(main: Oid): void {
    this.#head = main
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

  async #push(group: readonly Pending[], budget = { failedBuilds: MOST_FAILED_BUILDS }): Promise<void> {
    let open = group
    for (let attempt = 0; attempt < LIMITS.pushAttempts && open.length > 0; attempt++) {
      let base: Oid | null
      try {
        base = await this.#base()
      } catch (error) {
        return void settleAll(open, { kind: 'refused', why: wordsOf(error) })
      }
      if (base === null) break
      open = await this.#attempt(this.#dropStale(open, base), base, budget)
    }
    settleAll(open, { kind: 'lost_race' })
  }

  /**
   * What to write on: nothing that falls short of what the observer has seen since, or a main from which that was taken
   * away would be written on. Null: main went another way than the one that is known here, which is the observer's to judge.
   */
  async #base(): Promise<Oid | null> {
    const head = this.#head
    if (head === null) throw new Error('the recorder was not told what main is')
    const seen = await this.parts.seen()
    if (seen === null || (await this.#continues(head, seen))) return head
    if (!(await this.#continues(seen, head))) return null
    this.#head = seen
    return seen
  }

  async #continues(main: Oid, known: Oid): Promise<boolean> {
    return main === known || this.parts.repository.history.isOnFirstParentLine(known, main)
  }

  /** @returns what is not settled yet */
  async #attempt(group: readonly Pending[], base: Oid, budget: Budget): Promise<readonly Pending[]> {
    const edited = await withEdits(group, base)
    const built = edited.length === 0 ? null : await this.#build(edited, base, budget)
    if (built === null) return []
    const open = edited.map(({ pending }) => pending)
    // More of main may have been seen while it was built: then it is built anew, on that. What cannot be told is asked once more there.
    if ((await this.#base().catch(() => null)) !== base) return open
    const { repository, branch } = this.parts
    let failed: Recorded & { readonly why: string }
    try {
      const [result] = await repository.remote.push([{ ref: `refs/heads/${branch}`, expected: base, to: built }])
      if (result?.kind === 'done') return await this.#settleDone(open, base, built)
      failed = { kind: 'refused', why: result?.why ?? 'no answer' }
    } catch (error) {
      failed = { kind: 'unknown', why: wordsOf(error) }
    }
    return this.#look(open, base, built, failed)
  }

  /** Null where it could not be built, and all of it is settled. */
  async #build(edited: readonly Edited[], base: Oid, budget: Budget): Promise<Oid | null> {
    try {
      return await this.#commit(edited, base)
    } catch (error) {
      const group = edited.map(({ pending }) => pending)
      budget.failedBuilds--
      if (group.length === 1 || budget.failedBuilds <= 0) settleAll(group, { kind: 'refused', why: wordsOf(error) })
      else await this.#pushApart(group, budget)
      return null
    }
  }

  /** What git cannot write (a path that somebody chose) must not keep from main what was to share its commit. */
  async #pushApart(group: readonly Pending[], budget: Budget): Promise<void> {
    const kinds = new Set(group.map(({ entry }) => entry.noun))
    // A flood of refusals holds up refusals: each kind has patience of its own.
    if (kinds.size > 1) {
      for (const noun of kinds) await this.#push(group.filter(({ entry }) => entry.noun === noun))
      return
    }
    const middle = Math.ceil(group.length / 2)
    await this.#push(group.slice(0, middle), budget)
    await this.#push(group.slice(middle), budget)
  }

  /** After a push that did not simply succeed: the answer may have been lost, main may have moved, or it was refused. */
  async #look(
    group: readonly Pending[],
    base: Oid,
    commit: Oid,
    failed: Recorded & { readonly why: string },
  ): Promise<readonly Pending[]> {
    const { why } = failed
    try {
      const { repository, branch } = this.parts
      const { main } = await repository.remote.list()
      if (main === null) return settleAll(group, { kind: 'unknown', why })
      // Without an answer it may still be on its way: a push whose git was killed goes on at the server.
      if (main === base) return settleAll(group, failed)
      if ((await repository.objects.commit(main)) === null) await repository.remote.fetch([`refs/heads/${branch}`])
      if (await this.#continues(main, commit)) {
        await this.#settleDone(group, base, commit)
        this.#head = main
        return []
      }
      // A main that does not continue ours is the observer's to judge: nothing is written on it. Where it is given back, what had no answer may still arrive.
      if (!(await this.#continues(main, base)))
        return settleAll(group, failed.kind === 'unknown' ? failed : { kind: 'lost_race' })
      this.#head = main
      return group
    } catch {
      return settleAll(group, { kind: 'unknown', why })
    }
  }

  async #settleDone(group: readonly Pending[], base: Oid, commit: Oid): Promise<readonly []> {
    // What was seen last is never forgotten for less: somebody may have pushed after us already.
    await this.parts.onRecorded(
      commit,
      async (seen) => seen === null || seen === base || (await this.#continues(commit, seen)),
    )
    this.#own.set(commit, base)
    for (const oldest of this.#own.keys()) if (this.#own.size > MOST_OWN) this.#own.delete(oldest)
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

  #commit(edited: readonly Edited[], base: Oid): Promise<Oid> {
    const entries = edited.map(({ pending }) => pending.entry)
    // What is taken away goes first: a record may be written in that very place, or want a folder where a file lies.
    const edits = edited.flatMap((each) => each.edits).sort((a, b) => rankOf(a) - rankOf(b))
    const { repository, name, now } = this.parts
    const author = { name: `countersign ${name}`, email: 'countersign@invalid' }
    return repository.writer.commit({ parents: [base], message: renderMessage(entries), edits, author, at: now() })
  }
}

function rankOf({ kind }: FileEdit): number {
  return kind === 'delete' ? 0 : 1
}

/** What was decided longer ago is planned anew: no daemon remembers more with each commit. */
const MOST_OWN = 1_000

/** How many commits of one kind in a group may fail to be built: one bad entry of a thousand takes some twenty to find. */
const MOST_FAILED_BUILDS = 40

interface Budget {
  failedBuilds: number
}

interface Edited {
  readonly pending: Pending
  readonly edits: readonly FileEdit[]
}

/** One entry that cannot say what is to be written (a record that is too large) fails alone; one that is there is done. */
async function withEdits(group: readonly Pending[], base: Oid): Promise<readonly Edited[]> {
  const edited: Edited[] = []
  const ask = async (pending: Pending) => {
    try {
      return { pending, edits: await pending.entry.edits(base) }
    } catch (error) {
      pending.settle({ kind: 'refused', why: wordsOf(error) })
      return null
    }
  }
  for await (const asked of inBatches(group, ask)) {
    if (asked !== null && asked.edits.length > 0) edited.push(asked)
    else asked?.pending.settle({ kind: 'done', commit: base })
  }
  return edited
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function settleAll(group: readonly Pending[], recorded: Recorded): readonly [] {
  for (const { settle } of group) settle(recorded)
  return []
}
