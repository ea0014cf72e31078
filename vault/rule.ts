/** One rule of a decision, made to be shown: what it is, what it looked at, what it gave (law 12). */
export interface Rule {
  readonly rule: string
  readonly saw: string
  readonly gave: string
}
