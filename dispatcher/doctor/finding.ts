/** What `doctor` found. */

/**
 * `error`: a law does not hold, or the dispatcher cannot work. `warning`: weaker than it should be. `unknown`: it could not
 * be looked at from here. `note`: nobody can look at it, or it is left open on purpose.
 */
export type Severity = 'error' | 'warning' | 'unknown' | 'note' | 'ok'

export interface Finding {
  readonly id: string
  /** The law of the design that it endangers; null: none, it is about working at all. */
  readonly law: number | null
  readonly severity: Severity
  readonly what: string
  readonly remedy: string
}

type Rest = readonly [id: string, law: number | null, what: string, remedy?: string]

const make =
  (severity: Severity) =>
  (...[id, law, what, remedy]: Rest): Finding => ({ id, law, severity, what, remedy: remedy ?? '' })

export const ok = make('ok')
export const error = make('error')
export const warning = make('warning')
export const unknown = make('unknown')
export const note = make('note')

/** What fails while looking is a finding, too: one thing that is broken must not hide the others. */
export async function attempt(
  id: string,
  law: number | null,
  remedy: (cause: unknown) => string,
  look: () => Promise<readonly Finding[]>,
  tell: (error: unknown) => string,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (cause) {
    return [unknown(id, law, tell(cause), remedy(cause))]
  }
}
