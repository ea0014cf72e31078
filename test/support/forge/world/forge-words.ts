import type { ApiClient } from './api-client.js'
import type { Access, Person } from './person.js'

export type Verdict = 'approve' | 'request_changes' | 'comment'
export type MergeStyle = 'merge' | 'squash' | 'rebase'

export interface MergeWish {
  readonly style: MergeStyle
  /** The head that it must have; null: whatever it has. */
  readonly head: string | null
}

/** What people do, in the words of one forge. `repo` is `/repos/owner/name`. */
export interface ForgeWords {
  /** Below the forge's address. */
  readonly root: string
  readonly access: Readonly<Record<Access, string>>
  createUser(admin: ApiClient, url: string, login: string, isAdmin: boolean): Promise<Person>
  renameUser(admin: ApiClient, login: string, to: string): Promise<void>
  /** What he wrote stays, as a ghost's. Rejects where he owns repositories. */
  deleteUser(admin: ApiClient, login: string): Promise<void>
  /** With all that he owns and wrote. */
  purgeUser(admin: ApiClient, login: string): Promise<void>
  /** What `PATCH` of a repository takes for these settings. */
  settings(changes: Readonly<Record<string, boolean>>): object
  newToken(admin: ApiClient, url: string, login: string, scopes: readonly string[]): Promise<string>
  review(
    as: ApiClient,
    repo: string,
    number: number,
    verdict: Verdict,
    body: string,
    commit: string | null,
  ): Promise<number>
  dismissReview(as: ApiClient, repo: string, number: number, review: number, message: string): Promise<void>
  merge(as: ApiClient, repo: string, number: number, wish: MergeWish): Promise<void>
  scheduleMerge(as: ApiClient, repo: string, number: number): Promise<void>
  cancelScheduledMerge(as: ApiClient, repo: string, number: number): Promise<void>
  deleteBranch(as: ApiClient, repo: string, branch: string): Promise<void>
  /** A real forge works a push off later: waits for that. */
  settle(as: ApiClient, repo: string, branch: string, commit: string): Promise<void>
}
