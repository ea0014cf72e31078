/** Kills: the choices are seeded, the moments are real. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../simulation/chance.js'
import type { Host } from './host.js'
import type { KillLog, Target } from './kill-log.js'
import {
  descendantsOf,
  gitCommandOf,
  gone,
  halt,
  kill,
  launchersOf,
  type Process,
  processOf,
  runOf,
  stepsOf,
  supervisorsOf,
} from './processes.js'
import { underWay } from './run-folders.js'

const WEIGHTS: Readonly<Record<Target, number>> = {
  daemon: 4,
  'daemon at its start': 2,
  'daemon while it pushes': 3,
  'both daemons': 1,
  git: 4,
  'git push': 3,
  'git receive-pack': 2,
  supervisor: 3,
  'daemon and supervisor': 2,
  step: 2,
  launcher: 1,
  'daemon, after SIGTERM': 1,
  'all of one machine': 1,
}

/** Any, or those that are there for a moment only. */
const COMMANDS = [null, ['fetch'], ['index-pack', 'unpack-objects'], ['fast-import'], ['update-ref'], ['ls-remote']]

/** How long a target is looked for before another one is chosen. */
const LOOK_MS = 3_000
/** Longer than most commands of git take, so that all of their moments are met. */
const LATER_MS = 15
/** Between two looks: each asks the kernel for a few dozen files. */
const PACE_MS = 4
/** Shorter than most runs that take their time. */
const RUN_MS = 500
/** Of a daemon's first moments, where its last start was not slower. */
const START_MS = 1_500

export class Killer {
  constructor(
    private readonly hosts: readonly [Host, Host],
    private readonly chance: Chance,
    private readonly log: KillLog,
  ) {}

  /** @returns false where there was nobody to be killed */
  async strike(): Promise<boolean> {
    const target = this.chance.weighted(WEIGHTS)
    const host = this.chance.pick(this.hosts)!
    const isHit = await this.#hit(target, host)
    if (isHit) this.log.add(target)
    return isHit
  }

  async #hit(target: Target, host: Host): Promise<boolean> {
    switch (target) {
      case 'daemon':
        return this.#daemon(host)
      case 'daemon at its start':
        return this.#atStart(host)
      case 'daemon while it pushes':
        return (await this.#findGit(host, ['push', 'receive-pack'])) !== null && this.#daemon(host)
      case 'both daemons':
        return this.hosts.map((each) => this.#daemon(each)).every(Boolean)
      case 'git':
        return this.#git(host, this.chance.pick(COMMANDS)!)
      case 'git push':
        return this.#git(host, ['push'])
      case 'git receive-pack':
        return this.#git(host, ['receive-pack'])
      case 'supervisor':
        await this.#runUnderWay(host)
        return this.#supervisors(host)
      case 'daemon and supervisor':
        await this.#runUnderWay(host)
        return this.#daemon(host) && (await this.#supervisors(host))
      case 'step':
        return this.#step(host)
      case 'launcher':
        return this.#launcher(host)
      case 'daemon, after SIGTERM':
        return this.#afterTerm(host)
      case 'all of one machine':
        await this.#runUnderWay(host)
        return this.#machine(host)
    }
  }

  #daemon(host: Host): boolean {
    const daemon = daemonOf(host)
    if (daemon === null) return false
    host.expectEnd()
    return kill(daemon, 'SIGKILL')
  }

  /** Kills it, waits for its next life, and kills that one in its first moments. */
  async #atStart(host: Host): Promise<boolean> {
    const before = host.pid
    if (!this.#daemon(host)) return false
    const isBack = await this.#soon(() => (host.pid !== null && host.pid !== before ? true : null))
    if (isBack === null) return false
    await sleep(this.chance.next() * Math.max(START_MS, 1.5 * host.startMs))
    return this.#daemon(host)
  }

  async #git(host: Host, commands: readonly string[] | null): Promise<boolean> {
    const found = await this.#findGit(host, commands)
    if (found === null || !kill(found, 'SIGKILL')) return false
    this.log.addGit(gitCommandOf(found) ?? '')
    return true
  }

  /** A moment after it was first seen. */
  async #findGit(host: Host, commands: readonly string[] | null): Promise<Process | null> {
    const isWanted = (process: Process) => {
      const command = gitCommandOf(process)
      return command !== null && (commands?.includes(command) ?? true)
    }
    const found = await this.#soon(() => {
      const gits = host.pid === null ? [] : descendantsOf(host.pid).filter(isWanted)
      return this.chance.pick(gits) ?? null
    })
    if (found !== null) await sleep(this.chance.below(LATER_MS))
    return found
  }

  /** Mostly: a supervisor that watches nothing has nothing to lose. */
  async #runUnderWay({ station }: Host): Promise<void> {
    await this.#soon(() => (underWay(station.stateFolder, null).length > 0 ? true : null))
    await sleep(this.chance.below(RUN_MS))
  }

  /** Halted first: so it is known for certain what it had in hand. */
  async #supervisors(host: Host): Promise<boolean> {
    const { stateFolder } = host.station
    let killed = 0
    for (const supervisor of supervisorsOf(stateFolder)) {
      if (!(await halt(supervisor))) continue
      this.log.addLost(underWay(stateFolder, supervisor))
      if (kill(supervisor, 'SIGKILL')) killed++
      await gone(supervisor)
    }
    return killed > 0
  }

  async #step(host: Host): Promise<boolean> {
    const step = await this.#soon(() => this.chance.pick(stepsOf(host.station.stateFolder)) ?? null)
    const run = step === null ? null : runOf(step)
    if (step === null || run === null || !kill(step, 'SIGKILL')) return false
    this.log.hurt.add(run)
    return true
  }

  async #launcher(host: Host): Promise<boolean> {
    const { stateFolder } = host.station
    const launcher = await this.#soon(() => this.chance.pick(launchersOf(stateFolder)) ?? null)
    if (launcher === null || !(await halt(launcher))) return false
    // Of whom it serves nothing tells for certain.
    for (const nonce of underWay(stateFolder, null)) this.log.hurt.add(nonce)
    const isKilled = kill(launcher, 'SIGKILL')
    for (const nonce of underWay(stateFolder, null)) this.log.hurt.add(nonce)
    return isKilled
  }

  async #afterTerm(host: Host): Promise<boolean> {
    const daemon = daemonOf(host)
    if (daemon === null) return false
    host.expectEnd()
    kill(daemon, 'SIGTERM')
    await sleep(this.chance.below(500))
    // It may be gone by itself by then: that is a way to end, too.
    kill(daemon, 'SIGKILL')
    return true
  }

  /** As when its power fails, but for what the disk would lose. */
  async #machine(host: Host): Promise<boolean> {
    const { stateFolder } = host.station
    const gits = host.pid === null ? [] : descendantsOf(host.pid).filter((each) => gitCommandOf(each) !== null)
    if (!this.#daemon(host)) return false
    for (const git of gits) if (kill(git, 'SIGKILL')) this.log.addGit(gitCommandOf(git) ?? '')
    await this.#supervisors(host)
    for (const launcher of launchersOf(stateFolder)) kill(launcher, 'SIGKILL')
    for (const step of stepsOf(stateFolder)) kill(step, 'SIGKILL')
    return true
  }

  async #soon<T>(look: () => T | null): Promise<T | null> {
    const until = performance.now() + LOOK_MS
    for (let found = look(); performance.now() < until; found = look()) {
      if (found !== null) return found
      await sleep(PACE_MS)
    }
    return null
  }
}

function daemonOf(host: Host): Process | null {
  return host.pid === null ? null : processOf(host.pid)
}
