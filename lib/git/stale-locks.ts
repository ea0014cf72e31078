import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UNFINISHED } from './clone-folder.js'

// What git leaves behind when it is killed: locks of refs and files, packs that were being written, the marks that
// keep a fresh pack until its refs are there, and reports of a fast-import that failed.
const LEFT_OVER =
  /(?:\.lock|^tmp_(?:pack|idx|obj|rev|mtimes)_.*|^\.tmp-.*\.(?:pack|idx|rev|mtimes)|^pack-.*\.keep|^fast_import_crash_[0-9]+)$/

/**
 * Removes what a process that died left in our own clone. Only for who holds the instance lock: a lock of a process
 * that lives is there for a reason. Returns the removed paths.
 */
export async function removeStaleLocks(path: string): Promise<readonly string[]> {
  const inside = await filesBelow(path)
  const stale = inside.filter((file) => LEFT_OVER.test(basename(file)) && !isOfRef(file))
  const beside = await entriesOf(dirname(path))
  const unfinished = beside
    .filter((entry) => entry.name.startsWith(`${basename(path)}${UNFINISHED}`))
    .map((entry) => join(dirname(path), entry.name))
  const removed = [...stale, ...unfinished]
  await Promise.all(removed.map((file) => rm(file, { recursive: true, force: true })))
  return removed

  /** A ref may be called `tmp_pack_x`; none can end in `.lock`. */
  function isOfRef(file: string): boolean {
    return file.startsWith(join(path, 'refs')) && !file.endsWith('.lock')
  }
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(path)))
    else found.push(path)
  }
  return found
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
