/**
 * One dispatcher a state folder. The instance id is random and stays with the folder: the same name twice is two
 * instances (DESIGN section 7). The lock is a file with the process that holds it; one of a dead process is stale.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from './json-file.js'

const holderSchema = z.object({ pid: z.number().int(), started: z.string() })
type Holder = z.infer<typeof holderSchema>

export class InstanceLocked extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`another dispatcher (process ${pid}) works on ${folder}; stop it, or give this one a state_dir of its own`)
  }
}

export interface Instance {
  readonly id: string
  release(): Promise<void>
}

export async function lockInstance(folder: string): Promise<Instance> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'lock')
  await takeLock(folder, path)
  return { id: await instanceId(folder), release: () => rm(path, { force: true }) }
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

async function takeLock(folder: string, path: string): Promise<void> {
  const me: Holder = { pid: process.pid, started: (await startTimeOf(process.pid)) ?? '' }
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600)
      await file.writeFile(JSON.stringify(me))
      await file.close()
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await readHolder(path)
    if (holder !== null && (await isAlive(holder))) throw new InstanceLocked(folder, holder.pid)
    await rm(path, { force: true })
  }
  throw new InstanceLocked(folder, 0)
}

/** Null for a lock that a crash left half written: nobody holds it. */
async function readHolder(path: string): Promise<Holder | null> {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
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
  const started = await startTimeOf(holder.pid)
  return started === null || holder.started === '' || started === holder.started
}

/** Field 22 of /proc/PID/stat; null where there is no such file (not Linux). */
async function startTimeOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
