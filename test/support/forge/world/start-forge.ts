/** Worlds to test in: the test forge in either dialect, or a real Forgejo. */
import type { ForgeKind } from '../../../../vault/forge/fact.js'
import { TestForge } from '../test-forge.js'
import { ApiClient } from './api-client.js'
import { ApiRepo } from './api-repo.js'
import type { ForgeWords } from './forge-words.js'
import type { ForgeWorld, NewWorldRepo, WorldRepo } from './forge-world.js'
import { FORGEJO_WORDS } from './forgejo-words.js'
import { GITHUB_WORDS } from './github-words.js'
import type { Person } from './person.js'

/** A world whose server is there. */
export type TestWorld = ForgeWorld & { readonly server: TestForge }

/** @param now the forge's clock, epoch milliseconds */
export async function startForge(kind: ForgeKind, now?: () => number): Promise<TestWorld> {
  const server = await TestForge.start(kind, now)
  const words = kind === 'github' ? GITHUB_WORDS : FORGEJO_WORDS
  return new ApiWorld(kind, server.url, server, server.adminToken, words) as TestWorld
}

/** @param token of a site admin */
export function realForgejo(url: string, token: string): ForgeWorld {
  return new ApiWorld('forgejo', url.replace(/\/$/, ''), null, token, FORGEJO_WORDS)
}

class ApiWorld implements ForgeWorld {
  readonly #admin: ApiClient
  readonly #people = new Map<number, Person>()
  readonly #repos: ApiRepo[] = []
  /** Keeps runs on one real forge apart. */
  readonly #suffix: string

  constructor(
    readonly kind: ForgeKind,
    readonly url: string,
    readonly server: TestForge | null,
    adminToken: string,
    private readonly words: ForgeWords,
  ) {
    this.#admin = new ApiClient(`${url}${words.root}`, `token ${adminToken}`)
    this.#suffix = server === null ? `-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}` : ''
  }

  async createUser(name: string, { admin = false }: { readonly admin?: boolean } = {}): Promise<Person> {
    const person = await this.words.createUser(this.#admin, this.url, `${name}${this.#suffix}`, admin)
    this.#people.set(person.id, person)
    return person
  }

  async renameUser(person: Person, name: string): Promise<Person> {
    const login = `${name}${this.#suffix}`
    await this.words.renameUser(this.#admin, person.login, login)
    const renamed = { ...person, login }
    this.#people.set(person.id, renamed)
    return renamed
  }

  async deleteUser(person: Person): Promise<void> {
    await this.words.deleteUser(this.#admin, person.login)
    this.#people.delete(person.id)
  }

  newToken(person: Person, scopes: readonly string[]): Promise<string> {
    return this.words.newToken(this.#admin, this.url, person.login, scopes)
  }

  async createRepo(owner: Person, name: string, options: NewWorldRepo = {}): Promise<WorldRepo> {
    const client = new ApiClient(`${this.url}${this.words.root}`, `token ${owner.token}`)
    const wish = { name, private: options.isPrivate ?? false, default_branch: 'main' }
    const repo = await ApiRepo.open(
      { url: this.url, words: this.words },
      owner,
      await client.call('POST', '/user/repos', wish),
    )
    this.#repos.push(repo)
    await repo.push(owner, 'main', { parent: null, files: options.files ?? { 'README.md': 'An ops repo.\n' } })
    return repo
  }

  async remove(): Promise<void> {
    for (const repo of this.#repos) await repo.scratch.remove()
    if (this.server !== null) return this.server.close()
    for (const { login } of this.#people.values()) await this.words.purgeUser(this.#admin, login)
  }
}
