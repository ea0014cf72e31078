/** Files that a process was writing when it was killed: they have names of their own, and would gather. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** As `replace-file.ts` calls what is to replace a file, and as folders are called that are being made. */
const UNFINISHED = /\.\d{1,10}$|^draft-/

/** Only for who holds the lock of the state folder: what is unfinished then is a dead process's. */
export async function removeUnfinished(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const names = await namesIn(folder)
    await Promise.all(names.filter((name) => UNFINISHED.test(name)).map((name) => remove(join(folder, name))))
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    // Something else in its place is for whoever wants to write there to say.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}
