/** What all questions to a forge, and all words on it, of one process have in common: each may fail, be late, old or doubled. */
import { ForgeError } from '../../../lib/forge/port.js'
import { did, siteOf } from '../forge/deeds.js'
import { type PullPicture, pictureOf } from '../forge/picture.js'
import { type Happening, type Pull, SELF, type Site } from '../forge/site.js'
import type { Fault } from '../gate.js'
import type { Process } from '../host.js'
import type { World } from '../world.js'
import type { Moment } from './forge-facts.js'

/** A replica may lag by so much: less than a dispatcher waits for a merge to be known. */
const LAG_MS = 15_000
/** Old answers are what a forge gives most. */
const READ_FAULTS: readonly Fault[] = ['fail', ...Array<Fault>(12).fill('stale'), 'crash_before']
const WRITE_FAULTS: readonly Fault[] = ['fail', 'lost', 'late', 'crash_before', 'crash_after', 'crash_late']

interface Question<T> {
  readonly name: string
  /** Whose comments are asked for. */
  readonly commentsOf?: number
  /** The same with each entry twice. */
  readonly doubled?: (value: T) => T
}

export class ForgeDesk {
  readonly site: Site

  constructor(readonly process: Process) {
    this.site = siteOf(this.world)
  }

  get world(): World {
    return this.process.host.world
  }

  ask<T>({ name, commentsOf, doubled }: Question<T>, answer: (moment: Moment) => T): Promise<T> {
    const { world, site, process } = this
    const give = (asOf: number): T => {
      site.looks.push({ process: process.serial, seq: world.truth.tick(), asOf, pull: commentsOf ?? null })
      return answer({ site, asOf })
    }
    const now = () => give(world.truth.now)
    const stale = () => give(site.seqAt(world.time - world.chance.below(LAG_MS)) ?? world.truth.now)
    return world.gate.call(process, {
      name: `forge ${name}`,
      faults: doubled === undefined ? READ_FAULTS : [...READ_FAULTS, 'doubled'],
      proneness: 4,
      isRemote: true,
      error: () => this.#failure(),
      work: now,
      own: { stale, ...(doubled === undefined ? {} : { doubled: () => doubled(now()) }) },
    })
  }

  tell<T>(name: string, work: () => T): Promise<T> {
    const error = () => this.#failure()
    return this.world.gate.call(this.process, {
      ...{ name: `forge ${name}`, faults: WRITE_FAULTS, isRemote: true, error, work },
    })
  }

  note(name: string, number: number, happening: Happening): Promise<void> {
    return this.tell(name, () => did(this.world, this.pull(number), SELF, happening))
  }

  pull(number: number): Pull {
    const pull = this.site.pull(number)
    if (pull === null) throw missing(`pull request ${number}`)
    return pull
  }

  pictures(asOf: number): PullPicture[] {
    return this.site.pulls.flatMap((pull) => pictureOf(this.site, pull, asOf) ?? [])
  }

  picture(number: number, asOf: number): PullPicture {
    const picture = pictureOf(this.site, this.pull(number), asOf)
    if (picture === null) throw missing(`pull request ${number}`)
    return picture
  }

  #failure(): ForgeError {
    const reasons = ['forge_unreachable', 'forge_rate_limited', 'forge_malformed'] as const
    return new ForgeError({ reason: this.world.chance.pick(reasons)!, detail: 'it did not answer' })
  }
}

export function missing(what: string): ForgeError {
  return new ForgeError({ reason: 'forge_missing', detail: `there is no ${what}` })
}
