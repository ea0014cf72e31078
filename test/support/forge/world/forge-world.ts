/** A person's view of a forge: the same for the test forge in both dialects and for a real Forgejo. */
import type { ForgeKind } from '../../../../vault/forge/fact.js'
import type { Oid } from '../../../../vault/oid.js'
import type { CommitSpec, TestRemote } from '../../git-repo.js'
import type { TestForge } from '../test-forge.js'
import type { Access, Person } from './person.js'
import type { PersonView } from './person-view.js'

export interface NewWorldRepo {
  readonly isPrivate?: boolean
  /** Of the first commit on main. */
  readonly files?: CommitSpec['files']
}

export interface PushOptions {
  readonly force?: boolean
}

export interface WorldRepo {
  readonly id: number
  /** `owner/name` */
  readonly fullName: string
  readonly owner: Person
  /** By HTTP, without credentials. */
  readonly cloneUrl: string
  /** A repository on this machine with the forge's branches, to make commits in; nothing there is on the forge by itself. */
  readonly scratch: TestRemote
  cloneUrlAs(person: Person): string
  /** By git over HTTP; a commit that is there already, or a new one on the branch's tip, else on main's. */
  push(person: Person, branch: string, what: Oid | Omit<CommitSpec, 'branch'>, options?: PushOptions): Promise<Oid>
  /** A full ref name or a branch, as the forge has it now; null: none. */
  tip(ref: string): Promise<Oid | null>
  /** Brings the forge's branches and `refs/pull/N/head` into `scratch`. */
  fetch(): Promise<void>
  addCollaborator(person: Person, access: Access): Promise<void>
  removeCollaborator(person: Person): Promise<void>
  /** By the dialect's own names: `allow_squash_merge`, `autodetect_manual_merge`, … */
  settings(changes: Readonly<Record<string, boolean>>): Promise<void>
  fork(person: Person): Promise<WorldRepo>
  remove(): Promise<void>
  as(person: Person): PersonView
}

export interface ForgeWorld {
  readonly kind: ForgeKind
  /** What people open in a browser. */
  readonly url: string
  /** Faults, log and state; null on a real forge. */
  readonly server: TestForge | null
  createUser(name: string, options?: { readonly admin?: boolean }): Promise<Person>
  /** The account keeps its id; its old login is free for another. */
  renameUser(person: Person, name: string): Promise<Person>
  deleteUser(person: Person): Promise<void>
  /** Another token of the same account. @param scopes in the dialect's own words */
  newToken(person: Person, scopes: readonly string[]): Promise<string>
  createRepo(owner: Person, name: string, options?: NewWorldRepo): Promise<WorldRepo>
  /** Everything that was made in it. */
  remove(): Promise<void>
}
