/** As Forgejo says it; GitHub says `Not Found`. */
export const NOT_FOUND = "The target couldn't be found."

/** The forge says no, with this status. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** More of the body: GitHub's `errors`. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

/** What each dialect answers to the same mistake. */
export const refused = (
  kind: 'forgejo' | 'github',
  statuses: { readonly forgejo: number; readonly github: number },
  message: string,
) => new Refusal(statuses[kind], message)
