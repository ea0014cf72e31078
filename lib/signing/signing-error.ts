/** What stops signing or checking, and is nobody's forgery: a key that cannot be used, or a program that is not there. */
export type SigningErrorCode =
  | 'key_exists'
  | 'key_missing'
  | 'key_exposed'
  | 'key_unusable'
  | 'public_key_invalid'
  | 'missing_ssh_keygen'
  | 'ssh_keygen_failed'
  | 'scratch_refused'

export class SigningError extends Error {
  override readonly name = 'SigningError'
  readonly code: SigningErrorCode

  constructor(code: SigningErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
