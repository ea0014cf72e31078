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

/**
 * @param breadth `least`: who asks by the pull requests that are open with the head, and by the one that brought it; `most`:
 * by all that ever had it
 */
export function askedFor(
  judge: Judge,
  site: Site,
  { head, number, moment }: { head: Oid; number: number; moment: number },
  breadth: 'least' | 'most',
  trust: TrustState,
): Asked {
  const names = new Set<Who>()
  const isBy = (picture: PullPicture) =>
    picture.pull.number === number ||
    (breadth === 'least'
      ? picture.isOpen && picture.head === head
      : picture.pushes.some(({ after }) => after === head) || picture.merged?.head === head)
  const pictures = site.pulls.flatMap((pull) => pictureOf(site, pull, moment) ?? []).filter(isBy)
  let isUnknown = false
  for (const { pull, pushes } of pictures) {
    const counting = pushes.filter((push) => push.after !== null && !broughtOnlyMain(judge, push, head, breadth))
    for (const who of [pull.author, ...counting.map(({ by }) => by)]) {
      names.add(who)
      if (site.roleOf(who, moment) === 'deleted') isUnknown = true
    }
    if (counting.some(({ isNamed }) => !isNamed)) isUnknown = true
  }
  const merged = pictures.find((picture) => picture.merged !== null)?.merged?.commit ?? null
  for (const name of signersOf(judge, head, merged, trust)) names.add(name as Who)
  return { names: isUnknown ? null : names }
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
function broughtOnlyMain(judge: Judge, push: Push, head: Oid, breadth: 'least' | 'most'): boolean {
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
