import { execFile as execFileWithCallback } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execFile = promisify(execFileWithCallback)
const BARE_RUNS = fileURLToPath(new URL('./bare-runs.js', import.meta.url))

/** Figures beside their floor, taken in turns, so that a noisy machine is noisy to both. */
export interface Figure {
  readonly name: string
  readonly ms: number
  readonly floor: string
  readonly floorMs: number
  readonly note?: string
}

/** Runs both in turns and takes the medians of what they say, milliseconds of one run each. */
export async function beside(
  rounds: number,
  work: () => Promise<number>,
  floor: () => Promise<number>,
): Promise<{ ms: number; floorMs: number }> {
  const [own, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    bare.push(await floor())
    own.push(await work())
  }
  return { ms: median(own), floorMs: median(bare) }
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** How long so many runs of a command take in a process that does nothing else. Milliseconds. */
export async function bareRuns(
  count: number,
  atOnce: number,
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const env = { ...environment, PATH: process.env['PATH'] ?? '' }
  const { stdout } = await execFile(process.execPath, [BARE_RUNS, `${count}`, `${atOnce}`, ...command], { env })
  return Number(stdout)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
