/** Figures beside their floor, taken in turns, so that a noisy machine is noisy to both. */
export interface Figure {
  readonly name: string
  readonly ms: number
  readonly floor: string
  readonly floorMs: number
  readonly note?: string
}

/** Runs both in turns and takes the medians. Milliseconds for one run each. @param prepare what the work needs; not counted */
export async function beside(
  rounds: number,
  work: () => Promise<unknown>,
  floor: () => Promise<unknown>,
  prepare: () => Promise<unknown> = async () => undefined,
): Promise<{ ms: number; floorMs: number }> {
  const [own, bare]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    bare.push(await timed(floor))
    await prepare()
    own.push(await timed(work))
  }
  return { ms: median(own), floorMs: median(bare) }
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
