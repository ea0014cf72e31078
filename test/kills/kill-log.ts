/** What was killed, and what the dead had in hand: from this the verdict knows what may be unknown. */

export const TARGETS = [
  'daemon',
  'daemon at its start',
  'daemon while it pushes',
  'both daemons',
  'git',
  'git push',
  'git receive-pack',
  'supervisor',
  'daemon and supervisor',
  'step',
  'launcher',
  'daemon, after SIGTERM',
  'all of one machine',
] as const
export type Target = (typeof TARGETS)[number]

export class KillLog {
  readonly kills = new Map<Target, number>()
  readonly gitCommands = new Map<string, number>()
  /** Runs whose supervisor died before it wrote down an end, and how often. */
  readonly lost = new Map<string, number>()
  /** Runs of which a process was killed, or the shell that starts their steps. */
  readonly hurt = new Set<string>()

  get total(): number {
    return [...this.kills.values()].reduce((sum, count) => sum + count, 0)
  }

  get gits(): number {
    return [...this.gitCommands.values()].reduce((sum, count) => sum + count, 0)
  }

  add(target: Target): void {
    count(this.kills, target)
  }

  addGit(command: string): void {
    count(this.gitCommands, command)
  }

  addLost(nonces: readonly string[]): void {
    for (const nonce of nonces) count(this.lost, nonce)
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
