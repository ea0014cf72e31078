/** Laws 3 and 6 at a forge: who asked for a head, and may they write? By what people truly did there. */
import type { Oid } from '../../../vault/oid.js'
import { type PullPicture, pictureOf } from '../forge/picture.js'
import type { Push, Site, Who } from '../forge/site.js'
import type { Judge } from './judge.js'
import type { TrustState } from './trust.js'

export interface Asked {
  /** Null: somebody whom nobody can name is among them. */
  readonly names: ReadonlySet<Who> | null
}

interface Matter {
  readonly head: Oid
  readonly number: number
  readonly moment: number
}

type Breadth = 'least' | 'most'

/**
 * @param breadth `least`: who asks by the pull requests that are open with the head, and by the one that brought it; `most`:
 * by all that ever had it
 */
export function askedFor(judge: Judge, site: Site, matter: Matter, breadth: Breadth, trust: TrustState): Asked {
  const { head, number, moment } = matter
  const isBy = (picture: PullPicture) =>
    picture.pull.number === number ||
    (breadth === 'least'
      ? picture.isOpen && picture.head === head
      : picture.pushes.some(({ after }) => after === head) || picture.merged?.head === head)
  const pictures = site.pulls.flatMap((pull) => pictureOf(site, pull, moment) ?? [])
  const askersOf = (picture: PullPicture) => askersBy(judge, site, picture, matter, breadth)
  const asking = pictures.filter(isBy).map(askersOf)
  const isNamelessFork = ({ isOurs, hasNameless }: Askers) => !isOurs && hasNameless
  const copied = asking.some(isNamelessFork) ? copiedFrom(judge, site, pictures, matter, breadth) : []
  const passedOver = copied.length > 0 ? asking.filter(isNamelessFork) : []
  // Whoever goes by a request of ours goes by those who ask there.
  const counting = [...asking.filter((askers) => !passedOver.includes(askers)), ...copied.map(askersOf)]
  if (counting.some(({ hasNameless }) => hasNameless)) return { names: null }
  const names = new Set([...counting, ...passedOver].flatMap(({ named }) => named))
  const merged = pictures.find((picture) => isBy(picture) && picture.merged !== null)?.merged?.commit ?? null
  for (const name of signersOf(judge, head, merged, trust)) names.add(name as Who)
  return { names }
}

interface Askers {
  readonly isOurs: boolean
  readonly named: readonly Who[]
  /** Of somebody nobody can say who it is, or was. */
  readonly hasNameless: boolean
}

/** By one pull request. */
function askersBy(
  judge: Judge,
  site: Site,
  { pull, pushes }: PullPicture,
  { head, moment }: Matter,
  breadth: Breadth,
): Askers {
  const counting = pushes.filter((push) => push.after !== null && !broughtOnlyMain(judge, push, head, breadth))
  const all = [{ by: pull.author as Who, isNamed: true }, ...counting]
  const named = all.filter(({ by, isNamed }) => isNamed && site.roleOf(by, moment) !== 'deleted')
  return { isOurs: pull.isOurs, named: named.map(({ by }) => by), hasNameless: named.length < all.length }
}

/**
 * Requests of ours to whose branch all was pushed that the head brings: what a fork has of that head is a copy, and whoever has
 * no name there is passed over. `most`: only those that nobody could overlook; `least`: where there are none, also those that
 * are remembered.
 */
function copiedFrom(
  judge: Judge,
  site: Site,
  pictures: readonly PullPicture[],
  { head, number }: Matter,
  breadth: Breadth,
): readonly PullPicture[] {
  const { graph } = judge.scene.server
  // Of one push, a moment apart.
  const merge = site.pull(number)?.events.find((event) => event.kind === 'merged')?.commit ?? null
  const ours = pictures.filter(
    ({ pull, pushes }) => pull.isOurs && pushes.some(({ after }) => after !== null && graph.ancestors(after).has(head)),
  )
  const sure = ours.filter(
    ({ isOpen, head: tip, merged }) => (isOpen && tip === head) || (merged !== null && merged.commit === merge),
  )
  return sure.length > 0 || breadth === 'most' ? sure : ours
}

/** Principals who signed what the head brings, in however many commits, whoever brought them; an exact merge of main is nobody's. */
function signersOf(judge: Judge, head: Oid, merged: Oid | null, trust: TrustState): readonly string[] {
  const { graph, store, main } = judge.scene.server
  const before = merged === null ? main : store.commit(merged)!.parents[0]!
  const brought = [...graph.fresh(head, graph.ancestors(before))].filter((commit) => !isExactMerge(judge, commit))
  return brought.flatMap((commit) => {
    const { signature } = store.commit(commit)!
    const name = signature.kind === 'ssh' ? trust.signers.get(signature.fingerprint) : undefined
    return name !== undefined && trust.policy.roles[name] !== undefined ? [name] : []
  })
}

/** Whoever brings nothing but main into a request does not ask for it. Where that was forced away since, nobody can tell. */
function broughtOnlyMain(judge: Judge, push: Push, head: Oid, breadth: Breadth): boolean {
  const { graph } = judge.scene.server
  if (push.isForced || push.brought.length === 0) return false
  if (breadth === 'most' && !push.brought.every((commit) => graph.ancestors(head).has(commit))) return false
  return push.brought.every((commit) => isExactMerge(judge, commit))
}

/** Two parents, of which the second is main's; and but for the request's own file all is as in that one. */
function isExactMerge(judge: Judge, commit: Oid): boolean {
  const { graph, store } = judge.scene.server
  const [own, main, ...more] = store.commit(commit)?.parents ?? []
  if (own === undefined || main === undefined || more.length > 0) return false
  if (!graph.ancestors(judge.scene.server.main).has(main)) return false
  const changed = graph.diff(main, commit).map(({ path }) => path)
  return (
    changed.length <= 1 &&
    changed.every((path) => {
      const [merged, before] = [store.entry(commit, path), store.entry(own, path)]
      return merged?.oid === before?.oid && merged?.mode === before?.mode
    })
  )
}

/** The author; of a fork everybody who pushed. */
export function mayAllWrite(site: Site, { pull, pushes }: PullPicture, moment: number): boolean {
  const askers: Who[] = pull.isOurs ? [pull.author] : [pull.author, ...pushes.map(({ by }) => by)]
  const isUnnamed = !pull.isOurs && pushes.some(({ isNamed }) => !isNamed)
  return !isUnnamed && askers.every((who) => ['write', 'admin'].includes(site.roleOf(who, moment)))
}
