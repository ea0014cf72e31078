/** Claims that a dispatcher signed and pushed in vain: their objects are at the server, and anybody may bring them to main. */

import type { Oid } from '../../../../vault/oid.js'
import { readRecord, textOf } from '../../judge/record.js'
import type { World } from '../../world.js'

export interface StrayClaim {
  readonly id: string
  readonly folder: string
  readonly instance: string
  /** The commit that brought what was in force when it was decided. */
  readonly trustSet: string
  readonly intent: Oid
  readonly action: Oid
}

const INTENT = /^(vault\/fired\/[^/]+\/([^/]+))\/intent\.json$/

export function strayClaims({ server }: World): StrayClaim[] {
  const { store, graph, main } = server
  const line = graph.line(main)
  const onLine = new Set(line)
  const touched = new Set(line.flatMap((commit) => graph.changesOf(commit).map(({ path }) => path)))
  const lost = [...store.commits()].filter(
    ({ oid, message, parents }) =>
      /^(claim|record) /.test(message) && !onLine.has(oid) && onLine.has(parents[0] ?? oid),
  )
  return lost.flatMap(({ oid }) =>
    graph.changesOf(oid).flatMap(({ path, after }): StrayClaim[] => {
      const [, folder, id] = INTENT.exec(path) ?? []
      if (folder === undefined || id === undefined || after === null) return []
      // Its id was claimed since, by whatever way.
      if ([...touched].some((other) => other.includes(`/${id}/intent.json`))) return []
      const action = store.entry(oid, `${folder}/action.toml`)?.oid
      const said = readRecord(store.text(after.oid))?.predicate
      if (action === undefined || said === undefined) return []
      const [instance, trustSet] = [textOf(said, 'dispatcher', 'instance'), textOf(said, 'trust_set', 'commit')]
      return [{ id, folder, instance, trustSet, intent: after.oid, action }]
    }),
  )
}
