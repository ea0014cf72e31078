/**
 * Why there is no answer to read. `isFinal`: asking again at once gives the same.
 * The message is for people and holds nothing that the server said.
 */
export class TransportFault extends Error {
  override readonly name = 'TransportFault'

  constructor(
    message: string,
    readonly isFinal: boolean,
  ) {
    super(message)
  }
}

/** Nobody waits for the answer any more. */
export function givenUp(): TransportFault {
  return new TransportFault('not waited for: this process is stopping', true)
}

/** Node's own words for a broken connection: its codes, never its messages, which may quote what came. */
export function brokenConnection(error: unknown): TransportFault {
  if (!(error instanceof Error)) return new TransportFault('the connection failed', false)
  if (error.name === 'TimeoutError' || error.name === 'AbortError') {
    return new TransportFault('no answer in time', false)
  }
  const code = codeOf(error) ?? codeOf(error.cause)
  return new TransportFault(code === undefined ? 'the connection failed' : `the connection failed (${code})`, false)
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' && /^[A-Z0-9_]{1,40}$/.test(error.code) ? error.code : undefined
}
