/** What must not be left on the disk of a dispatcher that lives, once everything has come to rest. */
import type { Judge } from './judge.js'

/** The folder of a run is kept until its end is on main, or its claim cannot come any more; then it is of no use to anybody. */
export function judgeLeftOver(judge: Judge): void {
  for (const { name, process, disk } of judge.scene.hosts) {
    if (process === null) continue
    for (const [nonce, { truth }] of disk.runs) {
      const claim = [...judge.claims.values()].find((known) => known.nonce === nonce)
      // Of a run that never started an empty folder may stay, where its removal failed: nobody looks for it again.
      if (truth === null && claim !== undefined) continue
      judge.blame(
        'left_over',
        `the run ${nonce} of ${claim?.id ?? 'no claim'} on ${name} (${truth === null ? 'noted' : (truth.end ?? 'running')})`,
      )
    }
  }
}
