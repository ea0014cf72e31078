/** Nothing waits any more: whoever was woken, and can tick, has looked at main since. Also where a tick was under way just then. */
import type { Judge } from './judge.js'

/** @param isPauseOver nobody has failed for longer than any pause after that */
export function judgeAnswered(judge: Judge, isPauseOver: boolean): void {
  const { hosts, truth } = judge.scene
  for (const { name, process } of hosts) {
    const woken = process === null ? undefined : truth.woken.get(process.serial)
    if (process === null || woken === undefined || (process.failures > 0 && !isPauseOver)) continue
    if ((truth.looked.get(process.serial) ?? -1) < woken) judge.blame('answered', `${name} was woken, and did not look`)
  }
}
