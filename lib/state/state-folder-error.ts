import { type SystemFault, systemFaultOf } from '../system-fault.js'

/** The disk under the state folder refused. What was there before is as it was. */
export class StateFolderError extends Error {
  override readonly name = 'StateFolderError'

  constructor(
    readonly path: string,
    what: 'read' | 'written' | 'removed',
    readonly fault: SystemFault,
    cause: unknown,
  ) {
    super(`${path} could not be ${what}: ${fault.words} (${fault.code}); ${fault.remedy}`, { cause })
  }

  /** Of the operating system: `ENOSPC`. */
  get code(): string {
    return this.fault.code
  }
}

/** An error without its place helps nobody: what a full disk says of a write is that it is full. */
export async function atPath<T>(
  path: string,
  what: 'read' | 'written' | 'removed',
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const fault = cause instanceof StateFolderError ? null : systemFaultOf(cause)
    throw fault === null ? cause : new StateFolderError(path, what, fault, cause)
  }
}
