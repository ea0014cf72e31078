/** Processes as the kernel tells of them. Only ever our own: descendants of a daemon, or what has its state folder in hand. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Process {
  readonly pid: number
  readonly parent: number
  /** With its pid, which process it is for ever. */
  readonly startTicks: number
  readonly args: readonly string[]
}

/** Null for a process that is gone, or only waits for its parent to notice. */
export function processOf(pid: number): Process | null {
  const stat = statOf(pid)
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null
  const args = (read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter((arg) => arg !== '')
  return { pid, parent: stat.parent, startTicks: stat.startTicks, args }
}

function isAlive({ pid, startTicks }: Process): boolean {
  return processOf(pid)?.startTicks === startTicks
}

/** Children, their children and so on. */
export function descendantsOf(pid: number): readonly Process[] {
  const children = tasksOf(pid).flatMap((task) => (read(`/proc/${pid}/task/${task}/children`) ?? '').split(' '))
  return children
    .filter(Boolean)
    .map(Number)
    .flatMap((child) => {
      const found = processOf(child)
      return [...(found === null ? [] : [found]), ...descendantsOf(child)]
    })
}

/** The name of git's command (`push`, `receive-pack`); null for what is no git. */
export function gitCommandOf({ args }: Process): string | null {
  const [program = '', ...rest] = args
  const name = program.split('/').at(-1) ?? ''
  if (name === 'git') return rest.find((arg) => !arg.startsWith('-')) ?? ''
  return name.startsWith('git-') ? name.slice('git-'.length) : null
}

export function supervisorsOf(stateFolder: string): readonly Process[] {
  const found = allProcesses().filter(
    ({ args }) => args.some((arg) => arg.endsWith('/supervisor.js')) && args.includes(`${stateFolder}/runs`),
  )
  // A child that is not yet the program that it will be looks like its parent.
  const pids = new Set(found.map(({ pid }) => pid))
  return found.filter(({ parent }) => !pids.has(parent))
}

/** Shells that wait for steps to start. */
export function launchersOf(stateFolder: string): readonly Process[] {
  return allProcesses().filter(
    ({ args }) => args[0] === '/bin/sh' && args[1]?.startsWith(`${stateFolder}/runs/.pipes-`),
  )
}

/** Processes of steps: what works in the folder of a run. */
export function stepsOf(stateFolder: string): readonly Process[] {
  return allProcesses().filter(({ pid }) => (folderOf(pid) ?? '').startsWith(`${stateFolder}/runs/`))
}

/** Whatever has to do with that folder: by its arguments, or because it works in it. */
export function processesAt(folder: string): readonly Process[] {
  return allProcesses().filter(
    ({ pid, args }) =>
      pid !== process.pid &&
      ((folderOf(pid) ?? '').startsWith(folder) || args.some((arg) => arg.includes(`${folder}/`))),
  )
}

/** The run that a step's process belongs to. */
export function runOf({ pid }: Process): string | null {
  return /\/runs\/([^/.][^/]*)\//.exec(folderOf(pid) ?? '')?.[1] ?? null
}

/** False where it was gone before. */
export function kill({ pid, startTicks }: Process, signal: NodeJS.Signals): boolean {
  if (processOf(pid)?.startTicks !== startTicks) return false
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Stands still when it resolves, with all its threads: what lies on the disk then is what it leaves behind. */
export async function halt(target: Process): Promise<boolean> {
  if (!kill(target, 'SIGSTOP')) return false
  while (isAlive(target) && tasksOf(target.pid).some((task) => !isStopped(target.pid, task))) await sleep(1)
  return isAlive(target)
}

export async function gone(target: Process): Promise<void> {
  while (isAlive(target)) await sleep(1)
}

function isStopped(pid: number, task: string): boolean {
  const text = read(`/proc/${pid}/task/${task}/stat`)
  return text === null || /^[TtZX]/.test(text.slice(text.lastIndexOf(')') + 2))
}

function allProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processOf(Number(name)))
    .filter((found) => found !== null)
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null
  }
}

function statOf(pid: number): { readonly state: string; readonly parent: number; readonly startTicks: number } | null {
  const text = read(`/proc/${pid}/stat`)
  if (text === null) return null
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: Number(fields[19]) }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
