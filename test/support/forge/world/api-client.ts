/** The forge said no, or something that was not asked for. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    what: string,
    readonly body: string,
  ) {
    super(`${what}: ${status} ${body.slice(0, 500)}`)
  }
}

export type Json = Record<string, unknown>

/** Calls the API of a forge, as somebody. */
export class ApiClient {
  /** @param root with `/api/v1` or the like */
  constructor(
    private readonly root: string,
    private readonly authorization: string,
  ) {}

  /** @returns the JSON of the answer; `{}` where its body is empty */
  async call<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.root}${path}`, {
      method,
      headers: { Authorization: this.authorization, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new ApiRefusal(response.status, `${method} ${path}`, text)
    return (text === '' ? {} : JSON.parse(text)) as T
  }
}

export const basic = (login: string, password: string): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`
