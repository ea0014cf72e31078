import type { FileEdit } from '../../lib/git/port.js'
import type { Snapshot } from '../../vault/plan/snapshot.js'
import { ACTIONS_README } from '../observe/waiting-reader.js'

/** Laid out by `init` and put back by any claim that misses it. */
export const ACTIONS_README_TEXT = `# Actions

A request adds one file here, \`<id>.toml\`, on a branch \`vault/<id>\`. \`countersign request\` makes it.
The dispatcher claims an action by moving it to \`vault/fired/\`. This file stays, so that the folder does.
`

/** Without a file in it, git drops `vault/actions/`, and a merge would follow the folder to where its last file went (field failure 48). */
export function readmeEdit(snapshot: Pick<Snapshot, 'dispatcher'>): FileEdit[] {
  if (snapshot.dispatcher.hasActionsReadme) return []
  return [{ kind: 'write', path: ACTIONS_README, bytes: new TextEncoder().encode(ACTIONS_README_TEXT) }]
}
