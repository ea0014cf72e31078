/** The file `allowed_signers`, compiled: one literal principal a line, one key a principal, no options. */
export interface AllowedSigners {
  /** `SHA256:…` fingerprint of the key -> principal. */
  readonly principalOf: ReadonlyMap<string, string>
}
