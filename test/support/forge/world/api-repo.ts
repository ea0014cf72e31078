/** A repository of a forge, by its API and by git over HTTP. */
import { type Oid, oid } from '../../../../vault/oid.js'
import { type CommitSpec, makeRemote, type TestRemote } from '../../git-repo.js'
import { ApiClient, ApiRefusal, type Json } from './api-client.js'
import type { ForgeWords } from './forge-words.js'
import type { PushOptions, WorldRepo } from './forge-world.js'
import type { Access, Person } from './person.js'
import { PersonView } from './person-view.js'

interface Place {
  readonly url: string
  readonly words: ForgeWords
}

export class ApiRepo implements WorldRepo {
  private constructor(
    private readonly place: Place,
    readonly id: number,
    readonly fullName: string,
    readonly owner: Person,
    readonly scratch: TestRemote,
  ) {}

  static async open(place: Place, owner: Person, answer: Json): Promise<ApiRepo> {
    return new ApiRepo(place, Number(answer['id']), String(answer['full_name']), owner, await makeRemote())
  }

  get cloneUrl(): string {
    return `${this.place.url}/${this.fullName}.git`
  }

  cloneUrlAs({ login, token }: Person): string {
    return this.cloneUrl.replace('//', `//${login}:${token}@`)
  }

  as(person: Person): PersonView {
    return new PersonView(this.#client(person), this.place.words, `/repos/${this.fullName}`)
  }

  async push(
    person: Person,
    branch: string,
    what: Oid | Omit<CommitSpec, 'branch'>,
    { force = false }: PushOptions = {},
  ): Promise<Oid> {
    const commit = typeof what === 'string' ? what : await this.#make(branch, what)
    const refspec = `${force ? '+' : ''}${commit}:refs/heads/${branch}`
    await this.scratch.git(['push', '--quiet', this.cloneUrlAs(person), refspec])
    await this.place.words.settle(this.#client(this.owner), `/repos/${this.fullName}`, branch, commit)
    return commit
  }

  async #make(branch: string, spec: Omit<CommitSpec, 'branch'>): Promise<Oid> {
    const parent = spec.parent === undefined ? ((await this.tip(branch)) ?? (await this.tip('main'))) : spec.parent
    if (parent !== null && !(await this.#has(parent))) await this.fetch()
    return this.scratch.commit({ ...spec, parent, branch: null })
  }

  async #has(commit: Oid): Promise<boolean> {
    return (await this.scratch.git(['cat-file', '-t', commit], { mayFail: true })) === 'commit'
  }

  async tip(ref: string): Promise<Oid | null> {
    if (ref.startsWith('refs/')) return this.#listed(ref)
    const path = `/branches/${encodeURIComponent(ref)}`
    try {
      const { commit } = await this.as(this.owner).api<{ commit: { id?: string; sha?: string } }>('GET', path)
      return oid(commit.id ?? commit.sha ?? '')
    } catch (error) {
      if (error instanceof ApiRefusal && error.status === 404) return null
      throw error
    }
  }

  async #listed(ref: string): Promise<Oid | null> {
    const listing = await this.scratch.git(['ls-remote', this.cloneUrlAs(this.owner), ref])
    return listing === '' ? null : oid(listing.slice(0, listing.indexOf('\t')))
  }

  async fetch(): Promise<void> {
    const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/pull/*:refs/pull/*']
    await this.scratch.git(['fetch', '--quiet', '--prune', '--no-tags', this.cloneUrlAs(this.owner), ...refspecs])
  }

  async addCollaborator(person: Person, access: Access): Promise<void> {
    await this.as(this.owner).api('PUT', `/collaborators/${person.login}`, {
      permission: this.place.words.access[access],
    })
  }

  async removeCollaborator(person: Person): Promise<void> {
    await this.as(this.owner).api('DELETE', `/collaborators/${person.login}`)
  }

  async settings(changes: Readonly<Record<string, boolean>>): Promise<void> {
    await this.as(this.owner).api('PATCH', '', this.place.words.settings(changes))
  }

  async fork(person: Person): Promise<ApiRepo> {
    return ApiRepo.open(this.place, person, await this.as(person).api('POST', '/forks', {}))
  }

  async remove(): Promise<void> {
    await this.as(this.owner).api('DELETE', '')
  }

  #client(person: Person): ApiClient {
    return new ApiClient(`${this.place.url}${this.place.words.root}`, `token ${person.token}`)
  }
}
