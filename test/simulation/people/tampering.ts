/** Attacks on records: what is no dispatcher's work below the record folders. */

import type { FileEdit } from '../../../lib/git/port.js'
import { sha256Hex } from '../../../vault/digest.js'
import type { Oid } from '../../../vault/oid.js'
import { sealRecord } from '../../../vault/record/seal.js'
import type { Intent } from '../../../vault/record/statement.js'
import { intentStatement, outcomeStatement } from '../../../vault/record/statement.js'
import { simulatedKey } from '../ports/signing.js'
import type { World } from '../world.js'
import { act, attack } from './act.js'
import { actionBlob } from './asking.js'
import { firedFolders, isRewritten, place, pushMain, usurp, write } from './ground.js'

export const FORGER = simulatedKey('forger')

function filesIn(world: World, folder: string) {
  return [...world.server.store.files(world.server.main)].filter(([path]) => path.startsWith(`${folder}/`))
}

function idOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1)
}

function someFolder(world: World): string | undefined {
  return isRewritten(world) ? undefined : world.chance.pick(firedFolders(world))
}

export function meddle(world: World, edits: readonly FileEdit[]): void {
  if (
    !world.settings.mixesNewcomers &&
    !world.hosts.every(({ instance }) => world.truth.watchesSince.has(instance ?? ''))
  )
    return
  world.isTampered = true
  if (edits.length > 0) pushMain(world, { by: 'mallory', edits })
}

function removeRecord(world: World): void {
  const folder = someFolder(world)
  if (folder === undefined) return
  const files = filesIn(world, folder)
  const gone = world.chance.hit(0.5) ? files : [world.chance.pick(files)!]
  meddle(
    world,
    gone.map(([path]) => ({ kind: 'delete', path })),
  )
}

function changeRecord(world: World): void {
  const folder = someFolder(world)
  if (folder === undefined) return
  const [path, entry] = world.chance.pick(filesIn(world, folder))!
  const other = someFolder(world) ?? folder
  const [, theirs] = world.chance.pick(filesIn(world, other))!
  const ways: readonly (() => FileEdit)[] = [
    () => write(path, `${world.server.store.text(entry.oid)} `),
    () => ({ kind: 'place', path, mode: '100755', oid: entry.oid }),
    () => place(path, theirs.oid),
  ]
  meddle(world, [world.chance.pick(ways)!()])
}

/** Records of one claim, laid where they would claim another id, or the same one on another day. */
function copyRecord(world: World): void {
  const folder = someFolder(world)
  if (folder === undefined) return
  const id = idOf(folder)
  const target = world.chance.hit(0.5)
    ? folder.replace(/\d{4}-\d{2}-\d{2}/, '2026-11-20')
    : folder.replace(id, `act-${1 + world.chance.below(world.lastId + 3)}`)
  usurp(world, idOf(target))
  meddle(
    world,
    filesIn(world, folder).map(([path, { oid }]) => place(path.replace(folder, target), oid)),
  )
}

/** A whole folder goes and comes back: nothing of that may free the id, or run it again. */
function removeAndReturn(world: World): void {
  const folder = someFolder(world)
  if (folder === undefined) return
  const files = filesIn(world, folder)
  meddle(
    world,
    files.map(([path]) => ({ kind: 'delete', path })),
  )
  meddle(
    world,
    files.map(([path, { mode, oid }]) => ({ kind: 'place', path, mode, oid })),
  )
}

/** An intent of a real claim, as a dispatcher wrote it. */
export function someIntent(world: World): Intent | null {
  const folder = someFolder(world)
  return folder === undefined ? null : intentIn(world, folder)
}

export function intentIn(world: World, folder: string): Intent | null {
  const entry = world.server.entry(world.server.main, `${folder}/intent.json`)
  if (entry === null) return null
  try {
    const { payload } = JSON.parse(world.server.store.text(entry.oid)) as { payload: string }
    const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as { predicate: Partial<Intent> }
    // Somebody may have laid another record in its place.
    return predicate.nonce === undefined ? null : (predicate as Intent)
  } catch {
    return null
  }
}

/** An intent that nobody decided, by a key that nobody pinned (it may burn an id) or in the name of one that is. */
function forgeIntent(world: World): void {
  const model = someIntent(world)
  if (model === null || isRewritten(world)) return
  const { chance } = world
  const id = chance.hit(0.5) ? world.newId() : `act-${1 + chance.below(world.lastId)}`
  const blob = actionBlob(world, id, { formula: model.formula })
  usurp(world, id)
  layIntent(world, { ...model, id: id as Intent['id'] }, blob)
}

/** As if it had been decided just now. */
export function layIntent(world: World, model: Intent, blob: Oid): void {
  const { chance, server, truth } = world
  const { id, claimed_at, dispatcher } = model
  const named = { ...model, base: server.main, dispatcher: { ...dispatcher, key: FORGER.keyId } }
  let bytes = sealRecord(intentStatement(server.store.blob(blob)!, named), FORGER)
  if (chance.hit(0.4))
    bytes = new TextEncoder().encode(new TextDecoder().decode(bytes).replace(FORGER.keyId, dispatcher.key))
  const folder = `vault/fired/${claimed_at.slice(0, 10)}/${id}`
  truth.forgedClaims.add(id)
  meddle(world, [place(`${folder}/action.toml`, blob), { kind: 'write', path: `${folder}/intent.json`, bytes }])
}

/** An outcome that no run had. */
function forgeOutcome(world: World): void {
  const folder = someFolder(world)
  if (folder === undefined) return
  const instance = someIntent(world)?.dispatcher.instance
  // Not a file, or not a plain one: then it is no record, whoever signed it.
  const mode = world.chance.weighted({ '100644': 6, '100755': 1, '120000': 1 })
  if (instance !== undefined) layOutcome(world, { folder, instance, mode })
}

interface Laid {
  readonly folder: string
  readonly instance: string
  readonly mode?: string
  readonly where?: 'first' | 'late' | 'any'
}

/** By a key that nobody knows, in the name of an instance. */
export function layOutcome(world: World, { folder, instance, mode = '100644', where = 'any' }: Laid): void {
  const { store, main } = { store: world.server.store, main: world.server.main }
  const [intent, action] = [
    world.server.entry(main, `${folder}/intent.json`),
    world.server.entry(main, `${folder}/action.toml`),
  ]
  if (intent === null || action === null) return
  const bytes = forgedOutcome(world, { folder, instance, intent: store.blob(intent.oid)! }, store.blob(action.oid)!)
  const isLate = where === 'any' ? world.chance.hit(0.3) : where === 'late'
  const path = `${folder}/${isLate ? `outcome-${instance}.json` : 'outcome.json'}`
  if (world.server.entry(main, path) !== null) return
  meddle(world, [{ kind: 'place', path, mode, oid: world.server.store.addBlob(bytes) }])
}

interface Forged {
  readonly folder: string
  readonly instance: string
  readonly intent: Uint8Array
}

/** What nobody saw, of a claim that says this. */
export function forgedOutcome(world: World, { folder, instance, intent }: Forged, action: Uint8Array): Uint8Array {
  const statement = outcomeStatement(action, {
    id: idOf(folder) as Intent['id'],
    intent_sha256: sha256Hex(intent),
    status: world.chance.pick(['succeeded', 'indeterminate'] as const)!,
    reason: 'ended',
    dry_run: false,
    exit_code: 0,
    failed_step: null,
    started_at: null,
    ended_at: new Date(world.time).toISOString(),
    outputs: {},
    log_sha256: null,
    log_tail: '',
    external_id: null,
    dispatcher: { name: 'forger', instance, key: FORGER.keyId },
  })
  return sealRecord(statement, FORGER)
}

function litter(world: World): void {
  if (isRewritten(world)) return
  const text = String(world.truth.tick())
  const day = new Date(world.time).toISOString().slice(0, 10)
  const taken = [...world.server.store.files(world.server.main).keys()]
  // In the place of a whole day.
  const folders = [`vault/refused/${day}`, `vault/ledger/${day}`]
  const paths = [
    ...folders.filter((folder) => !taken.some((path) => path.startsWith(`${folder}/`))),
    'vault/fired/x.txt',
    `vault/fired/2026-11-22/act-${world.lastId + 1}/note.txt`,
    'vault/ledger/2026-11-22/080000000-incident-aaaaaaaaaaaa.json',
    'vault/refused/2026-11-22/act-1-aaaaaaaaaaaa/decision.json',
  ]
  meddle(world, [write(world.chance.pick(paths)!, text)])
}

/** Somebody else's honest work on main: all that it does is to come between. */
function chatter(world: World): void {
  if (isRewritten(world)) return
  pushMain(world, { by: 'bob', edits: [write('README.md', String(world.truth.tick()))] })
}

export const TAMPERING = {
  chatter: act(1.5, chatter),
  removeRecord: attack(1, removeRecord),
  changeRecord: attack(0.8, changeRecord),
  copyRecord: attack(0.7, copyRecord),
  removeAndReturn: attack(0.5, removeAndReturn),
  forgeIntent: attack(0.6, forgeIntent),
  forgeOutcome: attack(0.6, forgeOutcome),
  litter: attack(0.4, litter),
} as const
