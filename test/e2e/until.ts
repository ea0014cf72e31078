import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_MS = 50
const LIMIT_MS = 45_000

/** Waits for something that other processes do. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  evidence: () => string = () => '',
): Promise<void> {
  const start = Date.now()
  while (!(await holds())) {
    if (Date.now() - start > LIMIT_MS) throw new Error(`waited in vain: ${what}\n${evidence()}`)
    await sleep(LOOK_MS)
  }
}
