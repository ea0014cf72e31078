/** What requesters do: ask, think again, and try to get by. */
import type { FileEdit } from '../../../lib/git/port.js'
import type { SignatureFact } from '../../../vault/git-facts.js'
import type { Oid } from '../../../vault/oid.js'
import { openPull } from '../forge/deeds.js'
import type { ActionModel, Tier } from '../truth.js'
import type { World } from '../world.js'
import { act, attack } from './act.js'
import { PEOPLE, type Person, SECRET, SECRETIVE } from './cast.js'
import { branchOf, isRewritten, pathOf, place, usurp } from './ground.js'

const HOUR_MS = 3_600_000
const UNSIGNED: SignatureFact = { kind: 'unsigned' }

interface Wish {
  readonly formula: string
  readonly declared?: Tier | undefined
  readonly expiresAt?: number | undefined
  readonly isDryRun?: boolean
  /** Another id inside than the file's name. */
  readonly inside?: string
  /** A line that no action may have. */
  readonly extra?: string
}

/** The blob of an action, and in the truth what it means. */
export function actionBlob(world: World, id: string, wish: Wish): Oid {
  const { formula, declared, expiresAt, isDryRun, inside, extra } = wish
  const { secrets, timeoutMinutes, what } = equipmentFor(id, formula)
  const lines = [
    `id = "${inside ?? id}"`,
    `formula = "${formula}"`,
    `context = "because, ${world.truth.tick()}"`,
    `secrets = ${JSON.stringify(secrets)}`,
    ...(declared === undefined ? [] : [`blast_radius = "${declared}"`]),
    ...(expiresAt === undefined ? [] : [`expires_at = ${new Date(expiresAt).toISOString()}`]),
    ...(isDryRun === true ? ['dry_run = true'] : []),
    ...(extra === undefined ? [] : [extra]),
    ...(timeoutMinutes === null ? [] : [`timeout_minutes = ${timeoutMinutes}`]),
    ...(what === null ? [] : [`vars = { what = "${what}" }`]),
  ]
  const blob = world.server.store.addText(`${lines.join('\n')}\n`)
  const isValid = (inside ?? id) === id && extra === undefined
  const model: ActionModel = {
    id,
    formula,
    declared: declared ?? null,
    expiresAt: expiresAt ?? null,
    isDryRun: isDryRun === true,
    secrets,
    timeoutMinutes,
    what,
    isValid,
  }
  world.truth.actions.set(blob, model)
  return blob
}

/** What it asks for goes by its number, so that nothing is drawn for it. */
function equipmentFor(id: string, formula: string): Pick<ActionModel, 'secrets' | 'timeoutMinutes' | 'what'> {
  const number = Number(id.replace(/\D/g, ''))
  return {
    secrets: SECRETIVE.has(formula) && number % 3 !== 0 ? [SECRET.name] : [],
    // More than the formula gives, and less.
    timeoutMinutes: [null, null, 45, 25][number % 4] ?? null,
    what: number % 2 === 0 ? id : null,
  }
}

interface Push {
  readonly id: string
  readonly blob: Oid
  readonly by: Person
  readonly base: Oid
  readonly more?: readonly FileEdit[]
  readonly signature?: SignatureFact
  readonly isExact?: boolean
}

/** Pushes a request branch, by force where there is one. */
export function pushRequest(world: World, { id, blob, by, base, more, signature, isExact }: Push): Oid {
  const edits = [place(pathOf(id), blob), ...(more ?? [])]
  const isSigned = signature === undefined || signature.kind === 'ssh'
  const head = world.commit({ by, parents: [base], edits, ...(signature === undefined ? {} : { signature }) })
  world.truth.heads.set(head, {
    suffix: id,
    blob,
    isExact: isExact ?? more === undefined,
    signers: isSigned ? [PEOPLE[by]] : null,
  })
  world.server.set(branchOf(id), head, { kind: 'person', name: by })
  return head
}

function wishFor(world: World): Wish {
  const { chance } = world
  // Where there are reviews, more is to be reviewed.
  const dev = world.site === null ? 4 : 9
  const formula = chance.weighted({ touch: 5, sync: 3, dev, release: 3, rollout: 2, hidden: 0.5 })
  return {
    formula,
    declared: chance.hit(0.1) ? chance.pick(['low', 'medium', 'high'] as const) : undefined,
    expiresAt: chance.hit(0.1) ? world.time + (0.1 + chance.next() * 10) * HOUR_MS : undefined,
    isDryRun: chance.hit(0.06),
  }
}

/** Most ask from the main of now, some from an older one. */
function baseFor(world: World): Oid {
  const line = world.server.graph.line(world.server.main).slice(0, 4)
  return world.chance.hit(0.75) ? world.server.main : (world.chance.pick(line) ?? world.server.main)
}

function ask(world: World): void {
  if (isRewritten(world)) return
  const id = world.newId()
  const by = world.chance.weighted({ agent: 6, other: 3, bob: 0.7, alice: 0.7 })
  const blob = actionBlob(world, id, wishFor(world))
  const head = pushRequest(world, { id, blob, by, base: baseFor(world) })
  world.truth.honest.set(id, { id, head, blob, isOff: false })
  if (world.site !== null && world.chance.hit(0.8)) openPull(world, by, `vault/${id}`)
}

/** A request of somebody that is open, and that its requester may still change. */
function openRequest(world: World) {
  const open = [...world.truth.honest.values()].filter(
    ({ id, isOff }) => !isOff && world.server.ref(branchOf(id)) !== null,
  )
  return world.chance.pick(open)
}

/** Another wish on the same branch, by force: what was said of the old one counts no more. */
function editRequest(world: World): void {
  const request = openRequest(world)
  if (request === undefined || isRewritten(world)) return
  request.blob = actionBlob(world, request.id, wishFor(world))
  request.head = pushRequest(world, { id: request.id, blob: request.blob, by: 'agent', base: baseFor(world) })
}

function withdraw(world: World): void {
  const request = openRequest(world)
  if (request === undefined) return
  request.isOff = true
  world.server.set(branchOf(request.id), null, { kind: 'person', name: 'agent' })
}

/** Somebody merges main into the request: an exact merge makes nobody a requester. */
function updateBranch(world: World): void {
  const request = openRequest(world)
  if (request === undefined || isRewritten(world)) return
  const { server, truth, chance } = world
  const before = truth.heads.get(request.head)
  const main = server.main
  // What main has had, and has refused, is not updated: whoever brings it again asks for it.
  const isOver = server.entry(main, pathOf(request.id)) !== null || server.graph.ancestors(main).has(request.head)
  if (before === undefined || isOver || server.graph.ancestors(request.head).has(main)) return
  const by = chance.weighted({ alice: 2, bob: 2, agent: 1 })
  const edits = [place(pathOf(request.id), before.blob)]
  // As git merges: main's content, and the one file of the request.
  const tree = world.commit({ by, parents: [main], edits })
  const head = server.store.addCommit({
    ...server.store.commit(tree)!,
    parents: [request.head, main],
    message: 'Merge main\n',
  })
  truth.heads.set(head, before)
  server.set(branchOf(request.id), head, { kind: 'person', name: by })
  request.head = head
}

/** Requests that must not fire, each in its own way. */
function badAsk(world: World): void {
  if (isRewritten(world)) return
  const { chance } = world
  const id = world.newId()
  const formula = chance.pick(['touch', 'dev', 'release'])!
  const base = baseFor(world)
  const beside: FileEdit = {
    kind: 'write',
    // Before the action, as git lists paths, or after it.
    path: world.lastId % 2 === 0 ? 'README.md' : 'vault/notes',
    bytes: new TextEncoder().encode(`${world.truth.tick()}`),
  }
  const wishes: Record<string, () => void> = {
    extraPath: () =>
      pushRequest(world, { id, blob: actionBlob(world, id, { formula }), by: 'agent', base, more: [beside] }),
    executable: () => {
      const blob = actionBlob(world, id, { formula })
      const more: FileEdit[] = [{ kind: 'place', path: pathOf(id), mode: '100755', oid: blob }]
      pushRequest(world, { id, blob, by: 'agent', base, more })
    },
    lowered: () =>
      pushRequest(world, {
        id,
        blob: actionBlob(world, id, { formula: 'release', declared: 'low' }),
        by: 'agent',
        base,
      }),
    unsigned: () =>
      pushRequest(world, { id, blob: actionBlob(world, id, { formula }), by: 'agent', base, signature: UNSIGNED }),
    nobody: () => pushRequest(world, { id, blob: actionBlob(world, id, { formula }), by: 'mallory', base }),
    direct: () =>
      pushRequest(world, {
        id,
        blob: actionBlob(world, id, { formula, extra: 'dispatch_mode = "direct"' }),
        by: 'agent',
        base,
      }),
    otherInside: () =>
      pushRequest(world, { id, blob: actionBlob(world, id, { formula, inside: 'act-1' }), by: 'agent', base }),
    unknownFormula: () =>
      pushRequest(world, { id, blob: actionBlob(world, id, { formula: 'nothing' }), by: 'agent', base }),
    otherBranch: () => {
      const head = pushRequest(world, {
        id,
        blob: actionBlob(world, id, { formula: 'touch' }),
        by: 'agent',
        base,
        isExact: false,
      })
      world.truth.heads.set(head, { ...world.truth.heads.get(head)!, isExact: false })
      world.server.set(branchOf(id), null, { kind: 'person', name: 'agent' })
      world.server.set(branchOf(`${id}-x`), head, { kind: 'person', name: 'agent' })
    },
  }
  chance.pick(Object.values(wishes))?.()
}

/** An id that was used, or is in use, asked for again with other bytes. */
function replay(world: World): void {
  if (isRewritten(world) || world.lastId === 0) return
  const id = `act-${1 + world.chance.below(world.lastId)}`
  usurp(world, id)
  const formula = world.chance.pick(['touch', 'sync', 'release'])!
  pushRequest(world, { id, blob: actionBlob(world, id, { formula }), by: 'agent', base: baseFor(world) })
}

/** The same bytes of an id again, from today's main: after its record was removed, it looks new. */
function repeat(world: World): void {
  const known = [...world.truth.heads.values()].filter(({ isExact }) => isExact)
  const again = world.chance.pick(known)
  if (again === undefined || isRewritten(world)) return
  usurp(world, again.suffix)
  pushRequest(world, { id: again.suffix, blob: again.blob, by: 'agent', base: world.server.main })
}

export const ASKING = {
  ask: act(6, ask),
  editRequest: act(1, editRequest),
  withdraw: act(0.7, withdraw),
  updateBranch: act(0.8, updateBranch),
  badAsk: attack(1.5, badAsk),
  replay: attack(1, replay),
  repeat: attack(1.2, repeat),
} as const
