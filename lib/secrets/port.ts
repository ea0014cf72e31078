/** The dispatcher's secrets, by name. Adapter: `secret-store.ts` (environment, then a folder with a file each). */
export interface SecretStore {
  /** Null: there is none. Rejects with SecretError for one that is there but may not be used. */
  get(name: string): Promise<string | null>
  /** All that are there, without their values. */
  list(): Promise<SecretListing>
}

export interface SecretListing {
  readonly usable: ReadonlySet<string>
  /** Why one that is there may not be used, in words for the operator. */
  readonly refused: ReadonlyMap<string, string>
}
