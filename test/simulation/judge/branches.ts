/** Branches of what was claimed. */
import type { Oid } from '../../../vault/oid.js'
import type { Judge, KnownClaim } from './judge.js'
import { readRecord, textOf } from './record.js'

/** Whoever claimed it may have died before its branch was deleted, or not have been heard. */
export function judgeBranch(judge: Judge, { id, requestHead }: KnownClaim): void {
  if (judge.scene.server.ref(`refs/heads/vault/${id}`) === requestHead)
    judge.blame('left_open', `vault/${id} is claimed, and its branch stays`)
}

/** A dispatcher signed the claim of this head, and somebody else brought it to main: the id is used, also where it was taken away since. */
export function isBroughtClaim({ scene: { truth, server } }: Judge, main: Oid, suffix: string, head: Oid): boolean {
  return [...truth.strayClaims.keys()].some((folder) => {
    const line = folder.endsWith(`/${suffix}`) ? server.graph.line(main) : []
    return line.some((commit) => {
      const entry = server.store.entry(commit, `${folder}/intent.json`)
      const said = entry === null ? undefined : readRecord(server.store.text(entry.oid))?.predicate
      return textOf(said ?? {}, 'request_head') === head
    })
  })
}
