/**
 * Shows on pull requests what was decided: one comment each, edited when something changes, never repeated (field failure
 * 31). All of it is for people: when it cannot be written, the tick goes on, and the next one tries again.
 */
import { ForgeError, type ForgeWriter } from '../../lib/forge/port.js'
import type { Log } from '../../lib/log/port.js'
import { LIMITS } from '../../vault/limits.js'
import type { CloseStep, ShowStep, WatchStep } from '../../vault/plan/step.js'
import { STICKY_MARKER } from '../../vault/prose/sticky-marker.js'
import { tierLabel } from '../../vault/prose/tier-label.js'
import type { PullsFile, ShownPull } from '../state/pulls-file.js'
import type { WindowsFile } from '../state/windows-file.js'
import type { OwnComments } from './own-comments.js'

export interface PullWriterParts {
  readonly forge: ForgeWriter
  readonly ownComments: OwnComments
  readonly pullsFile: PullsFile
  readonly windowsFile: WindowsFile
  readonly log: Log
}

export interface ClaimedPull {
  readonly pull: number
  readonly head: string
  readonly id: string
}

export class PullWriter {
  constructor(private readonly parts: PullWriterParts) {}

  async show(steps: readonly ShowStep[]): Promise<void> {
    for (const step of steps) {
      if (!(await this.#attempt(step.pull, () => this.#showOne(step)))) return
    }
  }

  /** One that was opened after the claim, or not seen by then, is told how the run ends, too. */
  async close(steps: readonly CloseStep[]): Promise<void> {
    for (const { pull, id, head } of steps) {
      await this.claimed([{ pull, head, id }])
      if (!(await this.#attempt(pull, () => this.parts.forge.closePull(pull)))) return
    }
  }

  async watch(steps: readonly WatchStep[]): Promise<void> {
    for (const { windows } of steps) await this.parts.windowsFile.write(windows)
  }

  /**
   * Of what is over only the newest are kept: else the file, which is written whole, would grow with each pull request that ever was.
   * @param open numbers of those that may be shown more
   */
  async tidy(open: ReadonlySet<number>): Promise<void> {
    const { pullsFile } = this.parts
    // A claim of which main says nothing may still be on its way there.
    const over = [...(await pullsFile.all())]
      .flatMap(([pull, { claim }]) => (open.has(pull) || claim?.isTold === false ? [] : [pull]))
      .sort((a, b) => a - b)
    if (over.length > 2 * LIMITS.closedPulls) await pullsFile.forget(over.slice(0, -LIMITS.closedPulls))
  }

  /** From now on the pull request is told how the run ends, if the claim comes to main. */
  async claimed(claims: readonly ClaimedPull[]): Promise<void> {
    const changed = new Map<number, ShownPull>()
    for (const { pull, head, id } of claims) {
      const shown = await this.parts.pullsFile.of(pull, head)
      if (shown.claim?.id !== id) changed.set(pull, { ...shown, claim: { id, isTold: false } })
    }
    await this.parts.pullsFile.set(changed)
  }

  /** False: the forge takes nothing now, so the others are not tried. */
  async #attempt(pull: number, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error
      this.parts.log.warn({ pull, error: error.message }, 'a pull request could not be told; the next tick tries again')
      return error.fault.reason === 'forge_missing' || error.fault.reason === 'forge_forbidden'
    }
  }

  /** Each effect is noted before the next one is tried: what a crash leaves is finished, not repeated. */
  async #showOne(step: ShowStep): Promise<void> {
    const { forge } = this.parts
    let shown = await this.parts.pullsFile.of(step.pull, step.head ?? '')
    const note = async (change: Partial<ShownPull>) => {
      shown = { ...shown, ...change }
      await this.parts.pullsFile.set(new Map([[step.pull, shown]]))
    }
    if (shown.digest !== step.digest) {
      // What was decided may turn back before all of this is shown: by then it is something else that is shown.
      if (shown.digest !== null) await note({ digest: null })
      await this.#comment(step, shown, note)
    }
    const others = new Set(step.otherLabels)
    if (step.tier !== null && shown.label !== step.tier) {
      await forge.addLabel(step.pull, tierLabel(step.tier))
      // The forge may not show it yet.
      if (shown.label !== null) others.add(tierLabel(shown.label).name)
    }
    for (const label of others) await forge.removeLabel(step.pull, label)
    if (step.tier !== null && shown.label !== step.tier) await note({ label: step.tier })
    const { head, status } = step
    const statusKey = `${head} ${status.state} ${status.description}`
    if (head !== null && shown.status !== statusKey) {
      await forge.setStatus(head, status.state, status.description, null)
      await note({ status: statusKey })
    }
    const claim = step.isLast && shown.claim !== null ? { ...shown.claim, isTold: true } : shown.claim
    await note({ head: head ?? shown.head, digest: step.digest, claim })
  }

  async #comment(step: ShowStep, shown: ShownPull, note: (change: Partial<ShownPull>) => Promise<void>): Promise<void> {
    const { forge, ownComments } = this.parts
    const isEdited = async (known: number) => {
      if (!(await this.#edit(known, step.text))) return false
      await note({ comment: known })
      return true
    }
    if (shown.comment !== null && (await isEdited(shown.comment))) return
    // One whose answer was lost, one of a state folder that was lost, or another dispatcher's of the same account.
    const found = await ownComments.find(step.pull, STICKY_MARKER)
    // A forge may still show what is gone: the next one is tried.
    for (const other of found) if (other !== shown.comment && (await isEdited(other))) return
    await note({ comment: await forge.createComment(step.pull, step.text) })
  }

  /** False: somebody deleted it. */
  async #edit(comment: number, text: string): Promise<boolean> {
    try {
      await this.parts.forge.editComment(comment, text)
      return true
    } catch (error) {
      if (error instanceof ForgeError && error.fault.reason === 'forge_missing') return false
      throw error
    }
  }
}
