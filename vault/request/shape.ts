/** Law 3: one request is exactly one added regular file `vault/actions/<id>.toml`. */
import { type ActionId, parseActionId } from '../action/id.js'
import type { ChangeSet } from '../git-facts.js'
import type { Oid } from '../oid.js'
import type { RefuseReason } from '../reasons.js'

const FOLDER = 'vault/actions/'
const ENDING = '.toml'
const REGULAR_FILE = '100644'

export type Shape =
  | { readonly ok: true; readonly id: ActionId; readonly path: string; readonly blob: Oid }
  | { readonly ok: false; readonly reason: RefuseReason; readonly detail: string }

/** The stem of a path of an action file, valid or not; null for every other path. */
export function actionStem(path: string): string | null {
  if (!path.startsWith(FOLDER) || !path.endsWith(ENDING)) return null
  const stem = path.slice(FOLDER.length, -ENDING.length)
  return stem === '' || stem.includes('/') ? null : stem
}

/** An empty change is refused as well: "every path is allowed" is true of no path at all (field failure 32). */
export function shapeOf(changes: ChangeSet): Shape {
  const [only, ...others] = changes.changes
  if (only === undefined && changes.truncated)
    return refused('extra_paths', 'its folders are deeper, or more, than is looked at; it may add one file only')
  if (only === undefined) return refused('extra_paths', 'the branch changes nothing against main')
  if (others.length > 0 || changes.truncated) {
    const shown = changes.changes.slice(0, 5).map((change) => change.path)
    return refused(
      'extra_paths',
      `it changes ${changes.truncated ? 'more than ' : ''}${changes.changes.length} paths: ${shown.join(', ')}`,
    )
  }
  const stem = actionStem(only.path)
  if (stem === null) return refused('extra_paths', `it changes ${only.path}`)
  if (only.after === null) return refused('not_added', `it deletes ${only.path}`)
  if (only.before !== null) return refused('not_added', `it changes ${only.path}, which exists already`)
  if (only.after.mode !== REGULAR_FILE) return refused('not_regular_file', `${only.path} has mode ${only.after.mode}`)
  const id = parseActionId(stem)
  if (id === null) return refused('branch_name_invalid', `${JSON.stringify(stem)} is not a valid id`)
  return { ok: true, id, path: only.path, blob: only.after.oid }
}

function refused(reason: RefuseReason, detail: string): Shape {
  return { ok: false, reason, detail }
}
