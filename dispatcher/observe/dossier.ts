/** Collects what one pull request's verdict hangs on; each question is asked once. */
import type { ForgeReader } from '../../lib/forge/port.js'
import type { Account, Learned, Permission, PullDossier, PullFact } from '../../vault/forge/fact.js'
import type { Learner } from './learn.js'

export class Dossier {
  #pull: PullFact
  #history: PullDossier['history'] = null
  #reviews: PullDossier['reviews'] = null
  #comments: PullDossier['comments'] = null
  readonly #permissions = new Map<number, Learned<Permission>>()

  constructor(
    private readonly forge: ForgeReader,
    private readonly learner: Learner,
    pull: PullFact,
  ) {
    this.#pull = pull
  }

  get pull(): PullFact {
    return this.#pull
  }

  /** A listing may be late. Where the single one cannot be read, its history counts as unread: nothing rests on a listing. */
  async readSingly(): Promise<void> {
    const read = await this.learner.learn(() => this.forge.pull(this.#pull.number))
    if (read.ok) this.#pull = read.value
    else this.#history = read
  }

  async history(): Promise<NonNullable<PullDossier['history']>> {
    this.#history ??= await this.learner.learn(() => this.forge.history(this.#pull))
    return this.#history
  }

  async reviews(): Promise<NonNullable<PullDossier['reviews']>> {
    this.#reviews ??= await this.learner.learn(() => this.forge.reviews(this.#pull.number))
    return this.#reviews
  }

  async comments(): Promise<NonNullable<PullDossier['comments']>> {
    this.#comments ??= await this.learner.learn(() => this.forge.comments(this.#pull.number))
    return this.#comments
  }

  /** Only of people: a ghost or a bot is never a second key, whatever it may do. */
  async permission(account: Account | null): Promise<void> {
    if (account === null || account.kind !== 'person' || this.#permissions.has(account.id)) return
    this.#permissions.set(account.id, await this.learner.learn(() => this.forge.permission(account)))
  }

  close(): PullDossier {
    return {
      pull: this.#pull,
      history: this.#history,
      reviews: this.#reviews,
      comments: this.#comments,
      permissions: this.#permissions,
    }
  }
}

/** The author; of a fork's pull request everyone who pushed, because its owner may have let others in (law 3). */
export async function askRequesters(dossier: Dossier, repositoryId: number): Promise<void> {
  await dossier.permission(dossier.pull.author)
  if (dossier.pull.headRepoId !== repositoryId) await askPushers(dossier)
}

export async function askPushers(dossier: Dossier): Promise<void> {
  const history = await dossier.history()
  for (const { by } of history.ok ? history.value.pushes : []) await dossier.permission(by)
}
