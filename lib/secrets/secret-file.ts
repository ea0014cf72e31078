/** One secret a file, in a folder of the operator's. */
import { constants } from 'node:fs'
import { type FileHandle, open, readdir, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { shellWord } from '../../vault/prose/shell-word.js'
import { systemWords } from '../system-fault.js'
import { SecretError } from './secret-error.js'

/** Room for a bundle of certificates; it travels in the environment of a process. */
export const MAX_SECRET_BYTES = 64 * 1024
const OTHERS = 0o077

/** Null: there is no such file. */
export async function readSecretFile(dir: string, name: string): Promise<string | null> {
  try {
    const path = await resolveInside(dir, name)
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      return decode(name, await readChecked(name, path, file))
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof SecretError) throw cause
    if (isMissing(cause)) return null
    throw new SecretError('secret_unreadable', `the secret ${name} cannot be read from ${dir}: ${systemWords(cause)}`, {
      cause,
    })
  }
}

export async function namesInFolder(dir: string): Promise<readonly string[]> {
  try {
    return await readdir(dir)
  } catch (cause) {
    if (isMissing(cause)) return []
    throw new SecretError('secret_unreadable', `the folder of secrets ${dir} cannot be read: ${systemWords(cause)}`, {
      cause,
    })
  }
}

/** Links inside the folder are how Kubernetes mounts secrets; a link out of it would make any file of the dispatcher's a secret. */
async function resolveInside(dir: string, name: string): Promise<string> {
  const folder = await realpath(dir)
  const path = await realpath(join(folder, name))
  if (path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return path
  throw new SecretError(
    'secret_misplaced',
    `the secret ${name} is a link that leads out of ${dir}; put the file itself there`,
  )
}

/** Asks the opened file, not the path, so that what was checked is what is read. */
async function readChecked(name: string, path: string, file: FileHandle): Promise<Uint8Array> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new SecretError('secret_unreadable', `the secret ${name} is not a file: ${path}`)
  if ((stat.mode & OTHERS) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
    throw new SecretError(
      'secret_exposed',
      `the secret ${name} (mode ${mode}) is open to other users; run: chmod 600 ${shellWord(path)}`,
    )
  }
  const bytes = await readAtMost(file, MAX_SECRET_BYTES + 1)
  if (bytes.length <= MAX_SECRET_BYTES) return bytes
  throw new SecretError('secret_too_large', `the secret ${name} has more than ${MAX_SECRET_BYTES} bytes`)
}

async function readAtMost(file: FileHandle, max: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(max)
  let length = 0
  while (length < max) {
    const { bytesRead } = await file.read(buffer, length, max - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return buffer.subarray(0, length)
}

/** Strips one line end: editors and `echo` add it, and it is hardly ever meant. */
function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw new SecretError('secret_not_text', `the secret ${name} is not valid UTF-8; store binary secrets in base64`)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
