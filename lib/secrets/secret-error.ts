/** A secret that is there but may not be used. No message ever holds any of its value (law 10). */
export type SecretErrorCode =
  | 'secret_name_invalid'
  | 'secret_exposed'
  | 'secret_misplaced'
  | 'secret_too_short'
  | 'secret_too_large'
  | 'secret_not_text'
  | 'secret_unreadable'

export class SecretError extends Error {
  override readonly name = 'SecretError'
  readonly code: SecretErrorCode

  constructor(code: SecretErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
