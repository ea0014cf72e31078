/** Where the contract is tried: the test forge in both dialects, and a real Forgejo where the environment names one. */
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { openForge } from '../../lib/forge/open-forge.js'
import type { ForgeKind, PullFact } from '../../vault/forge/fact.js'
import type { Oid } from '../../vault/oid.js'
import type { ForgeWorld, WorldRepo } from '../support/forge/world/forge-world.js'
import type { Person } from '../support/forge/world/person.js'
import { realForgejo, startForge } from '../support/forge/world/start-forge.js'

type Forge = ReturnType<typeof openForge>

export interface Request {
  readonly number: number
  readonly branch: string
  readonly head: Oid
}

interface Place {
  readonly name: string
  readonly kind: ForgeKind
  readonly isReal: boolean
  /** Why it is left out; null: it is not. */
  readonly missing: string | null
  open(): Promise<ForgeWorld>
}

/**
 * A world with a repository in it. `owner` owns it, `admin` and `writer` and `reader` are collaborators, `bot` is the
 * dispatcher's account (an admin, so that it may ask about permissions), `agent` a writer that requests.
 */
export class Stage {
  world!: ForgeWorld
  repo!: WorldRepo
  owner!: Person
  admin!: Person
  writer!: Person
  reader!: Person
  bot!: Person
  agent!: Person
  #requests = 0

  constructor(private readonly place: Place) {}

  get kind(): ForgeKind {
    return this.place.kind
  }

  get isReal(): boolean {
    return this.place.isReal
  }

  async open(): Promise<void> {
    this.world = await this.place.open()
    const people = ['owner', 'admin', 'writer', 'reader', 'bot', 'agent'] as const
    for (const name of people) this[name] = await this.world.createUser(name)
    this.repo = await this.newRepo('ops')
  }

  async close(): Promise<void> {
    await this.world.remove()
  }

  async newRepo(name: string): Promise<WorldRepo> {
    const repo = await this.world.createRepo(this.owner, name)
    await repo.addCollaborator(this.admin, 'admin')
    await repo.addCollaborator(this.bot, 'admin')
    await repo.addCollaborator(this.writer, 'write')
    await repo.addCollaborator(this.agent, 'write')
    await repo.addCollaborator(this.reader, 'read')
    if (this.kind === 'github') await repo.settings({ allow_auto_merge: true })
    return repo
  }

  /** The adapter, as the dispatcher opens it. Nothing is kept from one to the next. */
  forge(as: Person = this.bot, repo: WorldRepo = this.repo): Forge {
    const auth = { kind: 'token', token: as.token } as const
    const where = { kind: this.kind, url: this.world.url, repo: repo.fullName }
    return openForge({ ...where, auth, now: Date.now }, { paceWrites: false, retryMs: 20 })
  }

  /** A branch name that was not used yet. */
  newBranch(): string {
    this.#requests += 1
    return `vault/request-${this.#requests}`
  }

  /** A branch with one more file, and its pull request. */
  async request(author: Person = this.agent, pusher: Person = author, repo: WorldRepo = this.repo): Promise<Request> {
    const branch = this.newBranch()
    const id = branch.slice('vault/'.length)
    const head = await repo.push(pusher, branch, { files: { [`vault/actions/${id}.toml`]: `id = "${id}"\n` } })
    return { number: await repo.as(author).openPull({ head: branch }), branch, head }
  }

  /** One more commit on the branch of a request. */
  pushMore(by: Person, { branch }: Request, force = false): Promise<Oid> {
    const files = { [`more-${Math.random().toString(36).slice(2)}.txt`]: 'more\n' }
    const parent = force ? { parent: undefined } : {}
    return this.repo.push(by, branch, { files, ...parent } as Parameters<WorldRepo['push']>[2], { force })
  }

  async pullOnce(number: number, is: (pull: PullFact) => boolean): Promise<PullFact> {
    return eventually(async () => {
      const pull = await this.forge().pull(number)
      if (!is(pull)) throw new Error(`not yet: ${JSON.stringify(pull)}`)
      return pull
    })
  }

  /** Parents of a commit on the forge, as git has them. */
  async parents(commit: string): Promise<readonly string[]> {
    await this.repo.fetch()
    return (await this.repo.scratch.git(['show', '--no-patch', '--format=%P', commit])).split(' ')
  }
}

/** A real forge works some things off later. */
export function eventually<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 20_000, interval: 100 })
}

const url = process.env['COUNTERSIGN_TEST_FORGE_URL']
const token = process.env['COUNTERSIGN_TEST_FORGE_TOKEN']

const PLACES: readonly Place[] = [
  { name: 'test forge as Forgejo', kind: 'forgejo', isReal: false, missing: null, open: () => startForge('forgejo') },
  { name: 'test forge as GitHub', kind: 'github', isReal: false, missing: null, open: () => startForge('github') },
  {
    name: 'real Forgejo',
    kind: 'forgejo',
    isReal: true,
    missing: url === undefined || token === undefined ? 'COUNTERSIGN_TEST_FORGE_URL and _TOKEN are not set' : null,
    open: async () => realForgejo(url ?? '', token ?? ''),
  },
]

/** The same cases in each place; what is of one dialect asks `stage.kind`. */
export function contract(name: string, cases: (stage: Stage) => void): void {
  for (const place of PLACES) {
    const why = place.missing === null ? '' : ` (skipped: ${place.missing})`
    describe.skipIf(place.missing !== null)(`${name}, ${place.name}${why}`, () => {
      const stage = new Stage(place)
      beforeAll(() => stage.open())
      afterAll(() => stage.close())
      cases(stage)
    })
  }
}
