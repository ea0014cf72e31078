/** One request on one host, from its push to its recorded end, played effect by effect, with one death in it. */
import { Chance } from '../simulation/chance.js'
import { Coverage } from '../simulation/coverage.js'
import type { Fault } from '../simulation/gate.js'
import { Judge } from '../simulation/judge/judge.js'
import { ACTS } from '../simulation/people/acts.js'
import { actionBlob, pushRequest } from '../simulation/people/asking.js'
import { branchOf } from '../simulation/people/ground.js'
import type { RunOnDisk } from '../simulation/ports/runner.js'
import { settle } from '../simulation/settle.js'
import { quiet } from '../simulation/simulate.js'
import { World } from '../simulation/world.js'

const ID = 'act'
const USED_LINE = /^act \d{4}-\d{2}-\d{2}$/m
const SETTINGS = { seed: 1, hosts: 1, concurrency: 1, faults: [], faultRate: 0, mixesNewcomers: false, forge: false }

/** Where it dies: at the so-manieth time of an effect after the request was pushed. */
export interface Death {
  readonly effect: string
  readonly nth: number
  readonly fault: Fault
}

/** What is where: on this machine, on main, and out in the world. */
export interface Lies {
  readonly run: 'nothing' | 'noted' | 'running' | 'ended'
  readonly isUsed: boolean
  readonly main: 'nothing' | 'intent' | 'intent and outcome'
  readonly hasBranch: boolean
}

export interface Told {
  readonly atDeath: Lies
  /** When it is started again, and all has come to rest. */
  readonly after: {
    readonly starts: number
    /** Of its outcome; null: there is none. */
    readonly status: string | null
  }
  /** What the judge of the simulation has to say. */
  readonly violations: readonly string[]
}

/** Nothing is left to chance: what is likely happens, and what is not does not. */
class NoChance extends Chance {
  constructor() {
    super(0)
  }

  override next(): number {
    return 0
  }

  override hit(probability: number): boolean {
    return probability > 0.5
  }
}

export interface Story {
  readonly formula: 'touch' | 'sync' | 'release'
  /** How the run ends, whether its dispatcher is alive then or not; not started: its supervisor fails, once. */
  readonly run: 'succeeded' | 'vanished' | 'not started'
}

/** @returns null where the story has no such moment */
export async function tell(death: Death, story: Story = { formula: 'touch', run: 'succeeded' }): Promise<Told | null> {
  const world = new World(SETTINGS, new Coverage())
  world.chance = new NoChance()
  const judge = new Judge(world)
  const [host] = world.hosts
  host!.start()
  await play(world, () => null)
  ask(world, story.formula)
  let left = death.nth
  let supervisorFails = story.run === 'not started'
  const choose = (name: string): Fault | null => {
    if (name === death.effect && --left === 0) return death.fault
    if (name !== 'run start' || !supervisorFails) return null
    supervisorFails = false
    return 'supervisor_failed'
  }
  await tickThrough(world, choose)
  if (story.formula === 'release') {
    ACTS.approve.do(world)
    await tickThrough(world, choose)
  }
  const isDead = () => host!.process === null
  if (!isDead()) {
    for (const run of world.running()) world.end(run, story.run === 'vanished' ? 'vanished' : 'succeeded')
    await play(world, choose)
  }
  if (!isDead()) return null
  judge.look()
  const atDeath = liesOf(world)
  // What goes on without its dispatcher ends in settling, unless all of it is gone.
  if (story.run === 'vanished') for (const run of world.running()) world.end(run, 'vanished')
  await settle(world, judge)
  judge.finish()
  const { starts } = world.truth
  const violations = judge.violations.map(({ law, detail }) => `${law}: ${detail}`)
  return { atDeath, after: { starts: starts.length, status: statusOf(world) }, violations }
}

function ask(world: World, formula: string): void {
  const blob = actionBlob(world, ID, { formula })
  const head = pushRequest(world, { id: ID, blob, by: 'agent', base: world.server.main })
  world.truth.honest.set(ID, { id: ID, head, blob, isOff: false })
}

async function tickThrough(world: World, choose: Choose): Promise<void> {
  world.hosts[0]?.process?.wake()
  await play(world, choose)
}

type Choose = (name: string) => Fault | null

/** Until nothing waits any more, or the process is dead. */
async function play(world: World, choose: Choose): Promise<void> {
  await quiet()
  while (world.hosts[0]?.process !== null && world.gate.deliverNext(choose) !== null) {
    world.time += 10
    await quiet()
  }
}

function liesOf(world: World): Lies {
  const { disk } = world.hosts[0]!
  const [run] = [...disk.runs.values()]
  const files = [...world.server.store.files(world.server.main).keys()].filter((path) => path.includes(`/${ID}/`))
  const used = [...disk.files].filter(([path]) => path.includes('/used/')).map(([, text]) => text)
  return {
    run: run === undefined ? 'nothing' : runOf(run),
    isUsed: used.some((text) => USED_LINE.test(text)),
    main: files.some((path) => path.endsWith('outcome.json'))
      ? 'intent and outcome'
      : files.length > 0
        ? 'intent'
        : 'nothing',
    hasBranch: world.server.ref(branchOf(ID)) !== null,
  }
}

function runOf({ truth, end }: RunOnDisk): Lies['run'] {
  if (end !== null || (truth !== null && truth.end !== null)) return 'ended'
  return truth === null ? 'noted' : 'running'
}

function statusOf(world: World): string | null {
  const { store, main } = world.server
  for (const [path, { oid }] of store.files(main)) {
    if (!path.endsWith(`/${ID}/outcome.json`)) continue
    const { payload } = JSON.parse(store.text(oid)) as { payload: string }
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as { predicate: { status: string } }
    return predicate.status
  }
  return null
}
