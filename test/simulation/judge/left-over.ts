/** What must not be left on the disk of a dispatcher that lives, once everything has come to rest. */
import type { Host } from '../host.js'
import type { Judge } from './judge.js'

/** The folder of a run is kept until its end is on main, or its claim cannot come any more; then it is of no use to anybody. */
export function judgeLeftOver(judge: Judge): void {
  for (const host of judge.scene.hosts) judgeMarks(judge, host)
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

const HOUR_MS = 3_600_000

/** What was noted for a claim that may be on its way is kept for so long, and for two looks after that. */
export function judgeNoted(judge: Judge): void {
  const nonces = new Set([...judge.claims.values()].map(({ nonce }) => nonce))
  for (const { name, process, disk, clock } of judge.scene.hosts) {
    const noted = process === null ? undefined : disk.files.get('state/noted.json')
    const all = Object.entries(JSON.parse(noted ?? '{}') as Record<string, { readonly start_by: string }>)
    for (const [nonce, { start_by }] of all)
      if (disk.runs.get(nonce)?.truth === null && !nonces.has(nonce) && clock > Date.parse(start_by) + HOUR_MS)
        judge.blame('left_over', `${name} keeps ${nonce} as on its way, long after its time`)
  }
}

const SECOND_RUN = 'state/repeated/'

/** That a run was a second one is of no use when its end is on main: the next start takes it away, if not who told that. */
function judgeMarks(judge: Judge, { name, process, disk }: Host): void {
  const born = judge.scene.truth.born.get(process?.serial ?? 0)
  if (born === undefined) return
  for (const path of disk.files.keys()) {
    const claim = [...judge.claims.values()].find(({ nonce }) => path === SECOND_RUN + nonce)
    if (claim?.outcomes.some(({ seq }) => seq < born) === true)
      judge.blame('left_over', `the mark of the second run of ${claim.id} on ${name}`)
  }
}
