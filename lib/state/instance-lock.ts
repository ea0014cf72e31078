/**
 * One dispatcher a state folder. The instance id is random and stays with the folder: the same name twice is two
 * instances (DESIGN section 7). The lock is a file with the process that holds it; one of a dead process is stale.
 */
import { createHash, randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from './json-file.js'
import { atPath } from './state-folder-error.js'

const ATTEMPTS = 3

/** `token`: so that no two locks have the same text. */
const holderSchema = z.object({ pid: z.number().int().positive(), started: z.string(), token: z.string().optional() })
type Holder = z.infer<typeof holderSchema>

export class InstanceLocked extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`another dispatcher (process ${pid}) works on ${folder}; stop it, or give this one a state_dir of its own`)
  }
}

/** Somebody removed it while a dispatcher worked on it. It is no cache: what was in it cannot be made anew. */
export class StateFolderGone extends Error {
  constructor(readonly folder: string) {
    super(
      `the state folder ${folder} was removed while this dispatcher worked on it: it stops, and does not know its runs any more; put the folder back, or start as a new instance with an empty one`,
    )
  }
}

export interface Instance {
  readonly id: string
  /** False: its lock was removed, and most likely the folder with it. */
  isHeld(): Promise<boolean>
  release(): Promise<void>
}

export async function lockInstance(folder: string): Promise<Instance> {
  await atPath(folder, 'written', () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const path = join(folder, 'lock')
  const text = await atPath(path, 'written', () => takeLock(folder, path))
  try {
    await removeRemains(folder)
    const isHeld = async () => (await readText(path)) === text
    return { id: await instanceId(folder), isHeld, release: () => release(path, text) }
  } catch (error) {
    await release(path, text)
    throw error
  }
}

/** What processes left that were killed while they took the lock: who holds it by now is known by none of these names. */
async function removeRemains(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const isLeft = name.startsWith('lock.draft-') ? await isOfDead(path) : name.startsWith('lock.after-')
    if (isLeft) await rm(path, { force: true })
  }
}

/** A draft without words may be one that is about to get some: it stays until the next start. */
async function isOfDead(draft: string): Promise<boolean> {
  const holder = parseHolder((await readText(draft)) ?? '')
  return holder !== null && !(await isAlive(holder))
}

/** Only ever its own: somebody may have removed it by hand, and another process may have come since. */
async function release(path: string, text: string): Promise<void> {
  if ((await readText(path)) === text) await rm(path, { force: true })
}

/** The id of a folder; made where there is none. */
export async function instanceId(folder: string): Promise<string> {
  const path = join(folder, 'instance.json')
  const known = await readJsonFile(path, z.object({ instance: z.uuid() }))
  if (known !== null) return known.instance
  const instance = randomUUID()
  await writeJsonFile(path, { instance })
  return instance
}

/**
 * A stale lock is taken over by one process only: whoever makes the file that is named after its text has the right to put
 * its own lock in its place, and looks again before it does. Were the stale one simply removed, a second process that had
 * read it too would remove the new lock of the first, and both would have it. A right whose winner died is a lock like
 * any other, and is taken over in the same way.
 * @returns the lock's text
 */
async function takeLock(folder: string, path: string): Promise<string> {
  const me: Holder = { pid: process.pid, started: (await startTimeOf(process.pid)) ?? '', token: randomUUID() }
  const text = JSON.stringify(me)
  const draft = `${path}.draft-${me.token}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Linked, it appears whole: a lock without words is never one that is about to get some.
      if ((await isLinked(draft, path)) || (await isTakenOver(folder, path, draft, text))) return text
    }
    throw new InstanceLocked(folder, 0)
  } finally {
    await rm(draft, { force: true })
  }
}

/** False: somebody else was quicker; look again. */
async function isTakenOver(folder: string, path: string, draft: string, text: string): Promise<boolean> {
  const chain = await readChain(path)
  const last = chain.at(-1)
  if (last === undefined) return false
  const holder = parseHolder(last.text)
  if (holder !== null && (await isAlive(holder))) throw new InstanceLocked(folder, holder.pid)
  const right = rightAfter(path, last.text)
  if (!(await isLinked(draft, right))) return false
  const mine = [...chain, { file: right, text }]
  if (JSON.stringify(await readChain(path)) !== JSON.stringify(mine)) {
    await rm(right, { force: true })
    return false
  }
  await rename(draft, path)
  for (const { file } of mine.slice(1)) await rm(file, { force: true })
  return true
}

interface Link {
  readonly file: string
  readonly text: string
}

/** The lock, and whoever won the right to take it over, in turn. The last one holds it. */
async function readChain(path: string): Promise<readonly Link[]> {
  const chain: Link[] = []
  let file = path
  for (let text = await readText(file); text !== null; text = await readText(file)) {
    chain.push({ file, text })
    file = rightAfter(path, text)
  }
  return chain
}

function rightAfter(path: string, text: string): string {
  return `${path}.after-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
}

/** False: it is there already. */
async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Null for a lock that a crash left half written: nobody holds it. */
function parseHolder(text: string): Holder | null {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** A process id is used again some day; with its start time it is one process. */
async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const found = await readStat(holder.pid)
  if (found === null) return true
  // One that was killed, and that nobody waits for: its name stays, and no one can end it.
  if (found.isEnded) return false
  return holder.started === '' || found.started === holder.started
}

async function startTimeOf(pid: number): Promise<string | null> {
  return (await readStat(pid))?.started ?? null
}

/** Fields 3 and 22 of /proc/PID/stat; null where there is no such file (not Linux). */
async function readStat(pid: number): Promise<{ readonly started: string; readonly isEnded: boolean } | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = '', started = ''] = [fields[0], fields[19]]
    return { started, isEnded: state === 'Z' || state === 'X' }
  } catch {
    return null
  }
}
