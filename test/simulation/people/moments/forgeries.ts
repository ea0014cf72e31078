/** Forgeries that speak to whoever was not there, or stand where the truth is to be told. Played with what has to be recalled. */
import type { FileEdit } from '../../../../lib/git/port.js'
import type { Oid } from '../../../../vault/oid.js'
import { decisionPath } from '../../../../vault/record/paths.js'
import { sealRecord } from '../../../../vault/record/seal.js'
import { decisionStatement, type Intent, intentStatement } from '../../../../vault/record/statement.js'
import { blobSubject } from '../../../../vault/record/subject.js'
import type { Host } from '../../host.js'
import type { World } from '../../world.js'
import { ambush } from '../act.js'
import { actionBlob } from '../asking.js'
import { isRewritten, pathOf, place, pushMain, usurp, write } from '../ground.js'
import { beginAnew } from '../machine.js'
import { FORGER, forgedOutcome, intentIn, layOutcome, meddle, someIntent } from '../tampering.js'
import { claimsOnMain } from './claims-on-main.js'
import { NOBODY } from './corners.js'
import { type Kept, kept } from './kept.js'
import { BESIDE, PLACES, runningBehind, toldFolders } from './places.js'

const HOUR_MS = 3_600_000

function someKept(world: World): Kept {
  return world.chance.pick(kept(world))!
}

function mayForge(world: World): boolean {
  return !isRewritten(world) && kept(world).length > 0
}

/** Hearsay about a claim whose dispatcher never comes back: to those who watched it, or to those who have seen nothing yet. */
function hearsayForHeirs(world: World): void {
  const { host, claim } = someKept(world)
  const isWatched = world.hosts.length > 1 && world.chance.hit(0.5)
  const gone: readonly Host[] = isWatched ? [host] : world.hosts
  layOutcome(world, { folder: claim.folder, instance: NOBODY, where: isWatched ? 'first' : 'late' })
  for (const each of gone) beginAnew(each, world)
  world.time = Math.max(world.time, claim.takeoverAt + HOUR_MS)
  for (const each of gone) each.start()
}

/** Both places of an end are taken before it is told: one by nobody, the other in the claimer's name, or under it. */
function takeBothPlaces(world: World): void {
  const { host, claim } = someKept(world)
  const { server, chance } = world
  const entries = ['intent.json', 'action.toml'].map((name) => server.entry(server.main, `${claim.folder}/${name}`))
  const [intent, action] = entries.map((entry) => (entry === null ? null : server.store.blob(entry.oid)))
  if (intent === null || intent === undefined || action === null || action === undefined) return
  host.process?.crash()
  layOutcome(world, { folder: claim.folder, instance: NOBODY, where: 'first' })
  const instance = chance.pick([NOBODY, claim.instance])!
  const bytes = forgedOutcome(world, { folder: claim.folder, instance, intent }, action)
  const path = `${claim.folder}/outcome-${claim.instance}.json`
  if (server.entry(server.main, path) === null) meddle(world, [{ kind: 'write', path, bytes }])
  host.start()
}

/** The intent gives way to a forged one, and that one's end lies beside it: what was claimed has not ended. */
function endAnother(world: World): void {
  const { host, claim } = someKept(world)
  const { server } = world
  const model = intentIn(world, claim.folder)
  const action = server.entry(server.main, `${claim.folder}/action.toml`)
  if (model === null || action === null || server.entry(server.main, `${claim.folder}/outcome.json`) !== null) return
  const bytes = server.store.blob(action.oid)!
  const dispatcher = { name: 'forger', instance: NOBODY, key: FORGER.keyId }
  const intent = sealRecord(intentStatement(bytes, { ...model, dispatcher }), FORGER)
  const outcome = forgedOutcome(world, { folder: claim.folder, instance: NOBODY, intent }, bytes)
  host.process?.crash()
  meddle(world, [
    { kind: 'write', path: `${claim.folder}/intent.json`, bytes: intent },
    { kind: 'write', path: `${claim.folder}/outcome.json`, bytes: outcome },
  ])
  host.start()
}

/** A dispatcher's own key signed it, for another repo that it serves: here it was decided on no main. */
function bringFromElsewhere(world: World): void {
  const model = someIntent(world)
  if (model === null) return
  const { key } = world.chance.pick(world.hosts)!
  const id = world.newId() as Intent['id']
  usurp(world, id)
  const blob = actionBlob(world, id, { formula: model.formula })
  const elsewhere = world.commit({ by: 'agent', parents: [], edits: [] })
  const dispatcher = { ...model.dispatcher, instance: NOBODY, key: key.keyId }
  const intent = { ...model, id, base: elsewhere, nonce: `of-${id}`, dispatcher }
  const bytes = sealRecord(intentStatement(world.server.store.blob(blob)!, intent), key)
  const folder = `vault/fired/${model.claimed_at.slice(0, 10)}/${id}`
  world.truth.forgedClaims.add(id)
  meddle(world, [place(`${folder}/action.toml`, blob), { kind: 'write', path: `${folder}/intent.json`, bytes }])
}

/** Folders of refusals that keep no file, because what was refused was none. */
function bareRefusals({ server }: World): readonly string[] {
  const files = server.store.files(server.main)
  const folders = [...files.keys()].flatMap((path) => /^(vault\/refused\/.*)\/decision\.json$/.exec(path)?.[1] ?? [])
  return folders.filter((folder) => !files.has(`${folder}/action.toml`))
}

/** First what is no file waits on main; then some file is laid beside its refusal, as if that were what was refused. */
function passForRefused(world: World): void {
  const folder = world.chance.pick(bareRefusals(world))
  if (folder !== undefined) meddle(world, [write(`${folder}/action.toml`, `# ${world.truth.tick()}\n`)])
  else {
    const edit = { kind: 'place', path: pathOf(world.newId()), mode: '160000', oid: world.server.main } as const
    pushMain(world, { by: 'bob', edits: [edit] })
  }
}

const README = 'vault/actions/README.md'

/**
 * What nobody approved comes to main. With it comes a refusal that nobody decided, by which it must not go without a word; or it
 * takes the place of the README, without which its folder would go with it.
 */
function bringUnapproved(world: World): void {
  const { server, chance } = world
  const id = world.newId()
  const blob = actionBlob(world, id, { formula: 'release' })
  const hasReadme = server.entry(server.main, README) !== null
  const beside: FileEdit =
    hasReadme && chance.hit(0.5) ? { kind: 'delete', path: README } : forgedRefusal(world, id, blob)
  meddle(world, [place(pathOf(id), blob), beside])
}

function forgedRefusal({ server, time }: World, id: string, blob: Oid): FileEdit {
  const at = new Date(time).toISOString()
  const decided = { event: 'refused', id, reason: 'expired', rules: [], commit: null } as const
  const dispatcher = { name: 'forger', instance: NOBODY, key: FORGER.keyId }
  const on = { trust_set_commit: server.main, base: server.main, at, dispatcher }
  const bytes = sealRecord(decisionStatement(blobSubject(pathOf(id), blob), { ...decided, ...on }), FORGER)
  return { kind: 'write', path: decisionPath(at.slice(0, 10), id, blob), bytes }
}

function isTellingBeside(world: World): boolean {
  return toldFolders(world, BESIDE).length > 0
}

/** The truth beside a forgery is on its way a second time, because somebody else was quicker: what was looked up at first does not count. */
function emptyOnSecondTry(world: World): void {
  if (!isTellingBeside(world) && runningBehind(world) !== undefined) world.rivals = 1
  PLACES.takeAndEmpty.do(world)
}

function mayEmptyOnSecondTry(world: World): boolean {
  const isFirstTry = isTellingBeside(world) && world.rivals > 0
  return !isFirstTry && PLACES.takeAndEmpty.isRipe?.(world) === true
}

export const FORGERIES = {
  hearsayForHeirs: ambush(4, (world) => mayForge(world) && !world.isTampered, hearsayForHeirs),
  takeBothPlaces: ambush(4, mayForge, takeBothPlaces),
  endAnother: ambush(4, mayForge, endAnother),
  passForRefused: ambush(3, (world) => !isRewritten(world), passForRefused),
  emptyOnSecondTry: ambush(5, mayEmptyOnSecondTry, emptyOnSecondTry),
  bringUnapproved: ambush(3, (world) => !isRewritten(world), bringUnapproved),
  bringFromElsewhere: ambush(3, (world) => !isRewritten(world) && claimsOnMain(world).length > 0, bringFromElsewhere),
} as const
