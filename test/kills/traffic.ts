/** Requests that are pushed, and approvals that are merged, while processes are killed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../simulation/chance.js'
import { run } from '../support/run-git.js'
import { formulaOf, type Kind, SECRET, takesTime } from './formulas.js'
import type { Stage } from './stage.js'

export interface Asked {
  readonly id: string
  readonly kind: Kind
  isApproved: boolean
}

const LOW: Readonly<Record<Exclude<Kind, 'reviewed' | 'gated'>, number>> = {
  note: 5,
  fail: 1,
  tell: 1,
  nap: 5,
  again: 2,
  missing: 0.3,
}

const MOST_AT_ONCE = 4
const PAUSE_MS = 1_500
/** One in so many requests is for a person to approve. */
const GATED_SHARE = 0.15
/** Of those, so many are approved while the killing goes on. */
const APPROVED_SHARE = 0.7

export class Traffic {
  readonly asked = new Map<string, Asked>()
  /** What a person was told who could not do what they wanted. */
  readonly troubles: string[] = []
  #toApprove: Asked[] = []
  #isOver = false
  #loops: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly stage: Stage,
    private readonly chance: Chance,
    /** Nobody asks for more than can be worked off. */
    private readonly mayAsk: () => boolean,
  ) {}

  open(): void {
    this.#loops = Promise.all([this.#ask(), this.#approve()])
  }

  /** Asks for nothing more; approves what was to be approved. */
  async close(): Promise<void> {
    this.#isOver = true
    await this.#loops
  }

  /** One more, which is short. */
  async askOne(): Promise<void> {
    await this.#low([this.#next('note')])
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      // A push that failed is told, and its requests are nobody's.
      if (this.mayAsk()) await this.#round().catch((error: unknown) => void this.troubles.push(String(error)))
      await sleep(this.chance.below(PAUSE_MS))
    }
  }

  async #round(): Promise<void> {
    if (this.chance.hit(GATED_SHARE)) return this.#gated()
    const count = 1 + this.chance.below(MOST_AT_ONCE)
    await this.#low(Array.from({ length: count }, () => this.#next(this.chance.weighted(LOW))))
  }

  async #low(asked: readonly Asked[]): Promise<void> {
    const { agentClone } = this.stage
    await agentClone.git('fetch', '--quiet', 'origin', '+refs/heads/main:refs/remotes/origin/main')
    const stream = asked.map((each) => commitOf(each.id, this.#textOf(each))).join('')
    await run('git', ['fast-import', '--quiet', '--force'], agentClone.path, { input: stream })
    await this.#pushed(asked)
  }

  /** For these the agent has to sign. */
  async #gated(): Promise<void> {
    const asked = this.#next(this.chance.hit(0.5) ? 'reviewed' : 'gated')
    const { agentClone } = this.stage
    const branch = `vault/${asked.id}`
    const files = { [`vault/actions/${asked.id}.toml`]: this.#textOf(asked) }
    await agentClone.update()
    await agentClone.git('checkout', '--quiet', '-B', branch)
    await agentClone.commit({ message: branch, files })
    const isApproved = this.chance.hit(APPROVED_SHARE)
    await this.#pushed([asked])
    if (isApproved) this.#toApprove.push(asked)
  }

  async #pushed(asked: readonly Asked[]): Promise<void> {
    await this.stage.agentClone.push('--force', ...asked.map(({ id }) => `refs/heads/vault/${id}`))
    for (const each of asked) this.asked.set(each.id, each)
  }

  #next(kind: Kind): Asked {
    return { id: `${kind}-${this.asked.size}-${this.chance.below(1_000_000)}`, kind, isApproved: false }
  }

  #textOf({ id, kind }: Asked): string {
    const secrets = kind === 'tell' ? `["${SECRET}"]` : '[]'
    const vars = takesTime(kind) ? `\n[vars]\nseconds = "${this.chance.below(3)}.${this.chance.below(10)}"\n` : ''
    return `id = "${id}"\nformula = "${formulaOf(kind)}"\ncontext = "because"\nsecrets = ${secrets}\n${vars}`
  }

  async #approve(): Promise<void> {
    while (!this.#isOver || this.#toApprove.length > 0) {
      const next = this.#toApprove.shift()
      if (next === undefined) await sleep(100)
      else await this.#approveOne(next)
    }
  }

  /** A main that moves all the time may win against a person; they try again. */
  async #approveOne(asked: Asked): Promise<void> {
    const { admin, repo } = this.stage
    const ran = await this.stage.type(admin, 'approve', asked.id, '--yes', '--repo', repo)
    // One that was cut off may have come to its merge.
    if (ran.code === 0 || (await this.#isMerged(asked))) asked.isApproved = true
    else {
      this.troubles.push(`approve ${asked.id}: exit code ${ran.code}: ${ran.stderr.trim().slice(0, 300)}`)
      if (this.troubles.length < 200) this.#toApprove.push(asked)
    }
  }

  async #isMerged({ id }: Asked): Promise<boolean> {
    const subjects = await this.stage.git('log', '--first-parent', '--format=%s', 'main')
    return subjects.split('\n').some((subject) => subject.startsWith('approve ') && subject.endsWith(` ${id}`))
  }
}

/** A request as one commit on main, in the language of fast-import. */
function commitOf(id: string, text: string): string {
  const at = Math.floor(Date.now() / 1000)
  return [
    `commit refs/heads/vault/${id}`,
    `committer agent <agent@example.org> ${at} +0000`,
    `data ${id.length}\n${id}`,
    'from refs/remotes/origin/main',
    `M 100644 inline vault/actions/${id}.toml`,
    `data ${Buffer.byteLength(text)}\n${text}\n`,
  ].join('\n')
}
