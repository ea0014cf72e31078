import { setTimeout as sleep } from 'node:timers/promises'

/** Far longer than anything takes that comes at all, on a machine where everything takes ten times as long as it should. */
export const PATIENCE_MS = 5 * 60_000
const LOOK_MS = 50

/** @returns whether it came to hold */
export async function patiently(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(LOOK_MS))
    if (await holds()) return true
  return false
}
