/** Reads an ops repo that is checked out in a folder. Links are not followed: git would not either. */
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../vault/limits.js'
import { ACTIONS, type FileContent, FORMULAS, isAction, maxBytesOf, type OpsFiles, SINGLE_FILES } from './ops-files.js'

const OWNER_EXECUTES = 0o100

export async function readFolder(root: string): Promise<OpsFiles> {
  const files = new Map<string, FileContent>()
  const add = async (path: string) => {
    const content = await readContent(join(root, path), maxBytesOf(path), !isAction(path))
    if (content !== null) files.set(path, content)
  }
  for (const path of SINGLE_FILES) await add(path)
  for (const path of await filesBelow(root, FORMULAS)) await add(path)
  for (const { name } of await entriesOf(join(root, ACTIONS))) {
    if (name.endsWith('.toml')) await add(`${ACTIONS}/${name}`)
  }
  return files
}

/** A file that is an action, wherever it lies; its mode is not yet git's. Null where there is nothing. */
export function readLooseAction(path: string): Promise<FileContent | null> {
  return readContent(path, LIMITS.actionBytes, true)
}

/** @param mayExecute an action is never executable: git would keep that, and the request would be refused */
async function readContent(path: string, maxBytes: number, mayExecute: boolean): Promise<FileContent | null> {
  try {
    const stat = await lstat(path)
    if (!stat.isFile() || (!mayExecute && (stat.mode & OWNER_EXECUTES) !== 0)) return { kind: 'not_regular' }
    if (stat.size > maxBytes) return { kind: 'too_large', size: stat.size, maxBytes }
    return { kind: 'bytes', bytes: await readFile(path) }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** One more than the limit is enough to say that there are too many. */
async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await entriesOf(join(root, folder))) {
    if (found.length > LIMITS.trustFiles) break
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) found.push(...(await filesBelow(root, path)))
    else found.push(path)
  }
  return found.slice(0, LIMITS.trustFiles + 1)
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
