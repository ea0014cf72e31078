/** Who can check and make signatures. The core has no cryptography of keys; `lib/signing/` brings it. */

/** Checks by pinned keys only; `verify` is false also for a key that is not known. */
export interface RecordVerifier {
  knows(keyId: string): boolean
  verify(keyId: string, bytes: Uint8Array, signature: Uint8Array): boolean
  /** The same on another core, for whoever has many to check; absent where there is none. */
  readonly verifyAside?: (keyId: string, bytes: Uint8Array, signature: Uint8Array) => Promise<boolean>
}

export interface StatementSigner {
  /** Hex SHA-256 of the public key (SPKI, DER). */
  readonly keyId: string
  sign(bytes: Uint8Array): Uint8Array
}
