/**
 * One dispatcher a state folder. The instance id is random and stays with the folder: the same name twice is two
 * instances (DESIGN section 7). The lock is a file with the process that holds it; one of a dead process is stale. Whether one
 * of another container or machine lives is not to be seen: it has to show it, by the time of that file.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { LIMITS } from '../../vault/limits.js'
import { readJsonFile, writeJsonFile } from './json-file.js'
import { atPath } from './state-folder-error.js'

const ATTEMPTS = 3

/** How often it shows that it lives, and how long one that does not is waited for. An argument, so that tests need not wait. */
interface Pace {
  readonly beatMs: number
  readonly silenceMs: number
}
const PACE: Pace = { beatMs: LIMITS.lockBeatMs, silenceMs: LIMITS.lockSilenceMs }

interface Wait extends Pace {
  readonly onWait: () => void
}

/** `space`: where its pid means something. `token`: so that no two locks have the same text. */
const holderSchema = z.object({
  pid: z.number().int().positive(),
  started: z.string(),
  space: z.string().optional(),
  token: z.string().optional(),
})
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

/** @param onWait told once, where whoever had the folder cannot be seen from here, and is waited for */
export async function lockInstance(
  folder: string,
  onWait: () => void = () => undefined,
  pace: Pace = PACE,
): Promise<Instance> {
  await atPath(folder, 'written', () => mkdir(folder, { recursive: true, mode: 0o700 }))
  const path = join(folder, 'lock')
  const text = await atPath(path, 'written', () => takeLock(folder, path, { ...pace, onWait }))
  const beats = setInterval(() => void beat(path), pace.beatMs).unref()
  const giveBack = () => {
    clearInterval(beats)
    return release(path, text)
  }
  try {
    await removeRemains(folder)
    const isHeld = async () => (await readText(path)) === text
    return { id: await instanceId(folder), isHeld, release: giveBack }
  } catch (error) {
    await giveBack()
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
  return holder !== null && !(isOfHere(holder) && (await isAlive(holder)))
}

/** What cannot be done now is done the next time: silence is longer than one of them. */
async function beat(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
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
async function takeLock(folder: string, path: string, wait: Wait): Promise<string> {
  const started = (await startTimeOf(process.pid)) ?? ''
  const me: Holder = { pid: process.pid, started, space: ownSpace(), token: randomUUID() }
  const text = JSON.stringify(me)
  const draft = `${path}.draft-${me.token}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // Linked, it appears whole: a lock without words is never one that is about to get some.
      if ((await isLinked(draft, path)) || (await isTakenOver(folder, path, draft, text, wait))) return text
    }
    throw new InstanceLocked(folder, 0)
  } finally {
    await rm(draft, { force: true })
  }
}

/** False: somebody else was quicker; look again. */
async function isTakenOver(folder: string, path: string, draft: string, text: string, wait: Wait): Promise<boolean> {
  const chain = await readChain(path)
  const last = chain.at(-1)
  if (last === undefined) return false
  const holder = parseHolder(last.text)
  const holds = (one: Holder) => (isOfHere(one) ? isAlive(one) : isHeardOf(last.file, wait))
  if (holder !== null && (await holds(holder))) throw new InstanceLocked(folder, holder.pid)
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

/** Two containers, or two machines, that are given one folder: to each a process of the other is none, or another one. */
function isOfHere({ space }: Holder): boolean {
  return space === undefined || space === ownSpace()
}

function ownSpace(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** By changes alone: the clocks of two machines say nothing of each other. */
async function isHeardOf(file: string, { beatMs, silenceMs, onWait }: Wait): Promise<boolean> {
  onWait()
  const before = await beatAt(file)
  for (let waitedMs = 0; waitedMs < silenceMs; waitedMs += beatMs / 2) {
    await sleep(beatMs / 2)
    if ((await beatAt(file)) !== before) return true
  }
  return false
}

/** Opened, because a network file system may answer for a name by what it remembers. */
async function beatAt(path: string): Promise<number | null> {
  const file = await open(path).catch(() => null)
  if (file === null) return null
  try {
    return (await file.stat()).mtimeMs
  } finally {
    await file.close()
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
