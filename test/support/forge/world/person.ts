/** Who acts in a forge. */
export interface Person {
  readonly id: number
  /** On a real forge another than was asked for, so that runs do not meet. */
  readonly login: string
  readonly email: string
  /** May do all that the account may. */
  readonly token: string
}

export type Access = 'read' | 'write' | 'admin'
