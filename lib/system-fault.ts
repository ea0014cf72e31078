/** What the operating system refused, in words for an operator: what it means, and what to do about it. */
export interface SystemFault {
  /** `ENOSPC`. */
  readonly code: string
  readonly words: string
  readonly remedy: string
  /** It may be over without anybody changing the configuration: then it is tried again. */
  readonly passes: boolean
}

const ROOM = { words: 'the disk is full', remedy: 'make room there', passes: true }
const RIGHTS = {
  words: 'this user may not',
  remedy: 'give it to the user that runs this (chown), or run this as its owner',
  passes: false,
}
const SHAPE = {
  words: 'something else is there',
  remedy: 'move it away, or name another place in the configuration',
  passes: false,
}
const HANDLES = {
  words: 'too many files are open',
  remedy: 'raise the limit (LimitNOFILE of the service)',
  passes: true,
}

const FAULTS: Readonly<Record<string, Omit<SystemFault, 'code'>>> = {
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EFBIG: {
    words: 'the file may not grow further',
    remedy: 'raise the limit (LimitFSIZE of the service)',
    passes: true,
  },
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: {
    words: 'the file system is read-only',
    remedy: 'mount it writable, or name the folder in ReadWritePaths of the service',
    passes: false,
  },
  ENOTDIR: SHAPE,
  EISDIR: SHAPE,
  EEXIST: SHAPE,
  ELOOP: SHAPE,
  ENOENT: { words: 'it is not there', remedy: 'make it, or correct its place in the configuration', passes: false },
  EIO: { words: 'the disk failed', remedy: 'look at the disk and at the kernel log', passes: true },
  EMFILE: HANDLES,
  ENFILE: HANDLES,
}

/** Null for what is no refusal of the operating system that is known here. */
export function systemFaultOf(error: unknown): SystemFault | null {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  const fault = typeof code === 'string' ? FAULTS[code] : undefined
  return fault === undefined ? null : { code: code as string, ...fault }
}

/** `the disk is full (ENOSPC); make room …`; other errors in their own words. */
export function systemWords(error: unknown): string {
  const fault = systemFaultOf(error)
  if (fault === null) return error instanceof Error ? error.message : String(error)
  return `${fault.words} (${fault.code}); ${fault.remedy}`
}
